"""Full-text search in the lessons of a learner's courses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from courses.models import CoursePage, Enrolment, LessonPage
from courses.queries import outlines
from courses.rules.outlines import LessonEntry
from courses.states import EnrolmentState

MOST = 50  # lessons shown
AROUND = 120  # characters shown on each side of the first word found
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Found:
    """A lesson that says the words, in the first of the learner's courses that has it."""

    course_slug: str
    course_title: str
    entry: LessonEntry
    passage: tuple[tuple[bool, str], ...]  # pieces of text, and whether each is one of the words


def search(person_id: int, words: str) -> tuple[Found, ...]:
    """The published lessons of a person's courses that say all the words, the best first, 50 at most.

    By the full-text search of the database, as Wagtail asks it: words are found in their other forms
    on PostgreSQL. At most four statements.
    """
    taken = Enrolment.objects.filter(person_id=person_id, course__live=True)
    courses: list[CoursePage] = [
        row.course
        for row in taken.exclude(state=EnrolmentState.WITHDRAWN)
        .select_related("course")
        .order_by("enrolled_at", "id")
    ]
    drawn = outlines.outlines(courses)
    places = {
        entry.page_id: (course, entry)
        for course in reversed(courses)  # the first course stands at the end, and wins
        for entry in drawn[course.pk]
    }
    # Signs would be operators to the index, and a fault to SQLite's where they are none.
    wanted = _WORD.findall(words)
    if not places or not wanted:
        return ()
    rows = LessonPage.objects.live().filter(pk__in=places)
    found = rows.search(" ".join(wanted), operator="and")[:MOST]
    return tuple(_found(page, *places[page.pk], wanted) for page in found)


def _found(page: LessonPage, course: CoursePage, entry: LessonEntry, words: Sequence[str]) -> Found:
    return Found(course.slug, course.title, entry, _passage(_text(page), words))


def _text(page: LessonPage) -> str:
    said = page.body.stream_block.get_searchable_content(page.body)
    return _SPACE.sub(" ", " ".join(said)).strip()


def _passage(text: str, words: Sequence[str]) -> tuple[tuple[bool, str], ...]:
    any_word = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    first = any_word.search(text)
    begin = max(0, first.start() - AROUND) if first else 0
    end = begin + 2 * AROUND
    # Words are not cut in two.
    if begin:
        begin = text.find(" ", begin) + 1
    cut = text[begin:end]
    if end < len(text):
        cut = cut.rsplit(" ", 1)[0] + " …"
    if begin:
        cut = "… " + cut
    pieces: list[tuple[bool, str]] = []
    at = 0
    for match in any_word.finditer(cut):
        pieces += [(False, cut[at : match.start()]), (True, match.group())]
        at = match.end()
    return tuple(piece for piece in [*pieces, (False, cut[at:])] if piece[1])
