"""Missed checks, asked again one at a time."""

from collections.abc import Collection, Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from courses import access
from courses.actions import repetitions as asking
from courses.actions import study
from courses.models import Enrolment
from courses.queries import outlines, repetitions, shown
from courses.queries.repetitions import Asked
from courses.rules import checks
from courses.rules.lessons import Lesson, Part
from courses.rules.outlines import Outline
from courses.views import words
from lms.db import clock


@require_http_methods(["GET", "HEAD", "POST"])
@access.enrolled
def again(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The check that waits longest; after an answer the same with its explanations."""
    outline, today = outlines.outline(enrolment.course), clock.today()
    if request.method != "POST":
        due = repetitions.next_due(enrolment, outline, today)
        return _page(request, enrolment, outline, due)
    lesson_key, check_key = request.POST.get("lesson", ""), request.POST.get("check", "")
    asked = repetitions.asked(enrolment, outline, lesson_key, check_key)
    if asked is None:
        raise Http404
    chosen = request.POST.getlist("option")
    try:
        asking.answer(enrolment_id=enrolment.pk, lesson_key=lesson_key, check_key=check_key, chosen=chosen)
    except (checks.NothingChosen, checks.TooManyChosen, checks.UnknownOption) as fault:
        return _page(request, enrolment, outline, asked, fault=words.about(fault))
    except asking.NotDue:
        messages.info(request, "That answer was taken already; the next day for it is set.")
        return redirect("courses:again", slug=outline.slug)
    except (study.UnknownCheck, study.NotStudying):
        raise Http404 from None
    after = repetitions.asked(enrolment, outline, lesson_key, check_key)
    return _page(request, enrolment, outline, after, chosen=chosen)


def _page(
    request: HttpRequest,
    enrolment: Enrolment,
    outline: Outline,
    asked: Asked | None,
    *,
    chosen: Collection[str] = (),
    fault: str = "",
) -> HttpResponse:
    part = None
    if asked:
        answers: Mapping[str, Collection[str]] = {asked.check.key: chosen} if chosen else {}
        lesson = Lesson((Part("check", f"check-{asked.check.key}", check=asked.check),), ())
        address = reverse("courses:again", args=[outline.slug])
        faults = {asked.check.key: fault} if fault else {}
        (part,) = shown.parts(lesson, answers, faults, lambda check: address)
    return render(
        request,
        "courses/again.html",
        {
            "outline": outline,
            "asked": asked,
            "part": part,
            "answered": bool(chosen),
            "waiting": repetitions.waiting(enrolment.pk, clock.today()),
        },
        status=422 if fault else 200,
    )
