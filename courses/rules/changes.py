"""What differs between two editions of a lesson, paragraph by paragraph."""

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from courses.rules.lessons import Lesson, Part

_END = re.compile(r"</(?:p|li|h[2-6]|blockquote|td|th)>|<br ?/?>|<hr ?/?>")
_TAG = re.compile(r"<[^>]+>")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Change:
    """A paragraph as it was and as it is; the one that there is not is empty."""

    before: str
    after: str


def compare(before: Lesson, after: Lesson) -> tuple[Change, ...]:
    """The paragraphs that differ, in the order of the later edition. Cosmetic differences are none."""
    old, new = list(_paragraphs(before)), list(_paragraphs(after))
    found: list[Change] = []
    for kind, left, right, low, high in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        gone, come = old[left:right], new[low:high]
        size = max(len(gone), len(come))
        gone, come = gone + [""] * (size - len(gone)), come + [""] * (size - len(come))
        found += [Change(*pair) for pair in zip(gone, come, strict=True)]
    return tuple(found)


def _paragraphs(lesson: Lesson) -> Iterator[str]:
    for part in lesson.parts:
        for line in _lines(part):
            words = _SPACE.sub(" ", entities.unescape(_TAG.sub("", line))).strip()
            if words:
                yield words


def _lines(part: Part) -> Iterator[str]:
    yield part.title
    yield from _END.split(part.html)
    if part.rows:
        yield " | ".join(part.headings)
        yield from (" | ".join(row) for row in part.rows)
    if part.kind == "reference":
        yield part.url
    if part.check:
        yield part.check.question
        for option in part.check.options:
            yield f"{option.text} ({'right' if option.right else 'not right'}: {option.why})"
