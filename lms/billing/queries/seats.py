"""Pools of places and who has them, as managers see them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from lms.billing.models import Entitlement, Redemption, Seat
from lms.billing.states import SeatState

LIVE = Q(seats__state__in=[SeatState.OFFERED, SeatState.TAKEN])


def pools_of(organisation_ids: Collection[UUID]) -> QuerySet[Entitlement]:
    """The pools of organisations with their counts, the newest first. `free` are those that nobody has."""
    return (
        Entitlement.objects.filter(organisation__in=organisation_ids)
        .select_related("product", "organisation")
        .annotate(
            live=Count("seats", filter=LIVE),
            taken=Count("seats", filter=Q(seats__state=SeatState.TAKEN)),
            free=F("quantity") - F("live"),
            waiting=F("live") - F("taken"),
        )
        .order_by("-granted_at", "-pk")
    )


def pool(pool_id: int, organisation_ids: Collection[UUID]) -> Entitlement:
    """One pool of these organisations; raises Entitlement.DoesNotExist."""
    return pools_of(organisation_ids).get(pk=pool_id)


def seats_of(pool_id: int) -> QuerySet[Seat]:
    """The places of a pool that are offered or taken, with their uses counted."""
    uses = Q(entitlement__redemptions__given_back_at__isnull=True, entitlement__redemptions__isnull=False)
    return (
        Seat.objects.filter(pool=pool_id)
        .exclude(state=SeatState.BACK)
        .select_related("person")
        .annotate(
            used=Count("entitlement__redemptions", filter=uses),
            begun=Count(
                "entitlement__redemptions", filter=Q(entitlement__redemptions__begun_at__isnull=False)
            ),
        )
        .order_by("pk")
    )


def offered_to(addresses: Collection[str], at: datetime) -> QuerySet[Seat]:
    """Places that are offered to any of these addresses and have not ended."""
    return (
        Seat.objects.filter(email__in=addresses, state=SeatState.OFFERED, pool__revoked_at__isnull=True)
        .filter(Q(pool__expires_at__isnull=True) | Q(pool__expires_at__gt=at))
        .select_related("pool__product", "pool__organisation")
        .order_by("pk")
    )


def by_claim_key(key: UUID) -> Entitlement:
    """The pool that an open link is for; raises Entitlement.DoesNotExist."""
    rows = Entitlement.objects.select_related("product", "organisation")
    return rows.get(claim_key=key, revoked_at__isnull=True)


def seat(uuid: UUID) -> Seat:
    """A place that is offered or taken; raises Seat.DoesNotExist."""
    rows = Seat.objects.select_related("pool__product", "pool__organisation")
    return rows.exclude(state=SeatState.BACK).get(uuid=uuid)


def uses_of(organisation_id: UUID, person_ids: Collection[int], *, beginning: str) -> list[str]:
    """The names, beginning so, of the uses that these people made of an organisation's places: of those alone that were
    not given back, and whose place did not end. One statement."""
    rows = Redemption.objects.filter(
        entitlement__seat__pool__organisation=organisation_id,
        entitlement__revoked_at__isnull=True,
        person__in=person_ids,
        given_back_at__isnull=True,
        use_key__startswith=beginning,
    )
    return list(rows.values_list("use_key", flat=True))


def payers_of(person_id: int) -> list[UUID]:
    """The organisations whose places a person has or had. One statement."""
    rows = Seat.objects.filter(person=person_id, pool__organisation__isnull=False)
    return list(rows.values_list("pool__organisation", flat=True).distinct())
