"""What a course has for its learners beside the lessons, and whether they have met it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from courses.models import Requirement, RequirementMet


@dataclass(frozen=True)
class RequirementView:
    key: str
    title: str
    path: str
    met: bool
    needed: bool
    hours: int


@dataclass(frozen=True)
class Beside:
    """Work beside the lessons for which a course gives hours of its own."""

    title: str
    hours: int
    needed: bool


def giving_hours(course_ids: Collection[int]) -> dict[int, tuple[Beside, ...]]:
    """What of each course's work beside the lessons gives hours. One statement."""
    rows = Requirement.objects.filter(course__in=course_ids, active=True, hours__gt=0)
    found: dict[int, tuple[Beside, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.course_id] += (Beside(row.title, row.hours, row.needed),)
    return found


def of(course_id: int, person_id: int) -> tuple[RequirementView, ...]:
    """Every requirement of a course, for one learner. One statement, and another where there is any."""
    rows = list(Requirement.objects.filter(course_id=course_id, active=True))
    if not rows:
        return ()
    met = set(
        RequirementMet.objects.filter(requirement__in=rows, person_id=person_id).values_list(
            "requirement", flat=True
        )
    )
    return tuple(
        RequirementView(row.key, row.title, row.path, row.pk in met, row.needed, row.hours) for row in rows
    )


def unmet(course_id: int, person_id: int) -> bool:
    """Whether a learner has yet to meet any that the course needs."""
    return any(one.needed and not one.met for one in of(course_id, person_id))


def hours_met(course_id: int, person_id: int) -> int:
    """The hours of what a learner has met."""
    return sum(one.hours for one in of(course_id, person_id) if one.met)
