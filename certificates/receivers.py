"""What the register hears: each receiver puts one job, in the transaction that announced."""

from datetime import timedelta
from typing import Any

from certificates.rules import fees
from certificates.signals import (
    badge_naming_changed,
    badge_signed_anew,
    batch_asked,
    credential_granted,
    edition_issued,
    key_compromised,
    personal_data_erased,
    share_key_renewed,
    standing_changed,
)
from certificates.states import EvidenceKind
from courses.signals import course_completed, training_given, work_counted
from exams.signals import candidate_examined, result_annulled, result_released, result_revised
from lms.billing.signals import entitlement_granted
from lms.db import clock
from lms.jobs import queue
from lms.organisations import queries as organisations


def take_exam_as_evidence(
    *,
    result_id: int,
    person_id: int,
    exam_key: str,
    exam_title: str,
    kind: str,
    scheme_key: str,
    **facts: Any,
) -> None:
    """A result of an exam that counts for a scheme; practice exams prove nothing."""
    if kind != "exam" or not scheme_key:
        return
    _take(
        source=f"exams.result:{result_id}",
        person_id=person_id,
        kind=EvidenceKind.EXAM.value,
        scheme_key=scheme_key,
        facts={
            "exam_key": exam_key,
            "title": exam_title,
            "outcome": str(facts["outcome"]),
            "invigilated": bool(facts["invigilated"]),
        },
        occurred_on=str(facts["on"]),
        assessed_by_id=facts["examiner_id"],
    )


def take_revision_as_evidence(
    *,
    result_id: int,
    person_id: int,
    exam_key: str,
    exam_title: str,
    kind: str,
    scheme_key: str,
    run: int,
    **facts: Any,
) -> None:
    """A result that stands on a new score run: what was taken of it before is outweighed, not overwritten."""
    if kind != "exam" or not scheme_key:
        return
    _take(
        source=f"exams.result_revised:{result_id}:{run}",
        person_id=person_id,
        kind=EvidenceKind.EXAM.value,
        scheme_key=scheme_key,
        facts={
            "exam_key": exam_key,
            "title": exam_title,
            "outcome": str(facts["outcome"]),
            "invigilated": bool(facts["invigilated"]),
            "revises": f"exams.result:{result_id}",
            "run": run,
        },
        occurred_on=str(facts["on"]),
        assessed_by_id=facts["examiner_id"],
    )


def take_annulment_as_evidence(
    *, result_id: int, person_id: int, scheme_key: str, examiner_id: int | None, run: int, **facts: Any
) -> None:
    """A result that no longer counts is outweighed, not erased; until it is revised on a later run than it stood on."""
    if not scheme_key:
        return
    _take(
        source=f"exams.result_annulled:{result_id}:{run}",
        person_id=person_id,
        kind=EvidenceKind.EXAM_ANNULLED.value,
        scheme_key=scheme_key,
        facts={"annuls": f"exams.result:{result_id}", "run": run},
        occurred_on=facts["at"].date().isoformat(),
        assessed_by_id=examiner_id,
    )


def take_course_as_evidence(
    *, enrolment_id: int, person_id: int, course_key: str, course_title: str, scheme_key: str, **facts: Any
) -> None:
    """A completed course of our own: no scheme requires it, and it says who trained the candidate."""
    if not scheme_key or not organisations.is_of_the_house(facts["organisation_id"]):
        return
    _take(
        source=f"courses.enrolment:{enrolment_id}",
        person_id=person_id,
        kind=EvidenceKind.COURSE.value,
        scheme_key=scheme_key,
        facts={
            "course_key": course_key,
            "title": course_title,
            "hours": str(facts["hours"]),
            "trainer_ids": list(facts["trainer_ids"]),
        },
        occurred_on=str(facts["on"]),
        assessed_by_id=None,
    )


