"""Rights to use what is offered: granted, redeemed, begun."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from lms.audit import trail
from lms.billing import queries
from lms.billing.actions import rights
from lms.billing.models import Entitlement, Product, Redemption
from lms.db import clock


class NotFree(Exception):
    """The product has a price here."""


class UseHasBegun(Exception):
    """What was used can't be given back any more."""


class NoEntitlement(Exception):
    """The person holds no unused entitlement to the product."""


def grant(
    *, product_key: str, person_id: int, source_key: str, quantity: int = 1, actor_id: int | None = None
) -> int:
    """Grants uses of a product to a person, once for each `source_key`; returns the entitlement's id."""
    at = clock.now()
    with transaction.atomic():
        product = Product.objects.get(key=product_key)
        row, made = Entitlement.objects.get_or_create(
            source_key=source_key,
            defaults={"product": product, "person_id": person_id, "quantity": quantity, "granted_at": at},
        )
        if made:
            rights.granted(row, at=at, actor_id=actor_id)
    return row.pk


def claim_free(*, product_key: str, person_id: int) -> int:
    """Grants one use of a product that costs nothing here; raises NotFree.

    In the demonstration everything is free. Claimed again while a use is left, it grants no second one.
    """
    with transaction.atomic():
        product = Product.objects.get(key=product_key)
        if product.amount_minor and not settings.DEMONSTRATION:
            raise NotFree(product_key)
        # The person's row is the lock: of two clicks at once, the second finds the first one's grant.
        get_user_model().objects.select_for_update(no_key=True).get(pk=person_id)
        left = queries.unused_of(product_key, person_id).first()
        if left is not None:
            return left.pk
        count = Entitlement.objects.filter(product=product, person_id=person_id).count()
        return grant(
            product_key=product_key,
            person_id=person_id,
            source_key=f"free:{product_key}:{person_id}:{count + 1}",
            actor_id=person_id,
        )


def redeem(
    *, product_key: str, person_id: int, use_key: str, source_key: str = "", anew: bool = False
) -> int:
    """Uses one entitlement for the thing named by `use_key`; returns the redemption's id.

    The first in the order of `queries.unused_of`, or the one that was granted under `source_key`. The same `use_key`
    again returns the same redemption; one that was given back is taken up with another entitlement where `anew`
    allows it. Raises NoEntitlement when no use is left, and for a use given back.
    """
    at = clock.now()
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=person_id)
        before = Redemption.objects.filter(use_key=use_key).first()
        if before is not None and before.given_back_at is None:
            return before.pk
        unused = queries.unused_of(product_key, person_id)
        entitlement = (unused.filter(source_key=source_key) if source_key else unused).first()
        if entitlement is None or (before is not None and not anew):
            raise NoEntitlement(product_key)
        row = before or Redemption(use_key=use_key)
        row.entitlement, row.person_id, row.redeemed_at, row.given_back_at = entitlement, person_id, at, None
        row.save()
        trail.record(
            "billing.entitlement.redeemed",
            subject=f"billing.entitlement:{entitlement.pk}",
            at=at,
            actor_id=person_id,
            facts={"use": use_key},
        )
    return row.pk


def begin(*, use_key: str, at: datetime) -> None:
    """Notes that the use has begun, in the caller's transaction: from now on it can't be given back. One statement.

    It locks the row, as refunds and takings back do: of two at once the second finds what the first did.
    Raises NoEntitlement for a use that was given back, after which the caller's transaction can only be undone. A
    use that never was is left alone: it was free of charge.
    """
    try:
        Redemption.objects.filter(use_key=use_key, begun_at__isnull=True).update(begun_at=at)
    except IntegrityError:  # the table refuses a use that has begun and was given back
        raise NoEntitlement(use_key) from None


def give_back(*, use_key: str, at: datetime, actor_id: int | None) -> None:
    """Gives back a use that has not begun: whoever holds the entitlement may use it for something else.

    A second call does nothing. Raises Redemption.DoesNotExist for a use that never was, UseHasBegun.
    """
    with transaction.atomic():
        row = Redemption.objects.select_for_update().get(use_key=use_key)
        if row.given_back_at is not None:
            return
        if row.begun_at is not None:
            raise UseHasBegun(use_key)
        row.given_back_at = at
        row.save(update_fields=["given_back_at"])
        trail.record(
            "billing.entitlement.given_back",
            subject=f"billing.entitlement:{row.entitlement_id}",
            at=at,
            actor_id=actor_id,
            facts={"use": use_key},
        )
