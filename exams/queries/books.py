"""What lies beside the paper of an open-book exam: the lessons of its course, to be read and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.queries import catalogue, lessons, outlines, shown
from courses.queries.shown import ShownPart

if TYPE_CHECKING:
    from courses.rules.outlines import LessonEntry, Outline

NO_ANSWERS: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True)
class Reading:
    """One lesson as it lies beside a paper: its checks are left out, for nothing is answered here."""

    entry: "LessonEntry"
    parts: tuple[ShownPart, ...]


def outline(course_key: str) -> "Outline | None":
    """The outline of the exam's course, or None where it has none. Two statements."""
    course = catalogue.course_page(course_key)
    return None if course is None else outlines.outline(course)


def reading(book: "Outline", lesson_key: str) -> Reading | None:
    """A lesson of the book, or None. One statement."""
    entry = next((lesson for lesson in book.lessons if lesson.key == lesson_key), None)
    page = lessons.page(entry.page_id) if entry else None
    if entry is None or page is None:
        return None
    found = shown.parts(lessons.reading(page), NO_ANSWERS, {}, lambda _: "")
    return Reading(entry, tuple(part for part in found if part.check is None))
