"""Safe Exam Browser as an exam's option, and what is noted where a save did not come from it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from exams.models import Exam, Incident, Sitting
from exams.states import IncidentKind
from lms.audit import trail
from lms.db import clock

SAVED_ELSEWHERE = "An answer was saved from what is not Safe Exam Browser with this exam's configuration. It is stored and counts."


def require(*, exam_id: int, wanted: bool, keys: Sequence[str], actor_id: int) -> Exam:
    """Says whether an exam is sat in Safe Exam Browser only, and with which Browser Exam Keys (none: any).

    Holds from the next page of every sitting on; a page that is open goes on, and none of its saves is refused.
    Raises Exam.DoesNotExist.
    """
    with transaction.atomic():
        exam = Exam.objects.select_for_update().get(pk=exam_id)
        if (exam.safe_browser, exam.safe_browser_keys) != (wanted, list(keys)):
            exam.safe_browser, exam.safe_browser_keys = wanted, list(keys)
            exam.save(update_fields=["safe_browser", "safe_browser_keys"])
            trail.record(
                "exams.exam.safe_browser_set",
                subject=f"exams.exam:{exam.pk}",
                at=clock.now(),
                actor_id=actor_id,
                facts={"wanted": wanted, "keys": len(keys)},
                organisation_id=exam.organisation_id,
            )
    return exam


def note_mismatch(*, sitting_uuid: UUID, person_id: int) -> bool:
    """Notes once in a sitting that a save came from another browser; returns whether this was the time.

    The save itself is stored by then, and stays.
    """
    with transaction.atomic():
        # The sitting is the lock: of two saves at once, one notes.
        sitting = (
            Sitting.objects.select_for_update().filter(uuid=sitting_uuid, candidate_id=person_id).first()
        )
        if sitting is None:
            return False
        if Incident.objects.filter(sitting=sitting, kind=IncidentKind.SAFE_BROWSER, by=None).exists():
            return False
        at = clock.now()
        Incident.objects.create(sitting=sitting, kind=IncidentKind.SAFE_BROWSER, text=SAVED_ELSEWHERE, at=at)
        trail.record(
            "exams.sitting.safe_browser_missed",
            subject=f"exams.sitting:{sitting.pk}",
            at=at,
            actor_id=None,
        )
    return True
