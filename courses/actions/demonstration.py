"""What only the demonstration has of courses: a cohort of each, with an evening behind it and one ahead."""

from datetime import datetime, timedelta
from uuid import UUID

from courses.actions import cohorts, sessions
from courses.actions.cohorts import Plan
from courses.actions.sessions import Mark, Meeting
from courses.models import Cohort, CoursePage, Place
from courses.rules.attendance import Presence
from lms.accounts import queries as people
from lms.db import clock

LEARNERS = ("cleo@example.org", "dag@example.org")
TRAINER = "tove@example.org"


def lead_cohorts() -> list[str]:
    """A cohort of every published course that has none: two learners, one session held and one to come. Returns their
    titles."""
    trainer = people.by_email(TRAINER)
    learners = [person.id for person in map(people.by_email, LEARNERS) if person]
    if trainer is None:
        return []
    courses = CoursePage.objects.originals().live().filter(cohorts__isnull=True).order_by("path")
    return [_lead(course, trainer.id, learners) for course in courses]


def _lead(course: CoursePage, trainer_id: int, learners: list[int]) -> str:
    at = clock.now()
    evening = (at - timedelta(days=7)).replace(hour=17, minute=0, second=0, microsecond=0)
    plan = Plan(
        title="Evenings",
        starts_on=evening.date(),
        ends_on=(evening + timedelta(days=56)).date(),
        joins_until=(evening + timedelta(days=28)).date(),
        capacity=12,
        attendance=50,
    )
    cohort = cohorts.make(course_id=course.pk, plan=plan, trainer_id=trainer_id, actor_id=None)
    for person_id in learners:
        cohorts.join(cohort_uuid=cohort.uuid, person_id=person_id)
    first = _plan(cohort, "Opening evening", evening, "Room 2, and by video")
    _plan(cohort, "The case, together", evening + timedelta(days=14), "https://video.example.org/the-case")
    marks = [Mark(Presence.PRESENT), Mark(Presence.PART, 40)]
    places = Place.objects.filter(cohort=cohort).order_by("pk").values_list("enrolment", flat=True)
    sessions.take_attendance(
        session_uuid=first,
        marks=dict(zip(places, marks, strict=False)),
        evidence="Signed list, kept in the course file",
        actor_id=trainer_id,
    )
    return f"{cohort.title}: {course.title}"


def _plan(cohort: Cohort, title: str, starts_at: datetime, where: str) -> UUID:
    meeting = Meeting(title, starts_at, 90, where)
    return sessions.plan(cohort_uuid=cohort.uuid, meeting=meeting, actor_id=None).uuid
