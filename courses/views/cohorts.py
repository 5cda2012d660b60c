"""The dates of a course: joining a cohort, its sessions, leaving it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses import access
from courses.actions import cohorts as joining
from courses.actions import enrolments as enrolling
from courses.models import Enrolment
from courses.queries import catalogue, cohorts, enrolments
from courses.queries.cohorts import UnknownCohort
from courses.rules.cohorts import Hindrance
from courses.states import EnrolmentState, PlaceState
from courses.views import words
from lms.db import clock
from lms.web import calendars

PAGE = 20
HINDRANCES = {
    Hindrance.CANCELLED: "This cohort is called off, so nobody can join it. Nothing was changed.",
    Hindrance.CLOSED: "The last day for joining this cohort is over. Nothing was changed; choose another one.",
    Hindrance.COMPLETED: "You have completed this course: there is nothing left to join it for.",
    Hindrance.TRAINER: "You train this cohort, so you can't learn in it.",
}
FULL = (
    "Every place in that cohort is taken. You keep the place that you have: nobody gives one up for a place on a waiting "
    "list. Look again later, or leave your cohort first."
)


@never_cache
@require_safe
def dates(request: HttpRequest, slug: str) -> HttpResponse:
    """The cohorts of a course that can be joined, with their sessions."""
    page = catalogue.course_page(slug)
    if page is None:
        raise Http404
    mine = enrolments.enrolment(request.user.pk, slug) if request.user.pk else None
    offered = Paginator(cohorts.on_offer(page.pk, clock.today()), PAGE).get_page(request.GET.get("page"))
    context = {
        "course": page,
        "cohorts": offered,
        "page": offered,
        "mine": cohorts.of_enrolment(mine.pk) if mine else None,
        "completed": mine is not None and mine.state == EnrolmentState.COMPLETED,
    }
    return render(request, "courses/dates.html", context)


@require_POST
def join(request: HttpRequest, slug: str, uuid: UUID) -> HttpResponse:
    if not cohorts.is_of(uuid, slug):
        raise Http404
    if not request.user.pk:
        return redirect_to_login(reverse("courses:dates", args=[slug]))
    try:
        state = joining.join(cohort_uuid=uuid, person_id=request.user.pk)
    except (UnknownCohort, enrolling.UnknownCourse):
        raise Http404 from None
    except joining.CannotJoin as refusal:
        messages.warning(request, HINDRANCES[refusal.hindrance])
    except joining.Full:
        messages.warning(request, FULL)
    except enrolling.NotPaid:
        messages.warning(request, words.NOT_PAID)
    else:
        if state == PlaceState.HELD:
            messages.success(request, "You have a place. The sessions stand here, in your time zone.")
        else:
            messages.info(
                request,
                "Every place is taken, so you are on the waiting list, and told when one is yours. You are enrolled: the lessons are open to you.",
            )
        return redirect("courses:my_cohort", slug=slug)
    return redirect("courses:dates", slug=slug)


@never_cache
@require_safe
@access.enrolled
def my_cohort(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """One's own cohort: sessions, attendance, the way out."""
    mine = cohorts.of_enrolment(enrolment.pk)
    if mine is None:
        return redirect("courses:dates", slug=enrolment.course.slug)
    context = {"course": enrolment.course, "enrolment": enrolment, "mine": mine, "at": clock.now()}
    return render(request, "courses/my_cohort.html", context)


@never_cache
@require_safe
@access.enrolled
def calendar(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """The sessions of one's cohort as a calendar file. Taken anew, it is news of the same events."""
    mine = cohorts.of_enrolment(enrolment.pk)
    if mine is None or mine.is_waiting:
        raise Http404
    page = f"{settings.PUBLIC_URL}{reverse('courses:my_cohort', args=[enrolment.course.slug])}"
    appointments = [
        calendars.Appointment(
            uuid=one.uuid,
            title=f"{one.title}: {enrolment.course.title}",
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            url=page,
            description=f"{mine.cohort.title}. {page}",
            sequence=one.sequence,
            changed_at=one.changed_at,
            is_cancelled=one.is_cancelled,
            place=one.where,
        )
        for one in mine.cohort.meetings
    ]
    return calendars.answer(*appointments, name=enrolment.course.slug)


@require_POST
@access.enrolled
def leave(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    joining.leave(enrolment_id=enrolment.pk, actor_id=request.user.pk)
    messages.success(
        request,
        "You have left the cohort and stay enrolled in the course. What you attended counts. The place goes to whoever waits longest.",
    )
    return redirect("courses:classroom", slug=enrolment.course.slug)
