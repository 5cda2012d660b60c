"""The running case in the classroom: the company, its documents, and the evidence of an audit."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses import access
from courses.models import Enrolment
from courses.queries import cases


@require_safe
@access.enrolled
def case(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    return _show(request, enrolment, "courses/case.html")


@require_safe
@access.reading
def evidence(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """All of it on one page, to print and take along."""
    return _show(request, enrolment, "courses/case_evidence.html", sheets=cases.evidence(enrolment.course_id))


@require_safe
@access.reading
def sheet(request: HttpRequest, enrolment: Enrolment, document: str) -> HttpResponse:
    found = cases.sheet(enrolment.course_id, document)
    if found is None:
        raise Http404
    return _show(request, enrolment, "courses/case_sheet.html", sheet=found)


def _show(request: HttpRequest, enrolment: Enrolment, template: str, **more: object) -> HttpResponse:
    view = cases.case_of(enrolment.course_id)
    if view is None:
        raise Http404
    return render(request, template, {"course": enrolment.course, "case": view, **more})
