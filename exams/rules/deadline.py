"""When a sitting ends."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

# What was answered in time may still be on its way when the time is up: so long it is waited for.
GRACE = timedelta(seconds=10)


def time_allowed(*, minutes: int, factor: Fraction = Fraction(1)) -> timedelta:
    """The exam's minutes times the candidate's factor; a part of a second counts as a whole one."""
    return timedelta(seconds=ceil(minutes * 60 * factor))


def deadline(
    *,
    started_at: datetime,
    allowed: timedelta,
    credited: timedelta = timedelta(),
    window_closes_at: datetime | None = None,
) -> datetime:
    """min(start + time allowed + credits, the window's end where that ends sittings)."""
    due = started_at + allowed + credited
    return due if window_closes_at is None else min(due, window_closes_at)


def seconds_left(*, deadline_at: datetime, at: datetime) -> int:
    """Whole seconds until the deadline, never below 0."""
    return max(0, int((deadline_at - at).total_seconds()))


def is_over(*, deadline_at: datetime, at: datetime) -> bool:
    """Whether the time is up: the second of the deadline itself still belongs to the candidate."""
    return at > deadline_at


def is_closing(*, deadline_at: datetime, at: datetime) -> bool:
    """Whether the sitting is to be closed: the time is up, and so is the grace for what was on its way."""
    return at > deadline_at + GRACE


def is_past(
    *, deadline_at: datetime, window_closes_at: datetime | None, paused_at: datetime | None, at: datetime
) -> bool:
    """Whether a sitting is to be closed. One that is paused ends only with its window: its clock stands still."""
    if paused_at is None:
        return is_closing(deadline_at=deadline_at, at=at)
    return window_closes_at is not None and is_closing(deadline_at=window_closes_at, at=at)
