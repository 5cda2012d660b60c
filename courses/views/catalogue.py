"""What a visitor sees: the catalogue, a course's page, a sample lesson, the way in."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from courses.actions import enrolments as enrolling
from courses.models import languages
from courses.queries import cases, cohorts, enrolments, lessons, shown
from courses.queries import catalogue as offered
from courses.queries import words as said
from courses.rules import checks
from courses.rules.checks import Check
from courses.states import EnrolmentState
from courses.views import words
from lms.db import clock


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    language = _language(request)
    courses = offered.courses(language)
    context = {
        "courses": courses,
        "spoken": said.languages_of([course.id for course in courses]),
        "language": language,
        "beyond": shown.beyond_each((one.key, one.scheme_key) for one in courses) if len(courses) > 1 else (),
    }
    return render(request, "courses/catalogue.html", context)


@require_GET
def course(request: HttpRequest, slug: str) -> HttpResponse:
    mine = enrolments.enrolment(request.user.pk, slug) if request.user.pk else None
    language = _language(request, mine.language if mine else None)
    found = _course(slug, language)
    return render(
        request,
        "courses/course.html",
        {
            "course": found,
            "language": language,
            "spoken": said.languages_of([found.id]),
            "bars": shown.bars(found.profile),
            "beyond": shown.beyond(found.key, found.scheme_key),
            "case": cases.title_of(found.id),
            "cohorts": cohorts.on_offer(found.id, clock.today()),
            "enrolled": mine is not None and mine.state != EnrolmentState.WITHDRAWN,
            "returning": mine is not None and mine.state == EnrolmentState.WITHDRAWN,
        },
    )


@require_GET
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """The sample lesson. Its checks answer from the address alone, so a visitor leaves nothing behind."""
    found = _course(slug, _asked(request) or "")
    entry = found.outline.sample
    page = lessons.page(entry.page_id) if entry else None
    if entry is None or page is None:
        raise Http404
    spoken = lessons.languages_of([entry])
    language = next((code for code, _ in spoken if code == request.GET.get("in")), "")
    page = (lessons.translated(page, language) if language else None) or page
    lesson = lessons.explained(page)
    answers, faults = {}, {}
    for check in lesson.checks:
        chosen = request.GET.getlist(check.key)
        if f"{check.key}.asked" in request.GET:
            try:
                checks.mark(check, chosen)
                answers[check.key] = frozenset(chosen)
            except (checks.NothingChosen, checks.UnknownOption, checks.TooManyChosen) as fault:
                faults[check.key] = words.about(fault)
    return render(
        request,
        "courses/sample.html",
        {
            "course": found,
            "entry": entry,
            "page": page,
            "lesson": lesson,
            "refs": lessons.refs(page),
            "parts": shown.parts(lesson, answers, faults, _nowhere, partial(_worksheet, slug, language)),
            "text_language": language,
            "spoken": spoken,
        },
    )


@require_POST
def enrol(request: HttpRequest, slug: str) -> HttpResponse:
    page = offered.course_page(slug)
    if page is None:
        raise Http404
    if not request.user.pk:
        return redirect_to_login(reverse("courses:course", args=[slug]))
    try:
        enrolling.enrol(person_id=request.user.pk, course_id=page.pk)
    except enrolling.UnknownCourse:
        raise Http404 from None
    except enrolling.NotPaid:
        messages.warning(request, words.NOT_PAID)
        return redirect("courses:course", slug=slug)
    messages.success(request, f"You are enrolled in {page.title}.")
    return redirect("courses:classroom", slug=slug)


def _language(request: HttpRequest, enrolled: str | None = None) -> str:
    """In which language somebody sees what is taught: that of the address; that in which they learn it; that of their letters."""
    asked = _asked(request)
    if asked is not None:
        return asked
    own = getattr(request.user, "language", "") if enrolled is None else enrolled
    return own if own in languages.TRANSLATED else ""


def _asked(request: HttpRequest) -> str | None:
    """The language of the address, empty for that of the originals; None where it names none."""
    asked = request.GET.get("in")
    return asked if asked is None or asked in languages.TRANSLATED else ""


def _course(slug: str, language: str = "") -> offered.CourseView:
    found = offered.course(slug, language)
    if found is None:
        raise Http404
    return found


def _worksheet(slug: str, language: str, number: int) -> str:
    address = reverse("courses:sample_worksheet", args=[slug, number])
    return f"{address}?in={language}" if language else address


def _nowhere(check: Check) -> str:
    return ""
