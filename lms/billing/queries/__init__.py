"""Reads about what can be had and who has it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from lms.billing.models import BundlePart, Dispute, Entitlement, OrderLine, Price, Product, Redemption
from lms.billing.rules import prices
from lms.db import clock

LINE = "billing.line:"
"""How the sources of entitlements begin that come from a line of an order."""

SEAT = "billing.seat:"
"""How the sources of entitlements begin that come from a place of an organisation."""


class UnknownProduct(LookupError):
    """No product has that key."""


@dataclass(frozen=True)
class ProductOffer:
    """A product as a page shows it. `is_free_here`: nobody pays for it in this institution as it runs now;
    `can_be_ordered`: it has a price and is on sale."""

    key: str
    title: str
    amount_minor: int
    currency: str
    is_free_here: bool
    price_text: str
    includes_tax: bool
    can_be_ordered: bool
    bundles: tuple[tuple[str, str, str], ...] = ()
    """Key, title and price in words of each bundle on sale that holds it."""


def offer_of(product_key: str) -> ProductOffer:
    """One product by key, at the price that holds now in its own currency; raises UnknownProduct."""
    found = offers_of([product_key]).get(product_key)
    if found is None:
        raise UnknownProduct(product_key)
    return found


def offers_of(product_keys: Collection[str]) -> dict[str, ProductOffer]:
    """The same of several products, without those that are not there. Two statements, however many."""
    rows = list(
        Product.objects.filter(key__in=product_keys).annotate(
            price_now=_now("", "amount_minor"), taxed_now=_now("", "includes_tax")
        )
    )
    held = _bundles_with([row.pk for row in rows if row.on_sale]) if rows else {}
    return {row.key: _offer(row, tuple(held.get(row.pk, ()))) for row in rows}


def _offer(row: Any, bundles: tuple[tuple[str, str, str], ...]) -> ProductOffer:
    amount = row.amount_minor if row.price_now is None else row.price_now
    return ProductOffer(
        key=row.key,
        title=row.title,
        amount_minor=amount,
        currency=row.currency,
        is_free_here=amount == 0 or settings.DEMONSTRATION,
        price_text=prices.words(amount, row.currency),
        includes_tax=bool(row.taxed_now),
        can_be_ordered=bool(amount) and row.on_sale,
        bundles=bundles,
    )


def _bundles_with(product_ids: Collection[int]) -> dict[int, list[tuple[str, str, str]]]:
    """The bundles that can be ordered, by what they hold."""
    broken = BundlePart.objects.filter(part__on_sale=False).values("bundle")
    rows = BundlePart.objects.filter(part__in=product_ids, bundle__on_sale=True).exclude(bundle__in=broken)
    found: dict[int, list[tuple[str, str, str]]] = {}
    for row in (
        rows.select_related("bundle").annotate(price_now=_now("bundle", "amount_minor")).order_by("pk")
    ):
        bundle = row.bundle
        amount = bundle.amount_minor if row.price_now is None else row.price_now
        found.setdefault(row.part_id, []).append(
            (bundle.key, bundle.title, prices.words(amount, bundle.currency))
        )
    return found


def _now(path: str, field: str) -> Subquery:
    """What the price says that holds now, of the product at `path`, in that product's own currency."""
    product, currency = (path or "pk", f"{path}__currency" if path else "currency")
    latest = Price.objects.filter(
        product=OuterRef(product), currency=OuterRef(currency), valid_from__lte=clock.now()
    ).order_by("-valid_from", "-pk")
    return Subquery(latest.values(field)[:1])


def has_unused(product_key: str, person_id: int) -> bool:
    """Whether a person holds an entitlement to the product with a use left."""
    return unused_of(product_key, person_id).exists()


def is_spent(source_key: str) -> bool:
    """Whether what was granted under this key has no use left, or was revoked; False before it is granted."""
    found = Entitlement.objects.filter(source_key=source_key)
    return found.exclude(pk__in=_unused(found)).exists()


def is_in_use(use_key: str) -> bool:
    """Whether something is redeemed for the use of that name, and was not given back: refunded, it no longer is."""
    return Redemption.objects.filter(use_key=use_key, given_back_at__isnull=True).exists()


def was_given_back(use_key: str) -> bool:
    """Whether the use of that name was given back, and not taken up again."""
    return Redemption.objects.filter(use_key=use_key, given_back_at__isnull=False).exists()


def unused_of(product_key: str, person_id: int) -> QuerySet[Entitlement]:
    """Entitlements of a person to a product with a use left, in the order in which they are used: a place of an
    organisation before what they bought themselves, of places the one that lasts longest, of purchases the oldest.

    What an order gave whose payment is disputed waits until the bank has decided."""
    mine = Entitlement.objects.filter(product__key=product_key, person_id=person_id)
    held = _disputed_sources()
    return (
        _unused(mine)
        .exclude(Q(source_key__in=held) | Q(seat__pool__source_key__in=held))
        .annotate(from_pool=Q(source_key__startswith=SEAT))
        .order_by("-from_pool", F("expires_at").desc(nulls_first=True), "granted_at", "id")
    )


def _disputed_sources() -> QuerySet[OrderLine, str]:
    disputed = Dispute.objects.filter(closed_at__isnull=True).values("order")
    lines = OrderLine.objects.filter(order__in=disputed)
    return lines.annotate(source=Concat(Value(LINE), Cast("pk", CharField()))).values_list(
        "source", flat=True
    )


def _unused(rows: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
    return (
        rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()), revoked_at__isnull=True)
        .annotate(used=Count("redemptions", filter=Q(redemptions__given_back_at__isnull=True)))
        .filter(Q(used__lt=F("quantity")))
    )
