"""Towards the exam: the study plan, and which domains to study."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses import access
from courses.actions import plans as planning
from courses.actions import study
from courses.forms import PlanForm
from courses.models import Enrolment
from courses.queries import enrolments, lessons, outlines, plans
from courses.rules.outlines import by_clause
from courses.rules.plan import weekdays_of
from lms.db import clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@access.enrolled
def plan(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The days and the lessons on them; a post chooses the days."""
    kept, today = plans.of(enrolment), clock.today()
    shown = {"weekdays": sorted(weekdays_of(kept.weekdays)), "own_on": kept.own_on}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=shown, on=today)
    if form.is_bound and form.is_valid():
        return _choose(request, enrolment, form)
    outline = outlines.outline(enrolment.course)
    done = {key for key, row in enrolments.records(enrolment.pk).items() if row.done_at}
    context = {
        "outline": outline,
        "kept": kept,
        "plan": plans.ahead(kept, outline, done, today),
        "findings": plans.diagnosis(enrolment, outline),
        "clauses": by_clause(outline, lessons.taught([entry.page_id for entry in outline.lessons]), done),
        "form": form,
        "today": today,
    }
    return render(request, "courses/plan.html", context, status=400 if form.errors else 200)


def _choose(request: HttpRequest, enrolment: Enrolment, form: forms.Form) -> HttpResponse:
    own_on: date | None = form.cleaned_data["own_on"]
    try:
        planning.choose(enrolment_id=enrolment.pk, weekdays=form.cleaned_data["weekdays"], own_on=own_on)
    except study.NotStudying:
        raise Http404 from None
    messages.success(request, "Your days are kept, and the plan follows them.")
    return redirect("courses:plan", slug=enrolment.course.slug)
