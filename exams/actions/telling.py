"""What a course is told of its learners' exams: the day of the next one, and how results stand by domain."""

from courses.actions import plans
from courses.actions.plans import Share
from exams.models import Entry, Result
from exams.states import ResultState, SittingState
from lms.db import clock


def tell_day(*, entry_id: int) -> None:
    """Tells the course on which day its learner sits its exam, as the entry stands now; an entry without a chosen time has
    none, nor has a practice exam. May be called again."""
    entry = Entry.objects.select_related("exam", "sitting").get(pk=entry_id)
    exam = entry.exam
    if not exam.course_key or exam.is_practice:
        return
    person_id, source = entry.candidate_id, f"exams.entry:{entry.pk}"
    if entry.starts_at is None or entry.sitting.state != SittingState.READY:
        plans.expect_no_exam(person_id=person_id, course_key=exam.course_key, source=source)
        return
    plans.expect_exam(
        person_id=person_id,
        course_key=exam.course_key,
        source=source,
        title=exam.title,
        on=entry.starts_at.date(),
    )


def tell_profile(*, result_id: int) -> None:
    """Tells the course how a result stands by domain, as it stands now; one that is annulled is forgotten. May be called
    again."""
    result = Result.objects.select_related("sitting__exam", "run").get(pk=result_id)
    exam = result.sitting.exam
    if not exam.course_key:
        return
    stands = result.state == ResultState.RELEASED
    plans.hear_result(
        person_id=result.sitting.candidate_id,
        course_key=exam.course_key,
        source=f"exams.result:{result.pk}",
        title=exam.title,
        on=(result.released_at or clock.now()).date(),
        shares=[
            Share(one.domain, one.items, one.raw / one.maximum)
            for one in result.run.domains
            if stands and one.maximum
        ],
    )
