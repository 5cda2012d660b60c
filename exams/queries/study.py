"""Where in the course a candidate finds what a domain asks."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.queries import catalogue


@dataclass(frozen=True)
class StudyLink:
    title: str
    url: str


def lessons(course_key: str) -> dict[int, tuple[StudyLink, ...]]:
    """By the number of a domain, the modules of the course that teach it; empty without such a course."""
    course = catalogue.course(course_key) if course_key else None
    if course is None:
        return {}
    numbers = {domain.id: domain.number for domain in course.profile.domains}
    found: dict[int, tuple[StudyLink, ...]] = {}
    for module in course.outline.modules:
        number = numbers.get(module.domain_id or 0)
        if number is not None and module.lessons:
            url = reverse("courses:lesson", args=[course.slug, module.lessons[0].key])
            found[number] = (
                *found.get(number, ()),
                StudyLink(
                    _("Module %(number)s: %(title)s") % {"number": module.number, "title": module.title}, url
                ),
            )
    return found
