"""Who may enter a classroom, and who may look over it: the enrolled, and their trainers."""

import functools
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from courses.queries import catalogue, enrolments
from courses.states import EnrolmentState
from lms.organisations import queries as organisations
from lms.organisations.access import required

TRAIN, MANAGE = "courses.train", "organisations.manage"


def enrolled(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the classroom; it gets the `enrolment` in place of the course's `slug`.

    Those who are not signed in are asked to. Those who are not enrolled are led to the course's page
    with a sentence; what they send, and every address of no course, answers 404.
    """

    @login_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        enrolment = enrolments.enrolment(int(request.user.pk or 0), slug)
        if enrolment is not None and enrolment.state != EnrolmentState.WITHDRAWN:
            return view(request, enrolment, *args, **kwargs)
        course = catalogue.course_page(slug)
        if course is None or request.method not in ("GET", "HEAD"):
            raise Http404
        messages.info(
            request, f"You are not enrolled in {course.title}. Enrol here, and its lessons are open to you."
        )
        return redirect("courses:course", slug=course.slug)

    return guarded


def trainers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for trainers; it gets the organisations whose courses they train in, or None for all of them (a superuser).
    Never cached: it is about people."""

    @never_cache
    @required(TRAIN)
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, _home(request, TRAIN), *args, **kwargs)

    return guarded


def managers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for managers; it gets the organisations that they manage. A superuser manages none by that alone: what
    learners show is for their employer. Never cached."""

    @never_cache
    @required(MANAGE)
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mine = organisations.organisations_with(int(request.user.pk or 0), MANAGE)
        return view(request, mine, *args, **kwargs)

    return guarded


def _home(request: HttpRequest, permission: str) -> Collection[UUID] | None:
    if getattr(request.user, "is_superuser", False):
        return None
    return organisations.organisations_with(int(request.user.pk or 0), permission)
