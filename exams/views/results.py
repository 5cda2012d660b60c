"""A candidate's own result, once it is released."""

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exams import access
from exams.documents import statement
from exams.models import Result
from exams.queries import appeals, eligibility, results, study
from exams.states import ResultState
from lms.accounts import queries as people
from lms.db import clock
from lms.web import letter


@login_required
@require_safe
def result(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Outcome, score, domain profile, what to study next, when to sit again; never an item."""
    try:
        found = results.released(uuid, person_id=access.me(request))
    except results.UnknownResult:
        raise Http404 from None
    report = results.report(found)
    links = study.lessons(found.sitting.exam.course_key)
    context = {
        "report": report,
        "result": found,
        "exam": found.sitting.exam,
        "sitting": found.sitting,
        "study": [(line, links.get(line.number, ())) for line in report.study],
        "retake_on": results.retake_on(found),
        "revisions": found.changes.filter(
            event__in=["revise", "restore"], at__gte=found.released_at
        ).order_by("pk"),
        "appeal": _appeal(found),
        "free_until": _free_until(found, access.me(request)),
    }
    answer = render(request, "exams/result.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_safe
def stated(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The statement of one's own released result; a practice result and an annulled one have none."""
    try:
        found = results.released(uuid, person_id=access.me(request))
    except results.UnknownResult:
        raise Http404 from None
    if found.state != ResultState.RELEASED or found.sitting.exam.is_practice:
        raise Http404
    revised = found.changes.filter(event="revise", at__gte=found.released_at).order_by("pk").last()
    made = statement.letter(
        results.report(found),
        name=people.card(access.me(request)).printed_name,
        stands_since=revised.at if revised else found.released_at,
    )
    return letter.answer(made, filename="statement.pdf")


def _appeal(result: Result) -> appeals.Way | None:
    """The way to an appeal, for the result of an exam or its annulment."""
    if result.state == ResultState.MARKED or result.sitting.exam.is_practice:
        return None
    return appeals.way(result, at=clock.now())


def _free_until(result: Result, person_id: int) -> date | None:
    """The last day of a free retake that this failure, or one before it, has left open."""
    exam = result.sitting.exam
    if not exam.product_key or not exam.free_retake_months:
        return None
    return eligibility.eligibility_of(exam, person_id=person_id, at=clock.now()).free_until
