"""Times in people's zones: what was typed in one as an instant, and an instant in words."""

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


def words(moment: datetime, name: str) -> str:
    """ "23 November 2026, 10:00 (Europe/Berlin), which is 09:00 UTC": the reader's zone, and UTC with its day
    where that is another."""
    name, there = zone(name)
    local, utc = moment.astimezone(there), moment.astimezone(UTC)
    said = f"{day_words(local.date())}, {local:%H:%M} ({name.replace('_', ' ')})"
    if name == "UTC":
        return said
    other_day = "" if utc.date() == local.date() else f"{day_words(utc.date())}, "
    return f"{said}, which is {other_day}{utc:%H:%M} UTC"


def span_words(opens_at: datetime, closes_at: datetime, name: str) -> str:
    """ "23 November 2026, 10:00 to 18:00 (Europe/Berlin), which is 09:00 to 17:00 UTC"; where it spans days, both
    ends in full."""
    name, there = zone(name)
    first, last = opens_at.astimezone(there), closes_at.astimezone(there)
    utc = opens_at.astimezone(UTC), closes_at.astimezone(UTC)
    if len({moment.date() for moment in (first, last, *utc)}) > 1:
        return f"{words(opens_at, name)}, to {words(closes_at, name)}"
    said = f"{day_words(first.date())}, {first:%H:%M} to {last:%H:%M} ({name.replace('_', ' ')})"
    return said if name == "UTC" else f"{said}, which is {utc[0]:%H:%M} to {utc[1]:%H:%M} UTC"


def day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
