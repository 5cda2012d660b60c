"""Whether a person may enter for an exam, from what is on record."""

from datetime import datetime

from exams.models import Exam, Result, Sitting
from exams.queries import exams, windows
from exams.rules import eligibility
from exams.rules.outcome import Outcome
from exams.states import ResultState, SittingState
from lms.billing import queries as billing

OPEN = (SittingState.READY, SittingState.RUNNING, SittingState.PAUSED)


def eligibility_of(exam: Exam, *, person_id: int, at: datetime) -> eligibility.Eligibility:
    """What stands in the way of this person's entering now. Two statements, one more where the exam is sat in
    windows, and up to three more where it has a product."""
    sittings = Sitting.objects.filter(candidate_id=person_id, exam=exam).values_list(
        "state", "submitted_at", "result__state", "result__outcome"
    )
    rows = list(sittings)
    released = [row for row in rows if row[2] == ResultState.RELEASED]
    unseen = exams.unseen_forms(exam.pk, person_id=person_id)
    ahead = windows.ahead(exam, at=at) if exam.windowed else []
    facts = eligibility.Facts(
        offered=exam.offered,
        has_form=bool(unseen),
        has_unseen_form=any(unseen.values()),
        open_sitting=any(state in OPEN for state, *_ in rows),
        result_pending=any(
            state == SittingState.SUBMITTED or result == ResultState.MARKED for state, _, result, _ in rows
        ),
        passed=any(row[3] == Outcome.PASSED for row in released),
        failed_on=tuple(sorted(row[1].date() for row in released if row[1] and row[3] == Outcome.FAILED)),
        windows_ahead=bool(ahead),
        has_place=any(one.span.takes(at) for one in ahead),
        entitled=_is_entitled(exam, person_id),
        free_retake_spent=bool(exam.product_key and exam.free_retake_months)
        and billing.is_spent(free_retake_key(exam, person_id)),
    )
    rules = eligibility.Rules(
        practice=exam.is_practice,
        windowed=exam.windowed,
        waits=exam.waits,
        free_retake_months=exam.free_retake_months if exam.product_key else 0,
    )
    return eligibility.decide(facts, rules=rules, on=at.date())


def free_retake_key(exam: Exam, person_id: int) -> str:
    """The source under which the one free retake is granted: the same key again grants no second."""
    return f"exams.free-retake:{exam.key}:{person_id}"


def _is_entitled(exam: Exam, person_id: int) -> bool:
    key = exam.product_key
    return not key or billing.has_unused(key, person_id) or billing.offer_of(key).is_free_here


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
