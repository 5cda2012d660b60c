"""When a missed check is asked again: boxes of growing length (S. Leitner, So lernt man lernen, 1972)."""

from dataclasses import dataclass
from datetime import date, timedelta

DAYS = (1, 3, 7, 16, 35)
"""Days until the next asking, by box from 1 on."""


@dataclass(frozen=True)
class Step:
    """The box a check lies in, from 1 on, and the day on which it is asked; no day when it is learned."""

    box: int
    due_on: date | None


def missed(on: date) -> Step:
    """Where a check comes that was answered wrongly on a day: into the first box."""
    return Step(1, on + timedelta(days=DAYS[0]))


def answered(box: int, *, right: bool, on: date) -> Step:
    """Where a check comes that lay in a box and was answered on a day.

    Right: into the next box, out of the last one as learned. Wrong: back into the first.
    """
    if not right:
        return missed(on)
    if box >= len(DAYS):
        return Step(box, None)
    return Step(box + 1, on + timedelta(days=DAYS[box]))
