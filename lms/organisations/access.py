"""The door at which a person's permission is asked."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import HttpError
from ninja.security import HttpBearer

from lms.organisations import queries
from lms.organisations.actions import api_keys
from lms.organisations.rules import roles
from lms.web import throttle
from lms.web.throttle import Limit

OFFICES = frozenset(
    {
        "certificates.decide",
        "certificates.hear_appeals",
        "exams.release",
        "exams.hear_appeals",
        "exams.mark",
        "exams.invigilate",
        "support.impersonate",
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


@dataclass(frozen=True)
class Asker:
    """The system of an organisation that asks with a key."""

    organisation_id: UUID
    prefix: str
    made_by_id: int
    scopes: frozenset[str]


BY_KEY: Final = Limit("by-key", 600, 60)
NO_KEY: Final = Limit("no-key", 60, 600)


class Key(HttpBearer):  # type: ignore[misc, unused-ignore]
    """A door that opens to a key with this scope; `request.auth` is then the `Asker`."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Asker | None:
        asker = of_key(request, token)
        if asker is not None and self.scope not in asker.scopes:
            raise HttpError(403, f"This key lacks the scope {self.scope}. Nothing was done.")
        return asker


def of_key(request: HttpRequest, words: str) -> Asker | None:
    """Who asks with a key; None where it does not work. Raises HttpError (429) for who asks, or tries, too often."""
    network = throttle.asker(request)
    if throttle.seen(NO_KEY, network).spent:
        raise HttpError(429, "This network has tried too many keys that do not work. Wait ten minutes.")
    row = api_keys.use(words)
    if row is None:
        throttle.add(NO_KEY, network)
        return None
    count = throttle.add(BY_KEY, row.prefix)
    if count.over:
        raise HttpError(429, f"This key has asked too often. Ask again in {count.resets_in} seconds.")
    return Asker(row.organisation_id, row.prefix, row.made_by_id, frozenset(row.scopes))


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
            may = roles.permissions_within(slug, held)
            if permission and permission not in may and not allows(request.user, permission, card.id):
                raise PermissionDenied(permission)
            if request.user.is_superuser:
                may |= roles.permissions_within(slug, ["owner"])
            return view(request, *args, card=card, may=may, **kwargs)

        return guarded

    return decorate
