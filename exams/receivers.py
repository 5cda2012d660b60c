"""What exams does about announcements: it puts a job."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from exams import signals
from lms.billing.signals import entitlement_revoked
from lms.jobs import queue


def put_marking(sitting_id: int, **facts: Any) -> None:
    """A sitting has ended: it is to be marked."""
    queue.put("exams.mark_sitting", key=f"sitting:{sitting_id}", payload={"sitting_id": sitting_id})


def put_marking_again(form_id: int, number: int, **facts: Any) -> None:
    """A form has a new key: its marked sittings are to be marked by it."""
    queue.put("exams.mark_by_key", key=f"form:{form_id}:key:{number}", payload={"form_id": form_id})


def put_marking_by_cut(form_id: int, **facts: Any) -> None:
    """A form has a cut of its own, once for all: its results that wait are to be held against it."""
    queue.put("exams.mark_by_cut", key=f"form:{form_id}:cut", payload={"form_id": form_id})


def put_making_of_pack(pack_id: int, **facts: Any) -> None:
    """An evidence pack was asked for: it is to be made."""
    queue.put("exams.make_pack", key=f"pack:{pack_id}", payload={"pack_id": pack_id})


def put_counting_of_marks(script_id: int, sitting_id: int | None, work_id: int | None, **facts: Any) -> None:
    """A script is final: what it is of may be marked now."""
    if sitting_id is not None:
        queue.put(
            "exams.mark_sitting",
            key=f"sitting:{sitting_id}:script:{script_id}",
            payload={"sitting_id": sitting_id},
        )
    if work_id is not None:
        queue.put("exams.mark_work", key=f"work:{work_id}:script:{script_id}", payload={"work_id": work_id})


def put_requirement(work_id: int, **facts: Any) -> None:
    """A coursework is released: its course is told."""
    queue.put("exams.tell_course", key=f"work:{work_id}:course", payload={"work_id": work_id})


def put_day(entry_id: int, at: datetime, **facts: Any) -> None:
    """The day of an exam was chosen, changed or given up: its course is told."""
    queue.put("exams.tell_day", key=f"entry:{entry_id}:{at.isoformat()}", payload={"entry_id": entry_id})


def put_profile(result_id: int, at: datetime, **facts: Any) -> None:
    """A result stands, stands otherwise, or stands no longer: its course is told how it is by domain."""
    queue.put(
        "exams.tell_profile", key=f"result:{result_id}:{at.isoformat()}", payload={"result_id": result_id}
    )


def put_ending_of_entries(use_keys: Sequence[str], at: datetime, **facts: Any) -> None:
    """A right was ended: the entries that it was used for, and that nobody had begun, end with it."""
    for use_key in use_keys:
        if use_key.startswith("exams.entry:"):
            queue.put("exams.end_entry", key=use_key, payload={"use_key": use_key})


def connect() -> None:
    entitlement_revoked.connect(put_ending_of_entries, dispatch_uid="exams.put_ending_of_entries")
    for of_entry in (signals.entered, signals.entry_rescheduled, signals.entry_cancelled):
        of_entry.connect(put_day, dispatch_uid=f"exams.put_day:{of_entry.name}")
    for of_result in (signals.result_released, signals.result_revised, signals.result_annulled):
        of_result.connect(put_profile, dispatch_uid=f"exams.put_profile:{of_result.name}")
    signals.coursework_released.connect(put_requirement, dispatch_uid="exams.put_requirement")
    signals.evidence_asked.connect(put_making_of_pack, dispatch_uid="exams.put_making_of_pack")
    signals.cut_approved.connect(put_marking_by_cut, dispatch_uid="exams.put_marking_by_cut")
    signals.key_revised.connect(put_marking_again, dispatch_uid="exams.put_marking_again")
    signals.script_marked.connect(put_counting_of_marks, dispatch_uid="exams.put_counting_of_marks")
    signals.sitting_submitted.connect(put_marking, dispatch_uid="exams.put_marking")
