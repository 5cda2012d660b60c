"""Which lessons teach which clauses and controls."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Subquery
from wagtail.models import Page, Revision

from courses.models import CoursePage, LessonPage, languages
from courses.queries import lessons, outlines


@dataclass(frozen=True)
class Teaching:
    """A published lesson in one course that teaches a clause. A shared lesson counts in each course."""

    ref: str
    course_key: str
    course_title: str
    slug: str
    module_number: int
    number: str
    lesson_key: str
    title: str
    page_id: int
    review_by: date | None


def teaching(framework_key: str, *, profile_key: str = "") -> dict[str, tuple[Teaching, ...]]:
    """The lessons of published courses by the clause or control that they teach; with `profile_key` those of
    courses for this profile alone. Three statements."""
    pairs = LessonPage.objects.live().filter(clauses__framework__key=framework_key)
    return _by_ref(pairs.values_list("pk", "clauses__ref", "review_by"), profile_key)


def teaching_of(ref: str) -> tuple[Teaching, ...]:
    """The lessons that teach one clause or control, in the order of the catalogue. Three statements."""
    pairs = LessonPage.objects.live().filter(clauses__ref=ref)
    return _by_ref(pairs.values_list("pk", "clauses__ref", "review_by")).get(ref, ())


@dataclass(frozen=True)
class Ageing:
    """A published lesson whose dated claims are to be checked again."""

    page_id: int
    title: str
    within: str
    checked_on: date
    review_by: date
    framework: str
    refs: tuple[str, ...]


def ageing(until: date) -> tuple[Ageing, ...]:
    """The published lessons that are to be checked again until a day, the most overdue first. Two statements."""
    rows = LessonPage.objects.originals().live().filter(review_by__lte=until).order_by("review_by", "path")
    return tuple(
        _ageing(lesson, lesson.pk, lesson.title, lesson.checked_on, lesson.review_by)
        for lesson in rows.prefetch_related("clauses__framework")
    )


def stale() -> tuple[Ageing, ...]:
    """The published translations whose original says something else by now: checked when they were published, and to be
    checked again since that was. One statement, and four for each of them."""
    original = Page.objects.filter(translation_key=OuterRef("translation_key"), lessonpage__isnull=False)
    original = original.filter(locale__language_code=languages.ORIGINAL, live=True)
    rows = LessonPage.objects.translations().live().select_related("locale").order_by("path")
    rows = rows.annotate(
        original_id=Subquery(original.values("pk")[:1]), newest=Subquery(original.values("live_revision")[:1])
    )
    found = []
    for row in rows.filter(newest__isnull=False).exclude(from_revision=F("newest")):
        lesson = LessonPage.objects.get(pk=row.original_id)
        then = Revision.objects.filter(pk=row.from_revision).values_list("content", flat=True).first()
        if lessons.is_stale(lesson, row, then):
            title = f"{row.title} ({languages.NAMES.get(row.locale.language_code, row.locale.language_code)})"
            said = row.last_published_at.date(), lesson.last_published_at.date()
            found.append(_ageing(lesson, row.pk, title, *said))
    return tuple(found)


def _ageing(lesson: LessonPage, page_id: int, title: str, checked_on: date, review_by: date) -> Ageing:
    clauses = sorted(lesson.clauses.all(), key=lambda clause: clause.position)
    return Ageing(
        page_id=page_id,
        title=title,
        within=lesson.home,
        checked_on=checked_on,
        review_by=review_by,
        framework=clauses[0].framework.key if clauses else "",
        refs=tuple(clause.ref for clause in clauses),
    )


def _by_ref(
    pairs: Iterable[tuple[int, str, date | None]], profile_key: str = ""
) -> dict[str, tuple[Teaching, ...]]:
    refs: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    for page_id, ref, review_by in pairs:
        refs[page_id].append((ref, review_by))
    rows = CoursePage.objects.originals().live().order_by("path")
    courses = list(rows.filter(profile__key=profile_key) if profile_key else rows)
    drawn = outlines.outlines(courses)
    found: dict[str, list[Teaching]] = defaultdict(list)
    for course in courses:
        for module in drawn[course.pk].modules:
            for lesson in module.lessons:
                for ref, review_by in refs.get(lesson.page_id, ()):
                    found[ref].append(
                        Teaching(
                            ref=ref,
                            course_key=course.key,
                            course_title=course.title,
                            slug=course.slug,
                            module_number=module.number,
                            number=lesson.number,
                            lesson_key=lesson.key,
                            title=lesson.title,
                            page_id=lesson.page_id,
                            review_by=review_by,
                        )
                    )
    return {ref: tuple(taught) for ref, taught in found.items()}
