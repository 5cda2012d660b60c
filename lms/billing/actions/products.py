"""What is offered, and for how much."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lms.audit import trail
from lms.billing.models import Price, Product
from lms.db import clock


def offer(
    *,
    key: str,
    kind: str,
    title: str,
    amount_minor: int,
    currency: str,
    organisation_id: UUID | None = None,
) -> bool:
    """Offers a product under a key, or changes how it is offered: another amount is a new price from now on. It is
    sold by its organisation where that issues invoices, else (and of nobody) by the institution.
    Returns whether anything changed."""
    wanted: dict[str, Any] = {
        "kind": kind,
        "title": title,
        "amount_minor": amount_minor,
        "currency": currency,
        "organisation_id": organisation_id,
    }
    row, made = Product.objects.get_or_create(key=key, defaults=wanted)
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, wanted[name])
        row.save(update_fields=changed)
    if made or {"amount_minor", "currency"} & set(changed):
        at = clock.now()
        Price.objects.create(
            product=row, amount_minor=amount_minor, currency=currency, valid_from=at, made_at=at
        )
    return made or bool(changed)


def price(
    *,
    product_id: int,
    amount_minor: int,
    currency: str,
    valid_from: datetime | None,
    includes_tax: bool,
    tiers: Sequence[tuple[int, int]],
    actor_id: int,
) -> None:
    """Sets a price from a moment on (None: from now), never one that lies behind. Raises Product.DoesNotExist."""
    at = clock.now()
    with transaction.atomic():
        product = Product.objects.get(pk=product_id)
        row = Price.objects.create(
            product=product,
            amount_minor=amount_minor,
            currency=currency,
            includes_tax=includes_tax,
            tiers=[list(tier) for tier in tiers],
            valid_from=max(valid_from or at, at),
            made_at=at,
            made_by_id=actor_id,
        )
        trail.record(
            "billing.price.set",
            subject=f"billing.product:{product.pk}",
            at=at,
            actor_id=actor_id,
            facts={
                "amount": amount_minor,
                "currency": currency,
                "from": row.valid_from.isoformat(),
                "includes_tax": includes_tax,
                "tiers": row.tiers,
            },
        )


def put_on_sale(*, product_id: int, on_sale: bool, valid_days: int, actor_id: int) -> None:
    """Whether a product can be ordered, and how long places of it last. Raises Product.DoesNotExist."""
    with transaction.atomic():
        row = Product.objects.select_for_update().get(pk=product_id)
        row.on_sale, row.valid_days = on_sale, valid_days
        row.save(update_fields=["on_sale", "valid_days"])
        trail.record(
            "billing.product.changed",
            subject=f"billing.product:{row.pk}",
            at=clock.now(),
            actor_id=actor_id,
            facts={"on_sale": on_sale, "valid_days": valid_days},
        )
