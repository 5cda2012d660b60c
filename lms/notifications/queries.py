"""Reading the outbox."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lms.notifications.models import Call, Endpoint, Notice, Preference, Undeliverable
from lms.notifications.states import EndpointState, NoticeState


def latest(*, most: int = 50) -> list[Notice]:
    """The newest messages that have been sent and not been erased since, newest first."""
    return list(Notice.objects.filter(state=NoticeState.SENT).order_by("-sent_at", "-id")[:most])


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


def unread(person_id: int) -> int:
    """How many notices a person has not read. One statement."""
    return inbox(person_id).filter(read_at=None).count()


def unread_of(person: str) -> Coalesce:
    """The same as part of a statement about people, whose number stands in the field named."""
    mine = Notice.objects.filter(person_id=OuterRef(person), in_app=True, read_at=None).exclude(text="")
    return Coalesce(Subquery(mine.order_by().values("person_id").annotate(n=Count("pk")).values("n")), 0)


def inbox(person_id: int) -> QuerySet[Notice]:
    """What a person was told, the newest first; not what opens doors (a link to a new password is mailed alone)."""
    return (
        Notice.objects.filter(person_id=person_id, in_app=True)
        .exclude(text="")
        .order_by("-created_at", "-pk")
    )


def failed() -> QuerySet[Notice]:
    """What did not reach its reader, the newest first."""
    return Notice.objects.filter(state=NoticeState.FAILED).order_by("-created_at", "-pk")


def preferences(person_id: int) -> dict[str, str]:
    """The way that a person chose for each category; what is not named goes at once."""
    return dict(Preference.objects.filter(person_id=person_id).values_list("category", "way"))


def comes_back(addresses: Collection[str]) -> frozenset[str]:
    """Which of these addresses take no mail. One statement."""
    asked = [address.lower() for address in addresses]
    return frozenset(Undeliverable.objects.filter(address__in=asked).values_list("address", flat=True))
