"""From when until when a credential is valid, and when its holder is reminded."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

REMINDER_DAYS: Final = (90, 60, 30, 7, 0)


def expires_on(granted_on: date, years: int) -> date:
    """The last valid day: the same day `years` later; 29 February becomes the 28th where there is none."""
    if years < 1:
        raise ValueError("a credential is valid for a year at least")
    year = granted_on.year + years
    try:
        return granted_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def days_left(last_day: date, on: date) -> int:
    """Days from `on` to the last valid day: 0 on that day itself, negative when it has passed."""
    return (last_day - on).days


def due_from(last_day: date) -> date:
    """The day on which renewal falls due: the day of the first reminder."""
    return last_day - timedelta(days=REMINDER_DAYS[0])


def reminder(
    last_day: date, on: date, told: Collection[int], *, grace_days: int
) -> tuple[int | None, tuple[int, ...]]:
    """Which reminder to send on a day, and which were overtaken by it.

    A reminder is open from its day on until it is told or a later one is open: so a sweep that
    missed days still sends it, and a holder never gets two on the same day. Nothing is sent once
    renewal has closed, `grace_days` after the last valid day.
    """
    left = days_left(last_day, on)
    if left < -grace_days:
        return None, ()
    open_ = [days for days in REMINDER_DAYS if left <= days and days not in told]
    if not open_:
        return None, ()
    now = min(open_)
    if any(days < now for days in told):
        # A later one was told already; an earlier one would only confuse.
        return None, tuple(open_)
    return now, tuple(days for days in open_ if days != now)
