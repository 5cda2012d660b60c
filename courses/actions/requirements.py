"""Requirements of a course beside its lessons: floors above name them, and say who has met them."""

from django.db import transaction

from courses.actions import enrolments
from courses.models import CoursePage, Enrolment, Requirement, RequirementMet
from courses.states import EnrolmentState
from lms.audit import trail
from lms.db import clock


def require(*, course_key: str, key: str, title: str, path: str, needed: bool = True, hours: int = 0) -> bool:
    """Lets a course ask for something before it is complete, or (not `needed`) give `hours` to whoever passes it; whoever
    has completed the course stays so, and whoever waited for this alone completes it. Returns whether anything changed.
    Raises UnknownCourse."""
    said = {"title": title, "path": path, "active": True, "needed": needed, "hours": hours}
    course = _course(course_key)
    row, made = Requirement.objects.get_or_create(course=course, key=key, defaults=said)
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, said[name])
    if changed:
        row.save(update_fields=changed)
    if "needed" in changed and not needed:
        _complete_the_waiting(course)
    return made or bool(changed)


def drop(*, course_key: str, key: str) -> bool:
    """A course asks for it no longer: whoever waited for it alone completes the course. Returns whether anything
    changed. Raises UnknownCourse."""
    course = _course(course_key)
    if not Requirement.objects.filter(course=course, key=key, active=True).update(active=False):
        return False
    _complete_the_waiting(course)
    return True


def meet(*, person_id: int, course_key: str, key: str, source: str) -> None:
    """Notes that a learner has met a requirement; where nothing else is left, completes the course, and where it is
    complete already, adds the hours.

    Leaves a trail entry. Called again it changes nothing. A requirement that the course does not have, or a person who
    is not enrolled, is nobody's fault: nothing follows.
    """
    at = clock.now()
    with transaction.atomic():
        row = Requirement.objects.filter(course__key=course_key, key=key).first()
        if row is None:
            return
        _, made = RequirementMet.objects.get_or_create(
            requirement=row, person_id=person_id, defaults={"source": source, "at": at}
        )
        rows = Enrolment.objects.filter(person_id=person_id, course_id=row.course_id)
        enrolment = rows.select_related("course").first()
        if enrolment is None:
            return
        if made:
            trail.record(
                "courses.requirement.met",
                subject=f"courses.enrolment:{enrolment.pk}",
                at=at,
                actor_id=None,
                organisation_id=enrolment.course.organisation_id,
                facts={"course": course_key, "requirement": key, "source": source},
            )
        if enrolment.state == EnrolmentState.ENROLLED:
            _complete(enrolment.pk)
        elif made and row.active and row.hours:
            enrolments.add_hours(
                enrolment_id=enrolment.pk, hours=row.hours, title=row.title, source=f"courses.work:{source}"
            )


def _complete_the_waiting(course: CoursePage) -> None:
    rows = Enrolment.objects.filter(course=course, state=EnrolmentState.ENROLLED)
    for enrolment_id in list(rows.values_list("pk", flat=True)):
        _complete(enrolment_id)


def _complete(enrolment_id: int) -> None:
    try:
        enrolments.complete(enrolment_id=enrolment_id)
    except enrolments.NotComplete:
        return


def _course(course_key: str) -> CoursePage:
    course = CoursePage.objects.filter(key=course_key).first()
    if course is None:
        raise enrolments.UnknownCourse(course_key)
    return course
