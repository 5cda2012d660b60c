"""Who may enter a classroom, and who may look over it: the enrolled, and their trainers."""

import base64
import functools
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from courses.actions import study
from courses.models import Enrolment, Sco
from courses.queries import catalogue, enrolments
from courses.states import EnrolmentState
from lms.organisations import queries as organisations
from lms.organisations.access import required

TRAIN, MANAGE, AUTHOR = "courses.train", "organisations.manage", "courses.author"
PASS, PASS_HOLDS = "courses.package", 12 * 3600
KEY = "courses.window"


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


def is_shown(request: HttpRequest) -> bool:
    """Whether support is being shown somebody's pages: what support reads, the person has not read."""
    return getattr(request, "impersonation", None) is not None


def reading(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for the enrolled that gives something of the lessons without opening one: with it the use of their place
    begins."""

    @enrolled
    @functools.wraps(view)
    def guarded(request: HttpRequest, enrolment: Enrolment, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if not is_shown(request):
                study.take_sheet(enrolment=enrolment)
        except study.NotStudying:
            messages.error(request, "Your place in this course has ended. Nothing that you did is lost.")
            return redirect("courses:course", slug=enrolment.course.slug)
        return view(request, enrolment, *args, **kwargs)

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


class NoPass(Exception):
    """A pass that is forged, too old, or for what is gone."""


def pass_for(enrolment: Enrolment, sco: Sco) -> str:
    """What opens a package on its own host to one learner, for twelve hours; it goes into an address."""
    return signing.dumps([enrolment.pk, sco.pk], salt=PASS)


def opened(token: str) -> tuple[int, Sco]:
    """The enrolment's id and the sco with its package. Raises NoPass."""
    try:
        enrolment_id, sco_id = signing.loads(token, salt=PASS, max_age=PASS_HOLDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise NoPass from None
    sco = Sco.objects.select_related("package").filter(pk=sco_id).first()
    if sco is None:
        raise NoPass
    return enrolment_id, sco


def key_for(enrolment_id: int, sco_id: int, launch: int) -> str:
    """What lets one window of a part of cmi5 tell and keep, for as long as a pass: as such parts send it, in base64."""
    signed = signing.dumps([enrolment_id, sco_id, launch], salt=KEY)
    return base64.b64encode(f"window:{signed}".encode()).decode()


def window_of(authorization: str) -> tuple[int, int, int]:
    """The enrolment's id, the sco's id and the number of the window. Raises NoPass."""
    kind, _, key = authorization.partition(" ")
    try:
        signed = base64.b64decode(key, validate=True).decode().removeprefix("window:")
        enrolment_id, sco_id, launch = signing.loads(signed, salt=KEY, max_age=PASS_HOLDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise NoPass from None
    if kind.lower() != "basic":
        raise NoPass
    return enrolment_id, sco_id, launch
