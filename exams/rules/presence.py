"""When a candidate's page was heard from, kept as spans."""

from datetime import datetime, timedelta
from enum import StrEnum

APART = timedelta(seconds=45)  # silent for longer, the page was out of reach
OFTEN = timedelta(seconds=10)  # more often a span need not be written


class Hearing(StrEnum):
    NEW = "new"  # a span begins
    EXTEND = "extend"  # the last one goes on until now
    SKIP = "skip"  # the last one is as good as up to date


def hearing(*, until_at: datetime | None, at: datetime) -> Hearing:
    """What to do with a sign of life at `at`, when the last span ends at `until_at`."""
    if until_at is None or at - until_at > APART:
        return Hearing.NEW
    return Hearing.SKIP if at - until_at < OFTEN else Hearing.EXTEND
