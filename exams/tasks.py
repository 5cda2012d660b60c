"""Work that the queue calls: ids in, one action called."""

from exams.actions import (
    breaks,
    coursework,
    credits,
    cuts,
    endings,
    entries,
    examining,
    keys,
    marking,
    marking_desk,
    packs,
    telling,
)
from lms.jobs import queue


@queue.task("exams.mark_sitting", urgency=queue.Urgency.URGENT)
def mark_sitting(*, sitting_id: int) -> None:
    marking.mark(sitting_id=sitting_id)


@queue.task("exams.mark_by_key", urgency=queue.Urgency.URGENT)
def mark_by_key(*, form_id: int) -> None:
    keys.mark_by_key(form_id=form_id)


@queue.sweep("exams.mark_by_latest_key", seconds=60)
def mark_by_latest_key() -> None:
    keys.mark_by_latest_key()


@queue.task("exams.mark_by_cut", urgency=queue.Urgency.URGENT)
def mark_by_cut(*, form_id: int) -> None:
    cuts.mark_by_cut(form_id=form_id)


@queue.sweep("exams.mark_by_latest_cut", seconds=60)
def mark_by_latest_cut() -> None:
    cuts.mark_by_latest_cut()


@queue.task("exams.make_pack", lease_seconds=600, urgency=queue.Urgency.SLOW)
def make_pack(*, pack_id: int) -> None:
    packs.make(pack_id=pack_id)


@queue.sweep("exams.make_missing_packs", seconds=600)
def make_missing_packs() -> None:
    packs.make_missing()


@queue.task("exams.end_entry", urgency=queue.Urgency.URGENT)
def end_entry(*, use_key: str) -> None:
    entries.end(use_key=use_key)


@queue.sweep("exams.close_overdue", seconds=5, urgency=queue.Urgency.URGENT)
def close_overdue() -> None:
    endings.close_overdue()


@queue.sweep("exams.end_breaks", seconds=5, urgency=queue.Urgency.URGENT)
def end_breaks() -> None:
    breaks.end_overdue()


@queue.sweep("exams.mark_submitted", seconds=30, urgency=queue.Urgency.URGENT)
def mark_submitted() -> None:
    marking.mark_submitted()


@queue.task("exams.mark_work", urgency=queue.Urgency.URGENT)
def mark_work(*, work_id: int) -> None:
    coursework.mark(work_id=work_id)


@queue.task("exams.tell_course", urgency=queue.Urgency.URGENT)
def tell_course(*, work_id: int) -> None:
    coursework.tell_course(work_id=work_id)


@queue.task("exams.announce_examiners", lease_seconds=3600)
def announce_examiners() -> None:
    examining.announce_earlier()


@queue.task("exams.tell_day")
def tell_day(*, entry_id: int) -> None:
    telling.tell_day(entry_id=entry_id)


@queue.task("exams.tell_profile")
def tell_profile(*, result_id: int) -> None:
    telling.tell_profile(result_id=result_id)


@queue.sweep("exams.close_works", seconds=60)
def close_works() -> None:
    coursework.close_due()


@queue.sweep("exams.end_leases", seconds=60)
def end_leases() -> None:
    marking_desk.end_lapsed()


@queue.sweep("exams.note_missed", seconds=60)
def note_missed() -> None:
    endings.note_missed()


@queue.sweep("exams.propose_outages", seconds=30)
def propose_outages() -> None:
    credits.propose_outages()