def record_course_in_the_log(*, enrolment_id: int, person_id: int, course_title: str, **facts: Any) -> None:
    """A completed course of our own counts as professional development of whoever holds a certificate. Of another's course
    the holder enters the hours, with evidence: anybody may give one, to themselves, and say how many hours it has."""
    if not organisations.is_of_the_house(facts["organisation_id"]):
        return
    queue.put(
        "certificates.record_course",
        key=f"enrolment:{enrolment_id}",
        payload={
            "person_id": person_id,
            "source": f"courses.enrolment:{enrolment_id}",
            "title": course_title,
            "minutes": int(facts["hours"] * 60),
            "occurred_on": str(facts["on"]),
        },
    )


def record_work_in_the_log(
    *, person_id: int, title: str, hours: int, source: str, on: Any, **facts: Any
) -> None:
    """So does work of such a course that was passed after it."""
    if not organisations.is_of_the_house(facts["organisation_id"]):
        return
    queue.put(
        "certificates.record_course",
        key=f"work:{source}",
        payload={
            "person_id": person_id,
            "source": source,
            "title": title,
            "minutes": hours * 60,
            "occurred_on": str(on),
        },
    )


def note_who_trained(*, enrolment_id: int, person_id: int, trainer_id: int, on: Any, **facts: Any) -> None:
    """Whoever trains a learner takes no part in certifying them, whether or not the course is ever completed, and
    whatever scheme it belongs to."""
    queue.put(
        "certificates.note_training",
        key=f"training:{enrolment_id}:{trainer_id}",
        payload={
            "person_id": person_id,
            "trainer_id": trainer_id,
            "source": f"courses.training:{enrolment_id}",
            "on": str(on),
        },
    )


def note_who_examined(*, source: str, person_id: int, examiner_id: int, on: Any, **facts: Any) -> None:
    """Whoever marked, assessed or judged what a person did takes no part in certifying them, whatever it was for."""
    queue.put(
        "certificates.note_examining",
        key=f"{source}:{examiner_id}",
        payload={"person_id": person_id, "examiner_id": examiner_id, "source": source, "on": str(on)},
    )


def note_who_stood_for_a_result(
    *, result_id: int, person_id: int, scheme_key: str, examiner_id: int | None, at: Any, **facts: Any
) -> None:
    """Whoever stood for a result examined its candidate. Where the exam serves a scheme, the evidence says so."""
    if examiner_id is not None and not scheme_key:
        note_who_examined(
            source=f"exams.result:{result_id}", person_id=person_id, examiner_id=examiner_id, on=at.date()
        )


def make_its_document(*, edition_id: int, **facts: Any) -> None:
    queue.put("certificates.make_document", key=f"edition:{edition_id}", payload={"edition_id": edition_id})


def make_a_new_document(*, edition_id: int, renewal: int, **facts: Any) -> None:
    queue.put(
        "certificates.make_document",
        key=f"edition:{edition_id}:key:{renewal}",
        payload={"edition_id": edition_id},
    )


def seal_its_documents_anew(*, key_id: str, **facts: Any) -> None:
    queue.put("certificates.renew_seals", key=key_id, payload={})


def sign_its_badge(*, edition_id: int, **facts: Any) -> None:
    queue.put("certificates.make_badge", key=f"edition:{edition_id}", payload={"edition_id": edition_id})


def sign_its_badges_anew(*, credential_id: int, at: str, **facts: Any) -> None:
    queue.put(
        "certificates.make_badges",
        key=f"credential:{credential_id}:{at}",
        payload={"credential_id": credential_id},
    )


def publish_its_status(*, event_id: int, **facts: Any) -> None:
    queue.put("certificates.publish_statuses", key=f"event:{event_id}", payload={})


def issue_again_what_it_signed(*, key_id: str, **facts: Any) -> None:
    queue.put("certificates.reissue_signed", key=key_id, payload={"key_id": key_id})


def make_a_document_with_it(*, edition_id: int, digest: str, **facts: Any) -> None:
    queue.put(
        "certificates.make_document",
        key=f"edition:{edition_id}:badge:{digest}",
        payload={"edition_id": edition_id},
    )


def make_its_documents(*, batch_id: int, parts: int, **facts: Any) -> None:
    with queue.together():
        for part in range(parts):
            queue.put(
                "certificates.make_batch",
                key=f"batch:{batch_id}:{part}",
                payload={"batch_id": batch_id, "part": part},
            )


