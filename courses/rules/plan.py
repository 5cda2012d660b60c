"""A study plan: the lessons that are left over the days that are left (docs/algorithms/study-plan.md)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Final

from courses.rules.outlines import LessonEntry

SHOWN: Final = 7  # study days
MOST: Final = 730  # days ahead that are looked at
STEADY: Final = 240  # minutes a day beyond which nobody keeps it up


@dataclass(frozen=True)
class Day:
    """A day of study and the lessons that are begun on it."""

    on: date
    lessons: tuple[LessonEntry, ...]


@dataclass(frozen=True)
class Plan:
    """`days` are the days of study before `until`, of which the first ones are `shown` with their lessons; `minutes` are
    left, and `daily` of them fall on each day. Without a day nothing can be planned, and `daily` is 0."""

    until: date
    days: int
    minutes: int
    daily: int
    shown: tuple[Day, ...]

    @property
    def is_steep(self) -> bool:
        """More a day than can be kept up, or no day left."""
        return bool(self.minutes) and (not self.days or self.daily > STEADY)


def study_days(on: date, until: date, weekdays: Collection[int]) -> list[date]:
    """The days of study from a day on and before another: those of these weekdays (Monday is 0). The day of the exam is
    none of them. Two years ahead at most."""
    ahead = min((until - on).days, MOST)
    days = (on + timedelta(days=number) for number in range(max(ahead, 0)))
    return [day for day in days if day.weekday() in weekdays]


def plan(undone: Sequence[LessonEntry], *, on: date, until: date, weekdays: Collection[int]) -> Plan:
    """Spreads lessons over the days in their order, by their planned minutes: a lesson begins on the day into which its
    first minute falls when all minutes are divided evenly."""
    days = study_days(on, until, weekdays)
    minutes = sum(lesson.minutes for lesson in undone)
    if not days:
        return Plan(until, 0, minutes, 0, ())
    each = Fraction(minutes, len(days))
    begun: dict[date, list[LessonEntry]] = {day: [] for day in days}
    before = 0
    for lesson in undone:
        begun[days[min(int(before / each), len(days) - 1)]].append(lesson)
        before += lesson.minutes
    shown = tuple(Day(day, tuple(begun[day])) for day in days[:SHOWN])
    return Plan(until, len(days), minutes, ceil(each), shown)


def weekdays_of(mask: int) -> frozenset[int]:
    """The weekdays of a number whose lowest bit is Monday."""
    return frozenset(day for day in range(7) if mask >> day & 1)


def mask_of(weekdays: Iterable[int]) -> int:
    return sum(1 << day for day in set(weekdays))
