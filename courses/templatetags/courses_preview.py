"""What an author's preview shows: the page as a learner will see it."""

from typing import Any

from django import template

from courses.models import CoursePage, LessonPage, languages
from courses.queries import cases, catalogue, lessons, outlines, shown
from courses.rules.checks import Check

register = template.Library()


@register.simple_tag
def lesson_as_learnt(page: LessonPage) -> dict[str, Any]:
    """The parts of a lesson that may not be published yet."""
    reading = lessons.explained(page)
    language = page.locale.language_code
    return {
        "lesson": reading,
        "refs": lessons.refs(page.original()),
        "parts": shown.parts(reading, {}, {}, _nowhere),
        "text_language": "" if language == languages.ORIGINAL else language,
    }


@register.simple_tag
def course_as_offered(page: CoursePage) -> dict[str, Any]:
    """A course's page that may not be published yet."""
    course = catalogue.view_of(page, outlines.outline(page), catalogue.price_of(page.product_key))
    return {
        "course": course,
        "bars": shown.bars(course.profile),
        "beyond": shown.beyond(course.key, course.scheme_key),
        "case": cases.title_of(page.pk),
    }


def _nowhere(check: Check) -> str:
    return ""
