"""Times in people's zones: what was typed in one as an instant, and an instant in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


class NoSuchTime(ValueError):
    """The clocks go forward over this time: on that day it does not come."""


class TimeComesTwice(ValueError):
    """The clocks go back over this time: on that day it comes twice."""


@cache
def names() -> tuple[str, ...]:
    """The zones that a person may choose from, in order."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def zone(name: str) -> tuple[str, ZoneInfo]:
    """A zone by name, and the name; UTC where there is none of that name."""
    try:
        return name, ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC", ZoneInfo("UTC")


def instant(typed: datetime, name: str) -> datetime:
    """The instant, in UTC, of a time without a zone that was typed by a person in the zone `name`.

    Nothing is guessed where the clocks change: raises NoSuchTime and TimeComesTwice.
    """
    there = zone(name)[1]
    first, second = (typed.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(there).replace(tzinfo=None) != typed:
        raise NoSuchTime(typed)
    if first != second:
        raise TimeComesTwice(typed)
    return first


def day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@dataclass(frozen=True)
class Phrases:
    """How moments are said in a language: `in_utc` and `span` are two texts in one, by `said` and `utc`, `first` and `last`."""

    day: Callable[[date], str] = day_words
    in_utc: str = "%(said)s, which is %(utc)s UTC"
    span: str = "%(first)s to %(last)s"
    span_of_days: str = "%(first)s, to %(last)s"


ENGLISH = Phrases()


def words(moment: datetime, name: str, say: Phrases = ENGLISH) -> str:
    """ "23 November 2026, 10:00 (Europe/Berlin), which is 09:00 UTC": the reader's zone, and UTC with its day
    where that is another."""
    name, there = zone(name)
    local, utc = moment.astimezone(there), moment.astimezone(UTC)
    said = f"{say.day(local.date())}, {local:%H:%M} ({name.replace('_', ' ')})"
    if name == "UTC":
        return said
    other_day = "" if utc.date() == local.date() else f"{say.day(utc.date())}, "
    return say.in_utc % {"said": said, "utc": f"{other_day}{utc:%H:%M}"}


def span_words(opens_at: datetime, closes_at: datetime, name: str, say: Phrases = ENGLISH) -> str:
    """ "23 November 2026, 10:00 to 18:00 (Europe/Berlin), which is 09:00 to 17:00 UTC"; where it spans days, both
    ends in full."""
    name, there = zone(name)
    first, last = opens_at.astimezone(there), closes_at.astimezone(there)
    utc = opens_at.astimezone(UTC), closes_at.astimezone(UTC)
    if len({moment.date() for moment in (first, last, *utc)}) > 1:
        ends = {"first": words(opens_at, name, say), "last": words(closes_at, name, say)}
        return say.span_of_days % ends
    hours = say.span % {"first": f"{first:%H:%M}", "last": f"{last:%H:%M}"}
    said = f"{say.day(first.date())}, {hours} ({name.replace('_', ' ')})"
    if name == "UTC":
        return said
    return say.in_utc % {
        "said": said,
        "utc": say.span % {"first": f"{utc[0]:%H:%M}", "last": f"{utc[1]:%H:%M}"},
    }
