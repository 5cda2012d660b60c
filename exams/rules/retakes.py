"""When a candidate who failed may sit again."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Wait:
    """A time to wait: days, months, or both."""

    days: int = 0
    months: int = 0


def next_allowed(*, failed_on: Sequence[date], waits: Sequence[Wait]) -> date | None:
    """The first day on which a candidate with these failures may sit again, or None when nothing is to wait for.

    The wait after the n-th failure is the n-th of `waits`; the last one holds for every later failure.
    It runs from the day of the last failure.
    """
    if not failed_on or not waits:
        return None
    wait = waits[min(len(failed_on), len(waits)) - 1]
    return after(max(failed_on), wait)


def free_until(*, failed_on: Sequence[date], months: int) -> date | None:
    """The last day on which the one free retake may be entered for: so many months after the first failure.
    None before any failure, and where the exam gives none."""
    return after(min(failed_on), Wait(months=months)) if failed_on and months else None


def after(day: date, wait: Wait) -> date:
    """`day` plus the wait; a month later is the same day of that month, or its last where there is no such day."""
    months = day.month - 1 + wait.months
    year, month = day.year + months // 12, months % 12 + 1
    moved = date(year, month, min(day.day, monthrange(year, month)[1]))
    return moved + timedelta(days=wait.days)
