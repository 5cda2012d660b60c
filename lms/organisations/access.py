"""The door at which a person's permission is asked."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError
from ninja.security import HttpBearer

from lms.organisations import queries
from lms.organisations.actions import api_keys
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
