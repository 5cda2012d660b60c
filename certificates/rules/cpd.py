"""Hours of professional development: what counts, and how many will be missing at the end.

docs/algorithms/maintenance.md tells it with numbers. Time is in whole minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Category:
    """A kind of activity; `most_minutes` is what it counts for in one cycle, 0 without a cap."""

    key: str
    title: str
    most_minutes: int


@dataclass(frozen=True)
class Done:
    category: str
    minutes: int
    on: date


@dataclass(frozen=True)
class Share:
    """What a category holds: everything recorded, and how much of it counts."""

    category: Category
    recorded: int
    counted: int

    @property
    def over(self) -> int:
        """Minutes above the cap: recorded, and not counted."""
        return self.recorded - self.counted


@dataclass(frozen=True)
class Tally:
    required: int
    shares: tuple[Share, ...]

    @property
    def counted(self) -> int:
        return sum(share.counted for share in self.shares)

    @property
    def missing(self) -> int:
        return max(0, self.required - self.counted)

    @property
    def met(self) -> bool:
        return self.missing == 0


def tally(
    done: Sequence[Done],
    categories: Sequence[Category],
    *,
    required: int,
    begins_on: date,
    until: date,
) -> Tally:
    """What counts towards `required` minutes of the cycle from `begins_on` to `until`, both included.

    What was done outside the cycle, or in a category that the scheme no longer has, counts nothing.
    """
    shares = []
    for category in categories:
        recorded = sum(
            one.minutes for one in done if one.category == category.key and begins_on <= one.on <= until
        )
        cap = category.most_minutes
        shares.append(Share(category, recorded, min(recorded, cap) if cap else recorded))
    return Tally(required, tuple(shares))


def gap_at_expiry(counted: int, required: int, *, begins_on: date, expires_on: date, on: date) -> int:
    """Minutes that will be missing on the last day if the holder goes on at the pace so far.

    Rounded up to whole minutes; before the end of the first day nothing is foretold: all is missing.
    """
    whole = (expires_on - begins_on).days + 1
    passed = max(0, min((on - begins_on).days, whole))
    if passed == 0:
        return max(0, required - counted)
    # required - counted · whole / passed, rounded up without leaving whole numbers.
    return max(0, -((counted * whole - required * passed) // passed))
