"""A candidate's own result, once it is released."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exams import access
from exams.queries import results, study


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
        "revisions": found.changes.filter(event="revise", at__gte=found.released_at).order_by("pk"),
    }
    answer = render(request, "exams/result.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
