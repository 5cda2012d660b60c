"""Full-text search in the lessons of a learner's courses: in what the learner would read of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from wagtail.search.backends import get_search_backend

from courses.models import CoursePage, Enrolment, KeptEdition, LessonPage, LessonRecord
from courses.queries import outlines
from courses.rules.outlines import LessonEntry
from courses.states import EnrolmentState

MOST = 50  # lessons shown
AROUND = 120  # characters shown on each side of the first word found
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Found:
    """A lesson that says the words, in the first of the learner's courses that has it, and in the edition and language in
    which they read it there; `language` is empty where that is the original's."""

    course_slug: str
    course_title: str
    entry: LessonEntry
    language: str
    passage: tuple[tuple[bool, str], ...]  # pieces of text, and whether each is one of the words


@dataclass(frozen=True)
class _Read:
    """Where a learner reads a lesson, and what of it: a published page, or a revision of one."""

    course: CoursePage
    entry: LessonEntry
    language: str
    page_id: int
    revision_id: int | None = None


def search(person_id: int, words: str) -> tuple[Found, ...]:
    """The published lessons of a person's courses that say all the words, the best first, 50 at most: each in the edition
    that they began and in the language in which they read.

    By the full-text search of the database, as Wagtail asks it: words are found in their other forms
    on PostgreSQL. At most seven statements, one more for each further language.
    """
    # Signs would be operators to the index, and a fault to SQLite's where they are none.
    wanted = _WORD.findall(words)
    read = list(_read(person_id)) if wanted else []
    if not read:
        return ()
    asked = " ".join(wanted)
    pages = {one.page_id: one for one in read if one.revision_id is None}
    kept = {one.revision_id: one for one in read if one.revision_id is not None}
    today = LessonPage.objects.live().filter(pk__in=pages).search(asked, operator="and")[:MOST]
    found = [_found(pages[page.pk], text_of(page), wanted) for page in today]
    if kept and len(found) < MOST:
        editions = KeptEdition.objects.filter(revision__in=kept)
        rows = get_search_backend().search(asked, editions, operator="and")[: MOST - len(found)]
        found += [_found(kept[row.revision_id], row.text, wanted) for row in rows]
    return tuple(found)


def text_of(page: LessonPage) -> str:
    """What a lesson says, as the index holds it."""
    said = page.body.stream_block.get_searchable_content(page.body)
    return _SPACE.sub(" ", " ".join(said)).strip()


def _read(person_id: int) -> Iterator[_Read]:
    """Every lesson of a person's courses as they would read it, once: as `lessons.editions` chooses."""
    taken = Enrolment.objects.filter(person_id=person_id, course__live=True)
    enrolments = list(
        taken.exclude(state=EnrolmentState.WITHDRAWN).select_related("course").order_by("enrolled_at", "id")
    )
    placed: dict[int, tuple[Enrolment, LessonEntry]] = {}
    for enrolment, entry in _entries(enrolments):
        placed.setdefault(entry.page_id, (enrolment, entry))
    begun = {(row.enrolment_id, row.lesson_key): row for row in _records(enrolments)}
    texts = _texts(placed, {enrolment.language for enrolment in enrolments} - {""})
    for page_id, (enrolment, entry) in placed.items():
        record = begun.get((enrolment.pk, entry.key))
        there = texts.get((page_id, enrolment.language)) if enrolment.language else None
        here = texts.get((page_id, ""))
        if there is not None:
            mine = record.translation if record else None
            begun_here = mine if mine and mine.object_id == str(there[0]) and mine.pk != there[1] else None
            older = begun_here.pk if begun_here else None
            yield _Read(enrolment.course, entry, enrolment.language, there[0], older)
        elif here is not None:
            held = record.revision_id if record else None
            yield _Read(enrolment.course, entry, "", page_id, held if held != here[1] else None)


def _entries(enrolments: Sequence[Enrolment]) -> Iterable[tuple[Enrolment, LessonEntry]]:
    """The lessons of courses in their order, titles in the language of the enrolment. A statement for each language."""
    by_language: dict[str, list[CoursePage]] = defaultdict(list)
    for one in enrolments:
        by_language[one.language].append(one.course)
    drawn = {said: outlines.outlines(courses, said) for said, courses in by_language.items()}
    return chain.from_iterable(
        ((one, entry) for entry in drawn[one.language][one.course_id]) for one in enrolments
    )


def _records(enrolments: Sequence[Enrolment]) -> Iterable[LessonRecord]:
    rows = LessonRecord.objects.filter(enrolment__in=enrolments).select_related("translation")
    return rows.only("enrolment", "lesson_key", "revision", "translation", "translation__object_id")


def _texts(page_ids: Iterable[int], spoken: set[str]) -> Mapping[tuple[int, str], tuple[int, int]]:
    """The published texts of lessons by these and the language, which is empty for the original: the page and its revision.
    One statement, or two where languages are read."""
    own = LessonPage.objects.live().filter(pk__in=list(page_ids))
    found: dict[tuple[int, str], tuple[int, int]] = {}
    keys: dict[Any, int] = {}
    for pk, key, revision in own.values_list("pk", "translation_key", "live_revision_id"):
        found[pk, ""] = pk, revision
        keys[key] = pk
    if spoken:
        rows = LessonPage.objects.translations().live().filter(locale__language_code__in=spoken)
        said = rows.filter(translation_key__in=keys).values_list(
            "translation_key", "locale__language_code", "pk", "live_revision_id"
        )
        for key, code, pk, revision in said:
            found[keys[key], code] = pk, revision
    return found


def _found(read: _Read, text: str, words: Sequence[str]) -> Found:
    course = read.course
    return Found(course.slug, course.title, read.entry, read.language, _passage(text, words))


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
