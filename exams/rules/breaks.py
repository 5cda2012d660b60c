"""Breaks that an accommodation allows: how much of them is left, when one ends, and what it gives back."""

from datetime import datetime, timedelta


def left(*, granted: timedelta, taken: timedelta) -> timedelta:
    """The break time that a candidate may still take."""
    return max(granted - taken, timedelta())


def ends_at(*, begun_at: datetime, left: timedelta, window_closes_at: datetime | None = None) -> datetime:
    """When a break ends by itself: when its time is used up, or with the window where that ends sittings."""
    used_up = begun_at + left
    return used_up if window_closes_at is None else min(used_up, window_closes_at)


def is_over(*, ends_at: datetime | None, at: datetime) -> bool:
    """Whether a break has run out. Without an end there is no break."""
    return ends_at is not None and at >= ends_at


def length(*, begun_at: datetime, ends_at: datetime, at: datetime) -> timedelta:
    """How long a break was that is ended at `at`, and so what is credited for it: never more than it could
    last, however late anybody comes to notice, and never less than nothing."""
    return max(min(at, ends_at) - begun_at, timedelta())
