"""Until when a decision may be appealed against, who may hear it, and what a panel has found.

docs/algorithms/deciding.md tells it with dates.
"""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum


class Finding(StrEnum):
    DISMISS = "dismiss"  # the decision stands
    UPHOLD = "uphold"  # the decision falls, and what follows is done at once


class Absence(StrEnum):
    """Why somebody is not of a panel."""

    OWN = "own"
    TOOK_PART = "took-part"  # they decided, waived, asked or offered in what the appeal is against
    CONFLICT = "conflict"  # they may not decide about this person at all


def last_day(told_on: date, days: int) -> date:
    """The last day on which one may appeal against what was told on a day."""
    return told_on + timedelta(days=days)


def absence(
    *, member_id: int, person_id: int, took_part: Collection[int], conflicted: bool
) -> Absence | None:
    """Why a member may not hear an appeal, or None."""
    if member_id == person_id:
        return Absence.OWN
    if member_id in took_part:
        return Absence.TOOK_PART
    return Absence.CONFLICT if conflicted else None
