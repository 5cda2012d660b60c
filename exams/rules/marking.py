"""Marking by people: rubrics, which scripts two persons mark, and what their marks come to. Explained in
docs/algorithms/marking.md."""

import calendar
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from exams.itemtypes.marks import numbers

NOTHING = Fraction(0)
INDEPENDENT_MONTHS = 24  # for so long who trained a candidate marks nothing of theirs


class Double(StrEnum):
    NEVER = "never"  # one person marks each script
    SAMPLE = "sample"  # two persons mark some of them
    ALWAYS = "always"  # two persons mark each


class Role(StrEnum):
    """As what a script is marked. Two persons never have the same script in the same role, control scripts apart."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATION = "adjudication"
    CONTROL = "control"  # it was marked beforehand, and says something of the marker
    REFERENCE = "reference"  # the mark that was agreed on for a control script


class How(StrEnum):
    """How a script came to its points."""

    SINGLE = "single"
    MEAN = "mean"
    ADJUDICATED = "adjudicated"


@dataclass(frozen=True)
class Level:
    points: Fraction
    says: str


@dataclass(frozen=True)
class Criterion:
    """`levels` rise from 0 points."""

    id: str
    name: str
    looks_for: str
    levels: tuple[Level, ...]

    @property
    def most(self) -> Fraction:
        return self.levels[-1].points


@dataclass(frozen=True)
class Rubric:
    criteria: tuple[Criterion, ...]

    @property
    def most(self) -> Fraction:
        return sum((one.most for one in self.criteria), Fraction(0))


@dataclass(frozen=True)
class Settled:
    """`points` by criterion, and how they came about."""

    points: Mapping[str, Fraction]
    how: How

    @property
    def total(self) -> Fraction:
        return sum(self.points.values(), Fraction(0))


class Incomplete(ValueError):
    """Criteria have no level, or one that the rubric does not know. Carries `criteria`, their ids."""

    def __init__(self, criteria: Sequence[str]) -> None:
        super().__init__(", ".join(criteria))
        self.criteria = tuple(criteria)


def since(at: datetime) -> datetime:
    """From when on training keeps a person from marking at a time: so many months before, by the calendar."""
    months = at.year * 12 + at.month - 1 - INDEPENDENT_MONTHS
    year, month = months // 12, months % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def rubric(criteria: Sequence[Mapping[str, Any]]) -> Rubric:
    """From plain data: for each criterion `id`, `name`, `looks_for`, and `levels` with `points` as text and `says`."""
    return Rubric(
        tuple(
            Criterion(
                one["id"],
                one["name"],
                one["looks_for"],
                tuple(
                    Level(numbers.points(level["points"]) or Fraction(0), level["says"])
                    for level in one["levels"]
                ),
            )
            for one in criteria
        )
    )


def points(of: Rubric, levels: Mapping[str, int]) -> dict[str, Fraction]:
    """The points by criterion for a level of each, counted from 0. Raises Incomplete."""
    wrong = [one.id for one in of.criteria if not 0 <= levels.get(one.id, -1) < len(one.levels)]
    if wrong:
        raise Incomplete(wrong)
    return {one.id: one.levels[levels[one.id]].points for one in of.criteria}


def drawn(name: str, percent: int) -> bool:
    """Whether a script of this name is in a sample of so many per cent: always the same answer, and nobody's choice."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 100 < percent


def is_double(double: Double, percent: int, name: str) -> bool:
    return double == Double.ALWAYS or (double == Double.SAMPLE and drawn(name, percent))


def wanted(done: Collection[Role], *, double: bool, differing: bool) -> tuple[Role, ...]:
    """The roles in which a script still waits for a marker, the first of them first."""
    if differing:
        return () if Role.ADJUDICATION in done else (Role.ADJUDICATION,)
    both = (Role.FIRST, Role.SECOND) if double else (Role.FIRST,)
    return tuple(role for role in both if role not in done)


def settle(
    marks: Mapping[Role, Mapping[str, Fraction]], *, double: bool, tolerance: Fraction
) -> Settled | None:
    """What the marks of a script come to; None while it waits for one, or for a third person.

    One mark stands. Two whose totals differ by no more than `tolerance` points give their mean, by criterion. Else a
    third person's mark stands.
    """
    if Role.ADJUDICATION in marks:
        return Settled(marks[Role.ADJUDICATION], How.ADJUDICATED)
    first, second = marks.get(Role.FIRST), marks.get(Role.SECOND)
    if first is not None and not double:
        return Settled(first, How.SINGLE)
    if first is None or second is None or differs(first, second, tolerance):
        return None
    return Settled({one: (first[one] + second[one]) / 2 for one in first}, How.MEAN)


def differs(first: Mapping[str, Fraction], second: Mapping[str, Fraction], tolerance: Fraction) -> bool:
    return abs(sum(first.values(), NOTHING) - sum(second.values(), NOTHING)) > tolerance


def control_due(since: int, every: int) -> bool:
    """Whether a marker is given a control script next, `since` so many scripts after their last; `every` is 0 for never."""
    return every > 0 and since >= every
