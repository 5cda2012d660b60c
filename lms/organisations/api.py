"""The JSON doors of an organisation's own systems: a key opens them, and no session."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Router, Schema

from lms.accounts import queries as people
from lms.kit.machine import IllegalMove
from lms.notifications import queries as notices
from lms.notifications.actions import endpoints
from lms.organisations import queries
from lms.organisations.access import Asker, Key
from lms.web.http import problem

router = Router(tags=["organisations"])


class Refused(Schema):
    type: str
    code: str
    title: str
    status: int


class Member(Schema):
    person: UUID = Field(description="The same for one person at all times, whatever their address.")
    name: str
    email: str
    roles: list[str]
    since: datetime


class Members(Schema):
    members: list[Member]


class Webhook(Schema):
    uuid: UUID
    url: str
    state: str = Field(description="active or paused.")
    added_at: datetime


class Webhooks(Schema):
    webhooks: list[Webhook]


class WebhookMade(Webhook):
    secret: str = Field(description="Shown here alone; the page of the webhook shows it to managers.")


class Wanted(Schema):
    url: str = Field(max_length=500)


REFUSALS = {401: Refused, 403: Refused, 429: Refused}
manages = Key("webhooks.manage")


def asker(request: HttpRequest) -> Asker:
    return request.auth  # type: ignore[attr-defined, no-any-return]  # set by Key


@router.get(
    "/organisation/members",
    summary="Who is a member, and with which roles",
    response={200: Members} | REFUSALS,
    auth=Key("members.read"),
)
def members(request: HttpRequest) -> HttpResponse:
    """Scope `members.read`."""
    held = queries.members(asker(request).organisation_id)
    cards = people.cards([one.person_id for one in held])
    rows = [
        {
            "person": str(cards[one.person_id].uuid),
            "name": cards[one.person_id].display_name,
            "email": cards[one.person_id].email,
            "roles": list(one.roles),
            "since": one.since.isoformat(timespec="seconds"),
        }
        for one in held
    ]
    return _private({"members": rows})


@router.get(
    "/organisation/webhooks",
    summary="The webhooks of the organisation",
    response={200: Webhooks} | REFUSALS,
    auth=manages,
)
def webhooks(request: HttpRequest) -> HttpResponse:
    """Scope `webhooks.manage`."""
    return _private({"webhooks": [_told(row) for row in notices.endpoints([asker(request).organisation_id])]})


@router.post(
    "/organisation/webhooks",
    summary="Add a webhook",
    response={201: WebhookMade, 409: Refused, 422: Refused} | REFUSALS,
    auth=manages,
)
def add_webhook(request: HttpRequest, wanted: Wanted) -> HttpResponse:
    """Scope `webhooks.manage`. The trail names whoever made the key."""
    who = asker(request)
    try:
        made = endpoints.add(organisation_id=who.organisation_id, url=wanted.url, actor_id=who.made_by_id)
    except endpoints.UnfitAddress as unfit:
        return problem(422, "unfit-address", f"{unfit} Nothing was added.")
    except endpoints.KnownAlready:
        return problem(409, "known-already", "This address is on the list already. Nothing was added.")
    except endpoints.TooMany:
        return problem(
            409, "too-many", f"An organisation has at most {endpoints.MOST} webhooks. End one first."
        )
    return _private(_told(made) | {"secret": made.secret}, status=201)


@router.post(
    "/organisation/webhooks/{uuid}/{event}",
    summary="Pause, resume or end a webhook",
    response={200: Webhook, 404: Refused, 409: Refused} | REFUSALS,
    auth=manages,
)
def move_webhook(request: HttpRequest, uuid: UUID, event: str) -> HttpResponse:
    """Scope `webhooks.manage`. `event` is pause, resume or end."""
    who = asker(request)
    if event not in {"pause", "resume", "end"}:
        return problem(404, "not-found", "A webhook can be told to pause, resume or end.")
    try:
        row = endpoints.move(
            organisation_id=who.organisation_id, uuid=uuid, event=event, actor_id=who.made_by_id
        )
    except ObjectDoesNotExist:
        return problem(404, "not-found", "The organisation has no such webhook.")
    except IllegalMove:
        return problem(409, "not-now", "As this webhook stands now, that can’t be done. Nothing was changed.")
    return _private(_told(row))


def _told(row: Any) -> dict[str, Any]:
    return {
        "uuid": str(row.uuid),
        "url": row.url,
        "state": row.state,
        "added_at": row.added_at.isoformat(timespec="seconds"),
    }


def _private(body: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = JsonResponse(body, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
