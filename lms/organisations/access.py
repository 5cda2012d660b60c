"""The door at which a person's permission is asked."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from lms.organisations import queries
from lms.organisations.rules import roles

OFFICES = frozenset(
    {
        "certificates.decide",
        "certificates.hear_appeals",
        "exams.release",
        "exams.hear_appeals",
        "exams.mark",
        "exams.invigilate",
    }
)


def allows(person: Any, permission: str, organisation_id: UUID | None = None) -> bool:
    """Whether this person may do that, in one organisation or (None) in any.

    A superuser runs the platform and may see everything, but holds no one's office: permissions that
    decide about people (`OFFICES`) come from a role alone.
    """
    if not getattr(person, "is_authenticated", False) or not person.is_active:
        return False
    if person.is_superuser and permission not in OFFICES:
        return True
    return permission in queries.permissions_of(person.pk, organisation_id)


def required(
    permission: str, *, hidden: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that only people with the permission may see: others are asked to log in, or told 403; with `hidden` 404,
    since the address alone says that there is something."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allows(request.user, permission):
                raise Http404 if hidden else PermissionDenied(permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def within(permission: str = "") -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view under one organisation, which gets its card and what the asker may do there in place of its short name.

    A stranger gets 404, as if there were no such organisation; its people get 403 where they lack the permission.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, slug: str, **kwargs: Any) -> HttpResponse:
            try:
                card = queries.organisation(slug)
            except queries.UnknownOrganisation:
                raise Http404 from None
            held = queries.roles_of(request.user.pk or 0, card.id)
            if not held and not request.user.is_superuser:
                raise Http404
            may = roles.permissions_of(held)
            if permission and permission not in may and not allows(request.user, permission, card.id):
                raise PermissionDenied(permission)
            if request.user.is_superuser:
                may |= roles.permissions_of(["owner"])
            return view(request, *args, card=card, may=may, **kwargs)

        return guarded

    return decorate
