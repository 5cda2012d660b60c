"""When a sitting ends."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil


def deadline(*, started_at: datetime, minutes: int, factor: Fraction = Fraction(1)) -> datetime:
    """The start plus the exam's minutes times the candidate's factor; a part of a second counts as a whole one."""
    return started_at + timedelta(seconds=ceil(minutes * 60 * factor))


def seconds_left(*, deadline_at: datetime, at: datetime) -> int:
    """Whole seconds until the deadline, never below 0."""
    return max(0, int((deadline_at - at).total_seconds()))


def is_over(*, deadline_at: datetime, at: datetime) -> bool:
    """Whether the time is up: the second of the deadline itself still belongs to the candidate."""
    return at > deadline_at
