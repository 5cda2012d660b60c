"""Who may not decide about whom: from recorded facts alone, and nobody can override it (ISO/IEC 17024).

Whoever trained or examined a person is barred for ever. Having been employed beside them, or a conflict that an
officer has declared, bars until `months` after it ended. The database refuses by the same rule
(`certificates/models/guards.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Bond(StrEnum):
    TRAINED = "trained"
    EXAMINED = "examined"
    EMPLOYED = "employed"
    DECLARED = "declared"


FOR_EVER: Final = frozenset({Bond.TRAINED, Bond.EXAMINED})


@dataclass(frozen=True)
class Tie:
    """One fact between an officer and a person; without `ended_on` it lasts."""

    bond: Bond
    began_on: date
    ended_on: date | None = None


class Bar(StrEnum):
    """What keeps an officer from deciding."""

    OWN = "own"  # the application is their own
    TRAINED = "trained"
    EXAMINED = "examined"
    EMPLOYED = "employed"
    DECLARED = "declared"
    DECIDED = "decided"  # an appeal upheld against their decision led to this application


def look_back_to(on: date, months: int) -> date:
    """The same day so many months before; where that month is shorter, its last day."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    for day in range(on.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(on.day, 28))


def bars(*, officer_id: int, person_id: int, ties: Sequence[Tie], look_back_to: date) -> tuple[Bar, ...]:
    """Everything that keeps the officer from deciding about the person; empty when nothing does."""
    found = [Bar.OWN] if officer_id == person_id else []
    found += [Bar(tie.bond.value) for tie in ties if binds(tie, look_back_to)]
    return tuple(bar for bar in Bar if bar in found)


def binds(tie: Tie, look_back_to: date) -> bool:
    """Whether a tie bars: for ever, or because it lasted at the day looked back to or after it."""
    return tie.bond in FOR_EVER or tie.ended_on is None or tie.ended_on >= look_back_to
