"""Whether a person may enter for an exam, from what is on record."""

from datetime import datetime

from exams.models import Exam, Result, Sitting
from exams.queries import exams
from exams.rules import eligibility
from exams.rules.outcome import Outcome
from exams.states import ResultState, SittingState

OPEN = (SittingState.READY, SittingState.RUNNING, SittingState.PAUSED)


def eligibility_of(exam: Exam, *, person_id: int, at: datetime) -> eligibility.Eligibility:
    """What stands in the way of this person's entering now. Two statements."""
    sittings = Sitting.objects.filter(candidate_id=person_id, exam=exam).values_list(
        "state", "submitted_at", "result__state", "result__outcome"
    )
    rows = list(sittings)
    released = [row for row in rows if row[2] == ResultState.RELEASED]
    facts = eligibility.Facts(
        offered=exam.offered,
        has_form=exams.has_open_form(exam.pk),
        open_sitting=any(state in OPEN for state, *_ in rows),
        result_pending=any(
            state == SittingState.SUBMITTED or result == ResultState.MARKED for state, _, result, _ in rows
        ),
        passed=any(row[3] == Outcome.PASSED for row in released),
        failed_on=tuple(sorted(row[1].date() for row in released if row[1] and row[3] == Outcome.FAILED)),
    )
    return eligibility.decide(facts, practice=exam.is_practice, waits=exam.waits, on=at.date())


def open_sitting(exam: Exam, *, person_id: int) -> Sitting | None:
    """The sitting of this exam that the person has not ended yet."""
    return (
        Sitting.objects.filter(candidate_id=person_id, exam=exam, state__in=OPEN)
        .select_related("entry")
        .first()
    )


def latest_result(exam: Exam, *, person_id: int) -> Result | None:
    """The person's latest released result in this exam."""
    return (
        Result.objects.filter(
            sitting__candidate_id=person_id,
            sitting__exam=exam,
            state__in=[ResultState.RELEASED, ResultState.ANNULLED],
        )
        .order_by("-id")
        .first()
    )
