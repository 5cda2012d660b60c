"""A candidate's break from the paper, as far as an accommodation grants it. How one ends stands in
exams.actions.endings, for whatever touches a sitting must find it ended when its time is used up."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from exams.actions import changes, endings, sittings
from exams.models import Sitting
from exams.rules import breaks, deadline
from exams.states import SITTING, SittingState
from lms.db import clock


class NoneLeft(Exception):
    """No break was granted, or its time is used up."""


def left(sitting: Sitting) -> timedelta:
    """The break time that a candidate may still take in a sitting, which is read with its entry."""
    granted = timedelta(seconds=sitting.entry.break_seconds)
    return breaks.left(granted=granted, taken=sitting.break_taken)


def stops_at(sitting: Sitting) -> datetime | None:
    """The window's end, where a break of all that is left would reach beyond it and cost time of the sitting."""
    closes_at, due = sitting.window_closes_at, sitting.deadline_at
    return closes_at if closes_at and due and due + left(sitting) > closes_at else None


def take(*, sitting_uuid: UUID, person_id: int) -> Sitting:
    """Pauses one's own sitting for a break: its clock stands still until one goes on, and no longer than
    break time is left.

    A second call finds the break and returns the sitting. Raises UnknownSitting, NoneLeft, Paused while an
    invigilator has paused it, NotRunning when its time is up.
    """
    none_left = False
    with transaction.atomic():
        sitting, at = sittings.locked(sitting_uuid=sitting_uuid, person_id=person_id)
        if sitting.on_break:
            return sitting
        if not endings.closed_if_over(sitting, at):
            if sitting.state == SittingState.PAUSED:
                raise sittings.Paused
            if sitting.state == SittingState.RUNNING and not _time_is_up(sitting, at):
                none_left = not _begin(sitting, at)
                if not none_left:
                    return sitting
    # Out here, so that a break which was found to have run out stays ended.
    raise NoneLeft if none_left else sittings.NotRunning


def _begin(sitting: Sitting, at: datetime) -> bool:
    ends_at = breaks.ends_at(begun_at=at, left=left(sitting), window_closes_at=sitting.window_closes_at)
    if ends_at <= at:
        return False
    before, sitting.state = sitting.state, SITTING.after(sitting.state, "pause")
    sitting.paused_at, sitting.break_ends_at = at, ends_at
    sitting.save(update_fields=["state", "paused_at", "break_ends_at"])
    changes.note(sitting, "pause", before, at, by_id=sitting.candidate_id, reason=endings.BREAK)
    return True


def _time_is_up(sitting: Sitting, at: datetime) -> bool:
    # A break would otherwise begin in the grace after the end, and give time back that is over.
    return sitting.deadline_at is None or deadline.is_over(deadline_at=sitting.deadline_at, at=at)


def go_on(*, sitting_uuid: UUID, person_id: int) -> Sitting:
    """Ends one's own break: what it took is credited, and the deadline moves with it.

    A second call, and one after the break has run out, finds the sitting running and returns it. Raises
    UnknownSitting, Paused for an invigilator's pause, NotRunning when its time is up.
    """
    with transaction.atomic():
        sitting, at = sittings.locked(sitting_uuid=sitting_uuid, person_id=person_id)
        if sitting.on_break:
            endings.end_break(sitting, at=at, by_id=person_id)
        if not endings.closed_if_over(sitting, at):
            if sitting.state == SittingState.PAUSED:
                raise sittings.Paused
            if sitting.state == SittingState.RUNNING:
                return sitting
    raise sittings.NotRunning


def end_overdue() -> int:
    """Ends every break that has run out, each in its own transaction; returns how many were found."""
    rows = Sitting.objects.filter(break_ends_at__lte=clock.now()).order_by("break_ends_at")
    found = list(rows.values_list("pk", flat=True)[: endings.CHUNK])
    for pk in found:
        endings.close(sitting_id=pk)
    return len(found)
