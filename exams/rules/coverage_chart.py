"""The traceability matrix as a picture: a line for each clause or control, lessons to the left, live items to the right."""

from collections.abc import Iterable
from dataclasses import dataclass

LINE, HEAD, GAP = 20, 26, 6
NAMES, SIDE = 84, 200  # the middle, where references stand; and the longest bar
EDGE = 60  # room for a word beside the longest bar
WIDTH = NAMES + 2 * (SIDE + EDGE)


@dataclass(frozen=True)
class Counted:
    """A clause or control with its lessons, its live items, and the share of points reached in per cent, or None."""

    ref: str
    lessons: int
    live: int
    share: int | None
    untaught: bool
    untested: bool


@dataclass(frozen=True)
class Line:
    """One line of the picture. `taught` and `asked` are the lengths of its bars."""

    counted: Counted
    y: int
    taught: int
    asked: int

    @property
    def left(self) -> int:
        """Where the bar to the left begins, seen from where it ends."""
        return -self.taught

    @property
    def beside_left(self) -> int:
        return -self.taught - GAP

    @property
    def beside_right(self) -> int:
        return self.asked + GAP


@dataclass(frozen=True)
class Chart:
    lines: tuple[Line, ...]
    middle: int
    left: int  # where bars to the left end
    right: int  # where bars to the right begin
    width: int
    height: int


def chart(rows: Iterable[Counted]) -> Chart:
    """The picture. Both sides have a scale of their own: what is compared is one clause with another."""
    counted = tuple(rows)
    most_lessons = max((row.lessons for row in counted), default=0) or 1
    most_items = max((row.live for row in counted), default=0) or 1
    lines = tuple(
        Line(
            row,
            HEAD + place * LINE,
            round(row.lessons / most_lessons * SIDE),
            round(row.live / most_items * SIDE),
        )
        for place, row in enumerate(counted)
    )
    left = EDGE + SIDE
    return Chart(lines, left + NAMES // 2, left, left + NAMES, WIDTH, HEAD + len(lines) * LINE)
