"""Attendance: how much of what a cohort's sessions gave a learner was there for, and the hours that it comes to.

The rule, with numbers, is in docs/algorithms/attendance.md. Minutes are those that were planned: a session that
ran over gives no more than it promised, and one that was cancelled gives nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Presence(StrEnum):
    PRESENT = "present"
    PART = "part"
    ABSENT = "absent"


class BadMark(ValueError):
    """A part is more than nothing and less than the whole; whoever was present or absent has no minutes of their own."""


@dataclass(frozen=True)
class Given:
    """A session as one learner had it: its planned minutes, whether it is still to come, and for how many of its
    minutes they were there."""

    minutes: int
    ahead: bool = False
    attended: int = 0


@dataclass(frozen=True)
class Attended:
    """Minutes of sessions that were held and that are still to come, and the minutes attended."""

    given: int
    ahead: int
    attended: int

    @property
    def percent(self) -> int:
        """Of what was given so far, rounded down: nobody is shown as nearer than they are."""
        return 100 * self.attended // self.given if self.given else 0


def minutes(presence: Presence, planned: int, part: int | None) -> int:
    """For how many minutes a mark counts; raises BadMark."""
    if presence == Presence.PART:
        if part is None or not 0 < part < planned:
            raise BadMark(part)
        return part
    return planned if presence == Presence.PRESENT else 0


def attended(sessions: Iterable[Given]) -> Attended:
    """What the sessions of a cohort come to for one learner; those that were cancelled are left out beforehand."""
    listed = list(sessions)
    return Attended(
        given=sum(one.minutes for one in listed if not one.ahead),
        ahead=sum(one.minutes for one in listed if one.ahead),
        attended=sum(min(one.attended, one.minutes) for one in listed),
    )


def is_met(found: Attended, percent: int) -> bool:
    """Whether a cohort that asks for so many percent of its sessions has had them: none is still to come, and the
    exact share is reached. A cohort that asks for nothing never waits."""
    if not percent:
        return True
    return not found.ahead and 100 * found.attended >= percent * found.given


def whole_hours(minutes: int) -> int:
    """The CPD hours that minutes attended add to those of the course: what is less than an hour is not rounded up."""
    return minutes // 60
