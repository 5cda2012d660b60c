"""Reads about what can be had and who has it."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet

from lms.billing.models import Entitlement, Product
from lms.billing.rules import prices


class UnknownProduct(LookupError):
    """No product has that key."""


@dataclass(frozen=True)
class ProductOffer:
    """A product as a page shows it. `is_free_here`: nobody pays for it in this institution as it runs now."""

    key: str
    title: str
    amount_minor: int
    currency: str
    is_free_here: bool
    price_text: str


def offer_of(product_key: str) -> ProductOffer:
    """One product by key; raises UnknownProduct."""
    row = Product.objects.filter(key=product_key).first()
    if row is None:
        raise UnknownProduct(product_key)
    return ProductOffer(
        key=row.key,
        title=row.title,
        amount_minor=row.amount_minor,
        currency=row.currency,
        is_free_here=row.amount_minor == 0 or settings.DEMONSTRATION,
        price_text=prices.words(row.amount_minor, row.currency),
    )


def has_unused(product_key: str, person_id: int) -> bool:
    """Whether a person holds an entitlement to the product with a use left."""
    return unused_of(product_key, person_id).exists()


def is_spent(source_key: str) -> bool:
    """Whether what was granted under this key has no use left, or was revoked; False before it is granted."""
    found = Entitlement.objects.filter(source_key=source_key)
    return found.exclude(pk__in=_unused(found)).exists()


def unused_of(product_key: str, person_id: int) -> QuerySet[Entitlement]:
    """Entitlements of a person to a product with a use left, the oldest first."""
    mine = Entitlement.objects.filter(product__key=product_key, person_id=person_id)
    return _unused(mine).order_by("granted_at", "id")


def _unused(rows: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
    return (
        rows.filter(revoked_at__isnull=True)
        .annotate(used=Count("redemptions", filter=Q(redemptions__given_back_at__isnull=True)))
        .filter(Q(used__lt=F("quantity")))
    )
