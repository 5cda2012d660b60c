"""Ends that an outage took from sittings: waited for, and given back."""

from collections.abc import Iterable
from datetime import datetime

from exams.actions import changes
from exams.models import Credit, Presence, Sitting
from exams.queries import presence
from exams.rules import deadline, outages
from exams.states import CREDIT, CreditCause, ExamKind, SittingState


def waited_for(ending: Iterable[tuple[Sitting, datetime]]) -> set[int]:
    """Which of these sittings, each with the time, stay open although their time is up: nobody could reach us
    when it was, and their candidates may still come back. One statement where there was no outage."""
    late = [(sitting, at) for sitting, at in ending if _may_have_lost(sitting, at)]
    if not late or presence.somebody_was_heard([changes.deadline_of(sitting) for sitting, _ in late]):
        return set()
    return {sitting.pk for sitting, at in late if _lost(sitting, at)}


def give_back(sitting: Sitting, at: datetime) -> None:
    """Lets a candidate go on who is back after an outage in which their time ran out: the clock stood still from
    when nobody could reach us until now, so what was left then is left now. For a sitting that the caller has
    locked, with its exam; does nothing where there was no outage or it has been waited for long enough."""
    lost = _lost(sitting, at) if _may_have_lost(sitting, at) else None
    if lost is None:
        return
    amount = at - lost.from_at
    credit = Credit(
        sitting=sitting,
        state=CREDIT.after(CREDIT.start, "grant"),
        cause=CreditCause.OUTAGE,
        amount=amount,
        reason=f"Out of reach from {lost.from_at:%H:%M:%S} UTC, over the deadline, until the candidate was back.",
        at=at,
        decided_at=at,
        silent_from_at=_gap(sitting, lost),
    )
    credit.save()
    # Whatever the touch was, it is a sign of life: otherwise the new deadline would look lost as well.
    Presence.objects.create(sitting=sitting, from_at=at, until_at=at)
    sitting.credited += amount
    changes.set_deadline(sitting)
    sitting.save(update_fields=["credited", "deadline_at"])
    facts: dict[str, object] = {"seconds": int(amount.total_seconds()), "cause": str(credit.cause)}
    changes.note(sitting, "credit", sitting.state, at, by_id=None, facts=facts, reason=credit.reason)


def _gap(sitting: Sitting, lost: presence.LostEnd) -> datetime:
    """What tells this loss from any other of the sitting, so that it is not proposed once more when the outage
    is looked at as a whole. A save is no sign of life on record: one gap may hold two outages."""
    own = lost.own_until_at
    if own is None or Credit.objects.filter(sitting=sitting, silent_from_at=own).exists():
        return lost.from_at
    return own


def _lost(sitting: Sitting, at: datetime) -> presence.LostEnd | None:
    deadline_at = changes.deadline_of(sitting)
    lost = presence.lost_end(sitting.pk, deadline_at=deadline_at)
    if lost is None:
        return None
    again = lost.heard_again_at
    return lost if outages.is_waited_for(deadline_at=deadline_at, heard_again_at=again, at=at) else None


def _may_have_lost(sitting: Sitting, at: datetime) -> bool:
    """Practice is left out, and so is a sitting that ended with its window: more time would not be given."""
    return (
        sitting.state == SittingState.RUNNING
        and sitting.exam.kind == ExamKind.EXAM
        and sitting.deadline_at is not None
        and sitting.deadline_at != sitting.window_closes_at
        and deadline.is_over(deadline_at=sitting.deadline_at, at=at)
    )
