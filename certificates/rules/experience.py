"""Experience in days: a day counts once, however many posts were held on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

YEAR: Final = 365


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included; without `ends_on` it goes on."""

    begins_on: date
    ends_on: date | None = None


def days(periods: Iterable[Period], on: date) -> int:
    """The days up to and including `on` that lie in any of the periods."""
    return sum((last - first).days + 1 for first, last in _merged(periods, on))


def reached_on(periods: Iterable[Period], need: int) -> date | None:
    """The day on which the periods have come to `need` days; None where they never do."""
    left = need
    for first, last in _merged(periods, date.max):
        length = (last - first).days + 1
        if length >= left:
            return first + timedelta(days=max(left, 1) - 1)
        left -= length
    return None


def _merged(periods: Iterable[Period], until: date) -> list[tuple[date, date]]:
    found: list[tuple[date, date]] = []
    spans = sorted((period.begins_on, min(period.ends_on or until, until)) for period in periods)
    for first, last in spans:
        if first > last:
            continue
        if found and (first - found[-1][1]).days <= 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
