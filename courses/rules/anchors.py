"""Where a question stands in a lesson, also after the lesson was edited.

A block has an id, and blocks of the library have theirs from their position: an inserted block moves the ids of all that
follow. So the id is believed where the block still says much the same, else the block that does is looked for.
"""

import html as entities
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from courses.rules.lessons import Lesson, Part

ALIKE: Final = 0.6  # of 1, by the words of the passages
PASSAGE: Final = 300  # characters kept of a block
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Anchor:
    """A block by its id, and how it begins."""

    block: str
    passage: str


def passage(part: Part) -> str:
    """How a block begins, as plain words: 300 characters at most, and no word cut in two."""
    said = part.check.question if part.check else ""
    cells = " ".join(" ".join(row) for row in part.rows)
    said = " ".join(filter(None, (said, part.title, part.html, cells)))
    plain = " ".join(entities.unescape(_TAG.sub(" ", said)).split())
    return plain if len(plain) <= PASSAGE else plain[: PASSAGE - 1].rsplit(" ", 1)[0] + " …"


def part_of(anchor: Anchor, lesson: Lesson) -> Part | None:
    """The part of a lesson that a question is about; None for the lesson as a whole, and where the block is gone."""
    if not anchor.block:
        return None
    named = next((part for part in lesson.parts if part.block == anchor.block), None)
    if named is not None and alike(anchor.passage, passage(named)) >= ALIKE:
        return named
    closest = max(lesson.parts, key=lambda part: alike(anchor.passage, passage(part)), default=None)
    if closest is not None and alike(anchor.passage, passage(closest)) >= ALIKE:
        return closest
    return None


def alike(one: str, other: str) -> float:
    """How much two passages say the same: 0 to 1, by words in their order."""
    if one == other:
        return 1.0
    return SequenceMatcher(None, _words(one), _words(other), autojunk=False).ratio()


def _words(text: str) -> Sequence[str]:
    return text.casefold().split()
