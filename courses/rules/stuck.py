"""Who is stuck: a rule with thresholds that a trainer can read (docs/algorithms/stuck.md).

It says where to look, and nothing about why; it counts for nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

QUIET: Final = timedelta(days=10)
LONG: Final = 2  # times the planned minutes
TRIES: Final = 3
BEHIND: Final = Fraction(1, 4)


class Sign(StrEnum):
    QUIET = "quiet"  # no lesson opened for ten days
    LONG = "long"  # twice the planned time spent in a lesson that is not done
    TRIES = "tries"  # a check answered three times and still wrong
    BEHIND = "behind"  # a quarter of the course or more behind the calendar of their cohort


@dataclass(frozen=True)
class Reading:
    """A lesson that a learner has opened and not finished: the planned minutes, and the seconds spent in it."""

    minutes: int
    seconds: int


@dataclass(frozen=True)
class Studying:
    """How one learner stands. `since` is when they last did anything, `tries` the most answers to a check that is
    still wrong, `span` the first and last day of their cohort."""

    since: datetime
    done: int
    total: int
    readings: tuple[Reading, ...] = ()
    tries: int = 0
    span: tuple[date, date] | None = None


def signs(learner: Studying, at: datetime) -> tuple[Sign, ...]:
    """What speaks for being stuck, in the order above; nothing for who has done every lesson."""
    if learner.done >= learner.total:
        return ()
    return tuple(_found(learner, at))


def _found(learner: Studying, at: datetime) -> Iterable[Sign]:
    if at - learner.since >= QUIET:
        yield Sign.QUIET
    if any(one.seconds >= LONG * 60 * one.minutes for one in learner.readings):
        yield Sign.LONG
    if learner.tries >= TRIES:
        yield Sign.TRIES
    if learner.span and gone(*learner.span, at.date()) - Fraction(learner.done, learner.total) >= BEHIND:
        yield Sign.BEHIND


def gone(first: date, last: date, on: date) -> Fraction:
    """Which share of the days from the first to the last is over at the beginning of a day: 0 to 1."""
    days = (last - first).days + 1
    return Fraction(min(max((on - first).days, 0), days), days)
