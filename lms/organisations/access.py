"""The door at which a person's permission is asked."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from lms.organisations import queries

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


def required(permission: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that only people with the permission may see: others are asked to log in, or told 403."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allows(request.user, permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
