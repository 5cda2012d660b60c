"""Reading the outbox."""

from collections.abc import Collection, Sequence
from uuid import UUID

from lms.notifications.models import Call, Endpoint, Notice
from lms.notifications.states import EndpointState


def latest(*, most: int = 50) -> list[Notice]:
    """The newest messages that have been sent, newest first."""
    return list(Notice.objects.filter(sent_at__isnull=False).order_by("-sent_at", "-id")[:most])


def endpoints(organisation_ids: Collection[UUID]) -> Sequence[Endpoint]:
    """The addresses of these organisations that have not ended, the newest first."""
    return list(
        Endpoint.objects.filter(organisation_id__in=organisation_ids).exclude(state=EndpointState.ENDED)
    )


def endpoint(uuid: UUID, organisation_ids: Collection[UUID]) -> Endpoint:
    """One of them. Raises Endpoint.DoesNotExist."""
    rows = Endpoint.objects.exclude(state=EndpointState.ENDED)
    return rows.get(uuid=uuid, organisation_id__in=organisation_ids)


def calls(endpoint: Endpoint, *, most: int = 50) -> Sequence[Call]:
    """What an address was told, the newest first, each with its attempts. Two statements."""
    return list(endpoint.calls.prefetch_related("attempts")[:most])
