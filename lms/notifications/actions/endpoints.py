"""An organisation's addresses that are called: added, given a new secret, paused, resumed, ended."""

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from lms.audit import trail
from lms.db import clock
from lms.jobs import queue
from lms.notifications import outbox
from lms.notifications.models import Call, Endpoint
from lms.notifications.rules import webhooks
from lms.notifications.rules.webhooks import UnfitAddress as UnfitAddress
from lms.notifications.states import ENDPOINT, CallState, EndpointState

FORMER_SECRET_FOR = timedelta(hours=24)
MOST = 10


class KnownAlready(Exception):
    """This organisation has this address already."""


class TooMany(Exception):
    """An organisation has at most `MOST` addresses."""


def add(*, organisation_id: UUID, url: str, actor_id: int) -> Endpoint:
    """Adds an address and makes its secret. From now on the organisation's messages are sent to it.

    Raises webhooks.UnfitAddress, KnownAlready, TooMany.
    """
    at = clock.now()
    url = webhooks.address(url, plain=settings.WEBHOOKS_WITHIN)
    try:
        with transaction.atomic():
            standing = Endpoint.objects.exclude(state=EndpointState.ENDED).filter(
                organisation_id=organisation_id
            )
            if standing.filter(url=url).exists():
                raise KnownAlready(url)
            if standing.count() >= MOST:
                raise TooMany
            endpoint = Endpoint.objects.create(
                organisation_id=organisation_id, url=url, secret=_secret(), added_at=at
            )
            _note(endpoint, "added", actor_id)
    except IntegrityError:  # of two clicks at once, the second
        raise KnownAlready(url) from None
    return endpoint


def renew_secret(*, organisation_id: UUID, uuid: UUID, actor_id: int) -> Endpoint:
    """A new secret; the one before it signs beside it for a day, so that nothing is refused meanwhile.

    Raises Endpoint.DoesNotExist.
    """
    with transaction.atomic():
        endpoint = _locked(organisation_id, uuid)
        endpoint.former_secret, endpoint.secret = endpoint.secret, _secret()
        endpoint.former_until = clock.now() + FORMER_SECRET_FOR
        endpoint.save(update_fields=["secret", "former_secret", "former_until"])
        _note(endpoint, "secret_renewed", actor_id)
    return endpoint


def move(*, organisation_id: UUID, uuid: UUID, event: str, actor_id: int) -> Endpoint:
    """`pause`, `resume` or `end`. What is to be told while it is paused waits, and goes out when it is resumed; with
    the end it is not told, and the secrets are deleted.

    Raises Endpoint.DoesNotExist and IllegalMove.
    """
    with transaction.atomic():
        endpoint = _locked(organisation_id, uuid)
        endpoint.state = ENDPOINT.after(endpoint.state, event)
        if endpoint.state == EndpointState.ENDED:
            endpoint.secret = endpoint.former_secret = ""
        endpoint.save(update_fields=["state", "secret", "former_secret"])
        _note(endpoint, {"pause": "paused", "resume": "resumed", "end": "ended"}[event], actor_id)
        if endpoint.state == EndpointState.ACTIVE:
            _call_all_again(endpoint)
    return endpoint


def try_out(*, organisation_id: UUID, uuid: UUID, actor_id: int) -> Call:
    """Puts a message of kind `test` for this address alone. Raises Endpoint.DoesNotExist and ValueError unless it is
    active."""
    with transaction.atomic():
        endpoint = _locked(organisation_id, uuid)
        if endpoint.state != EndpointState.ACTIVE:
            raise ValueError("only an active address is tried")
        at = clock.now()
        data = {"endpoint": str(endpoint.uuid)}
        return outbox.put_call(endpoint, "test", key=f"test:{secrets.token_hex(8)}", data=data, at=at)


def _call_all_again(endpoint: Endpoint) -> None:
    waiting = list(endpoint.calls.filter(state=CallState.WAITING).order_by("pk"))
    for call in waiting:
        call.round += 1
    Call.objects.bulk_update(waiting, ["round"])
    with queue.together():
        for call in waiting:
            outbox.put_job(call)


def _locked(organisation_id: UUID, uuid: UUID) -> Endpoint:
    rows = Endpoint.objects.select_for_update().exclude(state=EndpointState.ENDED)
    return rows.get(organisation_id=organisation_id, uuid=uuid)


def _secret() -> str:
    return webhooks.secret(secrets.token_bytes(webhooks.SECRET_BYTES))


def _note(endpoint: Endpoint, verb: str, actor_id: int) -> None:
    trail.record(
        f"notifications.endpoint.{verb}",
        subject=f"notifications.endpoint:{endpoint.pk}",
        at=clock.now(),
        actor_id=actor_id,
        organisation_id=endpoint.organisation_id,
        facts={"url": endpoint.url},
    )