def tell_the_holder(*, event_id: int, **facts: Any) -> None:
    queue.put("certificates.tell", key=f"event:{event_id}", payload={"event_id": event_id})


def remove_files(*, credential_id: int, files: list[str], folders: list[str], **facts: Any) -> None:
    """At once, and a day later what a worker stored that was just then at it and died."""
    payload = {"files": files, "folders": folders}
    queue.put("certificates.remove_files", key=f"credential:{credential_id}", payload=payload)
    queue.put(
        "certificates.remove_files",
        key=f"credential:{credential_id}:again",
        payload=payload,
        run_after=clock.now() + timedelta(days=1),
    )


def settle_fees_with_it(*, product_key: str, person_id: int, entitlement_id: int, **facts: Any) -> None:
    """Somebody may use what they bought: an annual fee or an application's that is open is paid with it."""
    if product_key.startswith((fees.ANNUAL, fees.APPLICATION)):
        queue.put(
            "certificates.settle_fees",
            key=f"entitlement:{entitlement_id}",
            payload={"product_key": product_key, "person_id": person_id},
        )


def tell_the_watchers(*, credential_id: int, event_id: int, **facts: Any) -> None:
    queue.put("certificates.tell_watchers", key=f"event:{event_id}", payload={"credential_id": credential_id})


def _take(**payload: Any) -> None:
    queue.put("certificates.take_evidence", key=payload["source"], payload=payload)


entitlement_granted.connect(settle_fees_with_it, dispatch_uid="certificates.settle_fees")
result_released.connect(take_exam_as_evidence, dispatch_uid="certificates.take_exam")
result_revised.connect(take_revision_as_evidence, dispatch_uid="certificates.take_revision")
result_annulled.connect(take_annulment_as_evidence, dispatch_uid="certificates.take_annulment")
course_completed.connect(take_course_as_evidence, dispatch_uid="certificates.take_course")
course_completed.connect(record_course_in_the_log, dispatch_uid="certificates.record_course")
work_counted.connect(record_work_in_the_log, dispatch_uid="certificates.record_work")
badge_signed_anew.connect(make_a_document_with_it, dispatch_uid="certificates.make_document_with_badge")
key_compromised.connect(seal_its_documents_anew, dispatch_uid="certificates.renew_seals")
batch_asked.connect(make_its_documents, dispatch_uid="certificates.make_batch")
training_given.connect(note_who_trained, dispatch_uid="certificates.note_training")
candidate_examined.connect(note_who_examined, dispatch_uid="certificates.note_examining")
for judged in (result_released, result_revised, result_annulled):
    judged.connect(note_who_stood_for_a_result, dispatch_uid="certificates.note_standing_for")
credential_granted.connect(make_its_document, dispatch_uid="certificates.make_document")
credential_granted.connect(tell_the_holder, dispatch_uid="certificates.tell_granted")
badge_naming_changed.connect(sign_its_badges_anew, dispatch_uid="certificates.sign_badges_anew")
credential_granted.connect(sign_its_badge, dispatch_uid="certificates.sign_badge")
edition_issued.connect(sign_its_badge, dispatch_uid="certificates.sign_edition_badge")
edition_issued.connect(publish_its_status, dispatch_uid="certificates.publish_edition_status")
standing_changed.connect(publish_its_status, dispatch_uid="certificates.publish_status")
key_compromised.connect(issue_again_what_it_signed, dispatch_uid="certificates.reissue_signed")
share_key_renewed.connect(make_a_new_document, dispatch_uid="certificates.make_new_document")
standing_changed.connect(tell_the_holder, dispatch_uid="certificates.tell_standing")
edition_issued.connect(make_its_document, dispatch_uid="certificates.make_edition_document")
edition_issued.connect(tell_the_holder, dispatch_uid="certificates.tell_edition")
personal_data_erased.connect(remove_files, dispatch_uid="certificates.remove_files")
standing_changed.connect(tell_the_watchers, dispatch_uid="certificates.tell_watchers")
