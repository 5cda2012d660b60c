"""Bundles: several products under one price."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from lms.audit import trail
from lms.billing.actions import products
from lms.billing.models import BundlePart, Product
from lms.billing.queries import quotes, sellers
from lms.db import clock

KIND = "bundle"


class TooFew(Exception):
    """A bundle holds two products at least, and no other bundle."""


class NoPrice(Exception):
    """Some of its parts have no price in its currency, by which it would be shared. Carries `titles`."""

    def __init__(self, titles: Collection[str]) -> None:
        super().__init__(", ".join(titles))
        self.titles = list(titles)


class KnownTitle(Exception):
    """A product of that title's key was made before."""


def make(
    *,
    title: str,
    amount_minor: int,
    currency: str,
    part_ids: Collection[int],
    organisation_id: UUID | None,
    actor_id: int | None,
) -> Product:
    """A product that holds others of the same seller; what it holds stays, its price is a product's like any other.

    Raises TooFew, NoPrice, KnownTitle, NoIssuer, SeveralSellers.
    """
    at = clock.now()
    parts = list(Product.objects.filter(pk__in=part_ids).exclude(kind=KIND).order_by("pk"))
    if len(parts) < 2 or len(parts) != len(set(part_ids)):
        raise TooFew
    sellers.sellers().of_all([*parts, Product(organisation_id=organisation_id)])
    priced = quotes.standing_prices(parts, currency, at)
    if lacking := [part.title for part in parts if part.pk not in priced]:
        raise NoPrice(lacking)
    key = f"bundle-{slugify(title)[:90]}"
    with transaction.atomic():
        if Product.objects.select_for_update().filter(key=key).exists():
            raise KnownTitle(key)
        products.offer(
            key=key,
            kind=KIND,
            title=title,
            amount_minor=amount_minor,
            currency=currency,
            organisation_id=organisation_id,
        )
        row = Product.objects.get(key=key)
        BundlePart.objects.bulk_create(BundlePart(bundle=row, part=part) for part in parts)
        trail.record(
            "billing.bundle.made",
            subject=f"billing.product:{row.pk}",
            at=at,
            actor_id=actor_id,
            organisation_id=organisation_id,
            facts={"parts": [part.key for part in parts], "amount": amount_minor, "currency": currency},
        )
    return row
