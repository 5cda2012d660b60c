"""Calling an organisation's addresses, and calling them once more."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lms.db import clock
from lms.notifications import channels, outbox
from lms.notifications.models import Attempt, Call, Endpoint
from lms.notifications.rules import webhooks
from lms.notifications.signals import endpoint_silenced
from lms.notifications.states import CALL, ENDPOINT, CallState, EndpointState

# With the jobs' growing delay the last of them comes some fourteen hours after the first.
ATTEMPTS = 24
KEPT_FOR = timedelta(days=30)
GONE = 410


class NotAccepted(Exception):
    """The other side did not accept the message: the job tries again."""


def make(*, uuid: UUID, round: int) -> None:
    """Posts one message, unless it was delivered, its address is paused, or a later round has begun.

    No transaction is open meanwhile. A worker that dies between the answer and the note of it lets the message go
    out twice, under the same `webhook-id`. Raises NotAccepted while there are attempts left; with the last of them,
    or where the answer is 410, the call is given up, the address paused, and that is announced.
    """
    call = Call.objects.select_related("endpoint").get(uuid=uuid)
    if not _wanted(call, round):
        return
    at = clock.now()
    signed = webhooks.headers(call_id=str(uuid), at=at, body=call.body, secrets=_secrets(call.endpoint, at))
    answer = channels.post(call.endpoint.url, body=call.body, headers=signed)
    with transaction.atomic():
        # The address first, as everywhere: two calls of it may be given up at once.
        endpoint = Endpoint.objects.select_for_update().get(pk=call.endpoint_id)
        call = Call.objects.select_for_update().get(pk=call.pk)
        Attempt.objects.create(
            call=call, round=round, at=at, status=answer.status or None, fault=answer.fault[:200]
        )
        if not _wanted(call, round):
            return
        spent = call.attempts.filter(round=round).count() >= ATTEMPTS
        if answer.accepted:
            call.state, call.delivered_at = CALL.after(call.state, "deliver"), at
            call.save(update_fields=["state", "delivered_at"])
        elif spent or answer.status == GONE:
            call.state = CALL.after(call.state, "give_up")
            call.save(update_fields=["state"])
            _silence(endpoint)
    if call.state == CallState.WAITING:
        raise NotAccepted(answer.fault or f"answered {answer.status}")


def again(*, organisation_id: UUID, uuid: UUID) -> Call:
    """Has a message called once more, with all attempts anew. Twice at once is once: a message that waits already
    is left as it is. Raises Call.DoesNotExist for anybody else's, and for an address that is not active."""
    with transaction.atomic():
        rows = Call.objects.select_for_update(of=("self",)).filter(endpoint__state=EndpointState.ACTIVE)
        call = rows.get(uuid=uuid, endpoint__organisation_id=organisation_id)
        if CALL.may(call.state, "again"):
            call.state, call.delivered_at = CALL.after(call.state, "again"), None
            call.round += 1
            call.save(update_fields=["state", "delivered_at", "round"])
            outbox.put_job(call)
    return call


def forget_old() -> None:
    """Deletes what was told, or given up, more than thirty days ago."""
    Call.objects.filter(put_at__lt=clock.now() - KEPT_FOR).exclude(state=CallState.WAITING).delete()
    ended = Call.objects.filter(endpoint__state=EndpointState.ENDED, put_at__lt=clock.now() - KEPT_FOR)
    ended.delete()


def _wanted(call: Call, round: int) -> bool:
    active = call.endpoint.state == EndpointState.ACTIVE
    return active and call.state == CallState.WAITING and call.round == round


def _secrets(endpoint: Endpoint, at: datetime) -> list[str]:
    former = endpoint.former_secret if endpoint.former_until and endpoint.former_until > at else ""
    return [endpoint.secret, *([former] if former else [])]


def _silence(endpoint: Endpoint) -> None:
    if endpoint.state != EndpointState.ACTIVE:
        return
    endpoint.state = ENDPOINT.after(endpoint.state, "pause")
    endpoint.save(update_fields=["state"])
    endpoint_silenced.announce(
        organisation_id=str(endpoint.organisation_id),
        endpoint_uuid=str(endpoint.uuid),
        url=endpoint.url,
        at=clock.now(),
    )
