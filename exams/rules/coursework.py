"""When coursework is due, whether it may be handed in, and what it comes to. Explained in docs/algorithms/marking.md."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction

from exams.rules.outcome import Outcome


class Hindrance(StrEnum):
    """What keeps a learner from handing in."""

    WITH_MARKERS = "with-markers"
    PASSED = "passed"
    NO_TRIES = "no-tries"
    LATE = "late"
    NOT_ENROLLED = "not-enrolled"
    BY_TUTOR = "by-tutor"


def end_of_day(at: datetime) -> datetime:
    """The last second of that day in UTC."""
    return datetime.combine(at.astimezone(UTC).date(), time(23, 59, 59), tzinfo=UTC)


def due_at(
    *,
    enrolled_at: datetime,
    due_days: int,
    failed_at: datetime | None,
    again_days: int,
    granted_at: datetime | None,
) -> datetime | None:
    """Until when a try may be handed in and replaced; None for no date.

    The first is due so many days after enrolment, a further one so many after the last was told to have failed; a later
    date that was granted to the person holds instead.
    """
    if not due_days:
        return granted_at
    base = end_of_day(
        enrolled_at + timedelta(days=due_days)
        if failed_at is None
        else failed_at + timedelta(days=again_days)
    )
    return base if granted_at is None else max(base, granted_at)


def hindrance(
    *, at: datetime, due: datetime | None, open_state: str, last: str, used: int, tries: int
) -> Hindrance | None:
    """What keeps a learner from handing in, or None. `open_state` is how the try stands that is not released, "" for
    none; `last` is the outcome of the last released one, "" for none; `used` counts the released ones."""
    if open_state and open_state != "open":
        return Hindrance.WITH_MARKERS
    if last == Outcome.PASSED:
        return Hindrance.PASSED
    if not open_state and used >= tries:
        return Hindrance.NO_TRIES
    return Hindrance.LATE if due is not None and at > due else None


def outcome(points: Fraction, most: Fraction, cut: Fraction) -> Outcome:
    """Passed when the points are at least the cut's share of the most, compared exactly."""
    return Outcome.PASSED if most > 0 and points >= cut * most else Outcome.FAILED
