"""Outlines of courses: modules, lessons and what is in preparation, whatever their number in one statement."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Length, Substr
from wagtail.models import Page

from courses.models import CoursePage, ModulePage, OutlineRevision, PageWords
from courses.rules.outlines import LessonEntry, ModuleEntry, Outline
from lms.db.kept import Kept

STEP = Page.steplen
_NOTHING = Value(None, output_field=CharField())
# What a query of courses is annotated with as `outline_revision`: then their outlines need not be read again while it is the same.
REVISION = Subquery(OutlineRevision.objects.values("number")[:1])
_OUTLINES: Kept[Outline] = Kept(64)


def outline(course: CoursePage, language: str = "") -> Outline:
    """The outline of a course, as it is published; titles in a language, where they are translated. One
    statement; none where the course was asked for with `REVISION` and this process knows the outline of that revision."""
    return outlines([course], language)[course.pk]


def title_of(course: CoursePage, lesson_key: str) -> str:
    """The title of a published lesson of a course, or nothing. One statement."""
    found = outline(course).lesson(lesson_key)
    return found.title if found else ""


def outlines(courses: Iterable[CoursePage], language: str = "") -> dict[int, Outline]:
    """The outlines of several courses by their ids, titles in a language as before. One statement at most."""
    given = list(courses)
    revisions = {course.pk: getattr(course, "outline_revision", None) for course in given}
    if not given or None in revisions.values():
        return _read(given, language)
    read: dict[int, Outline] = {}

    def found(course: CoursePage) -> Outline:
        if not read:
            read.update(_read(given, language))
        return read[course.pk]

    return {
        one.pk: _OUTLINES.get((one.pk, language, revisions[one.pk]), lambda one=one: found(one))  # type: ignore[misc]
        for one in given
    }


def _read(courses: Iterable[CoursePage], language: str) -> dict[int, Outline]:
    wanted = {course.path: course for course in courses}
    modules: dict[str, list[dict[str, Any]]] = defaultdict(list)
    lessons: dict[str, list[LessonEntry]] = defaultdict(list)
    titles: dict[str, str] = {}
    for row in _rows(wanted, language) if wanted else ():
        parent = row["path"][:-STEP]
        if row["lessonpage__key"] is not None:
            lessons[parent].append(_lesson(row))
        elif row["path"] in wanted:
            titles[row["path"]] = row["words_title"] or ""
        elif parent in wanted:
            modules[parent].append(row)
    return {
        course.pk: _outline(course, modules[path], lessons, titles.get(path, ""))
        for path, course in wanted.items()
    }


def _rows(paths: Iterable[str], language: str) -> Iterable[dict[str, Any]]:
    """The published modules and lessons under these paths, and the lessons that modules there share; in a language the
    pages at the paths too, for what they are called in it."""
    under = Q()
    for path in paths:
        under |= Q(path__startswith=path)
    shared = ModulePage.objects.live().filter(under, shares__path=OuterRef("parent_path"))
    pages = Page.objects.live().annotate(parent_path=Substr("path", 1, Length("path") - Value(STEP)))
    there = Page.objects.live().filter(translation_key=OuterRef("translation_key"))
    said = there.filter(locale__language_code=language).values("title")[:1]
    words = PageWords.objects.filter(page=OuterRef("pk"), language=language)
    wanted = Q(modulepage__isnull=False) | Q(lessonpage__isnull=False)
    return (
        pages.filter(under | Exists(shared))
        .filter(wanted | Q(path__in=list(paths)) if language else wanted)
        .order_by("path")
        .annotate(
            shared_path=F("modulepage__shares__path"),
            said=Subquery(said) if language else _NOTHING,
            words_title=Subquery(words.values("title")[:1]) if language else _NOTHING,
            words_summary=Subquery(words.values("summary")[:1]) if language else _NOTHING,
        )
        .values(
            *(
                "pk",
                "path",
                "title",
                "said",
                "words_title",
                "words_summary",
                "shared_path",
                "lessonpage__key",
                "lessonpage__minutes",
                "lessonpage__sample",
            ),
            *("modulepage__key", "modulepage__number", "modulepage__summary", "modulepage__domain_id"),
            "modulepage__planned",
        )
    )


def _lesson(row: Mapping[str, Any]) -> LessonEntry:
    return LessonEntry(
        page_id=row["pk"],
        key=row["lessonpage__key"],
        title=row["said"] or row["title"],
        minutes=row["lessonpage__minutes"],
        sample=row["lessonpage__sample"],
        translated=row["said"] is not None,
    )


def _outline(
    course: CoursePage,
    modules: Iterable[Mapping[str, Any]],
    lessons: Mapping[str, list[LessonEntry]],
    said: str,
) -> Outline:
    return Outline(
        course_id=course.pk,
        key=course.key,
        slug=course.slug,
        title=said or course.title,
        cpd_hours=course.cpd_hours,
        modules=tuple(_module(row, lessons.get(row["shared_path"] or row["path"], [])) for row in modules),
        translated=bool(said),
    )


def _module(row: Mapping[str, Any], lessons: Iterable[LessonEntry]) -> ModuleEntry:
    number = row["modulepage__number"]
    return ModuleEntry(
        key=row["modulepage__key"],
        number=number,
        title=row["words_title"] or row["title"],
        summary=row["words_summary"] or row["modulepage__summary"],
        domain_id=row["modulepage__domain_id"],
        lessons=tuple(replace(lesson, number=f"{number}.{place}") for place, lesson in enumerate(lessons, 1)),
        planned=tuple(str(block.value) for block in row["modulepage__planned"] or ()),
        translated=row["words_title"] is not None,
    )
