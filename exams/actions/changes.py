"""What every move of a sitting shares: how much of it is read, its deadline, and the rows that a change leaves."""

from datetime import datetime

from django.db.models import QuerySet

from exams.models import Sitting, SittingChange
from exams.rules import deadline
from lms.audit import trail

OWN = tuple(field.name for field in Sitting._meta.concrete_fields)
OF_EXAM = ("exam__key", "exam__kind", "exam__organisation_id", "exam__takeover")
OF_FORM = ("form__digest", "form__length")
VERBS = {
    "start": "started",
    "submit": "submitted",
    "close": "closed",
    "pause": "paused",
    "resume": "resumed",
    "terminate": "terminated",
    "credit": "credited",
    "pass_on": "passed_on",
    "cancel": "cancelled",
    "miss": "missed",
    "reschedule": "rescheduled",
    "accommodate": "accommodated",
}


def lean(rows: QuerySet[Sitting]) -> QuerySet[Sitting]:
    """Sittings with as much of exam and form as their moves need: both are wide, and this is read by everybody."""
    return rows.select_related("exam", "form").only(*OWN, *OF_EXAM, *OF_FORM)


def set_deadline(sitting: Sitting) -> None:
    """Works the deadline out anew from what is pinned on a sitting that the caller has locked and will save.

    Called in the transaction of whatever is its cause. It never shrinks, for credits are never negative.
    """
    assert sitting.started_at is not None and sitting.time_allowed is not None, "the sitting has started"
    sitting.deadline_at = deadline.deadline(
        started_at=sitting.started_at,
        allowed=sitting.time_allowed,
        credited=sitting.credited,
        window_closes_at=sitting.window_closes_at,
    )


def deadline_of(sitting: Sitting) -> datetime:
    assert sitting.deadline_at is not None, "the table refuses a running sitting without a deadline"
    return sitting.deadline_at


def note(
    sitting: Sitting,
    event: str,
    before: str,
    at: datetime,
    *,
    by_id: int | None,
    facts: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    """Leaves the change row and the trail's entry of a move that the caller has made."""
    change(sitting, event, before, at, by_id=by_id, reason=reason).save(force_insert=True)
    trail.record(
        f"exams.sitting.{VERBS[event]}",
        subject=f"exams.sitting:{sitting.pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=sitting.exam.organisation_id,
    )


def change(
    sitting: Sitting, event: str, before: str, at: datetime, *, by_id: int | None, reason: str
) -> SittingChange:
    return SittingChange(
        sitting=sitting,
        event=event,
        from_state=before,
        to_state=sitting.state,
        epoch=sitting.epoch,
        by_id=by_id,
        note=reason,
        at=at,
    )
