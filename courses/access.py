"""Who may enter a classroom: the enrolled, and nobody else."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from courses.queries import catalogue, enrolments
from courses.states import EnrolmentState


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
