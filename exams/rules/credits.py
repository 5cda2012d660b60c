"""How much time one person may add to a sitting alone."""

from datetime import timedelta


def needs_second(*, amount: timedelta, given_alone: timedelta, alone: timedelta) -> bool:
    """Whether a second person must agree: what one person gives a sitting alone counts together, so that
    a large credit can't be had in small pieces."""
    return given_alone + amount > alone
