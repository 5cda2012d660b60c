"""What a basket comes to for somebody, now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.billing.models import BundlePart, Coupon, Issuer, Order, Price, Product
from lms.billing.queries import sellers
from lms.billing.rules import coupons, prices, quoting, rates, tax
from lms.billing.rules.prices import Version
from lms.billing.states import OrderState


class NotOffered(Exception):
    """A product can't be had, or not in that currency. Carries `titles`."""

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(", ".join(titles))
        self.titles = list(titles)


class CouponRefused(Exception):
    """Carries `why`, a code of rules.coupons.Refusal."""

    def __init__(self, why: coupons.Refusal) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Buyer:
    """Who pays, as far as the price depends on it. `vat_id` has been looked at before."""

    country: str
    vat_id: str = ""
    person_id: int | None = None


@dataclass(frozen=True)
class Quoted:
    """`products` are in the order of the lines of the quote."""

    products: tuple[Product, ...]
    versions: tuple[Version, ...]
    quote: quoting.Quote
    tax: tax.Tax
    coupon: Coupon | None
    currency: str
    issuer: Issuer


def standing_prices(products: Collection[Product], currency: str, at: datetime) -> dict[int, Version]:
    """The price of each product that holds at a moment; without one those are left out that aren't offered in the
    currency. One statement."""
    rows: dict[int, list[Version]] = {product.pk: [] for product in products}
    for row in Price.objects.filter(product__in=rows, currency=currency, valid_from__lte=at):
        rows[row.product_id].append(version_of(row))
    found = {key: prices.standing(known, currency=currency, at=at) for key, known in rows.items()}
    for product in products:
        if found[product.pk] is None and product.currency == currency:
            found[product.pk] = Version(product.amount_minor, currency, at, 0)
    return {key: version for key, version in found.items() if version is not None}


def version_of(row: Price) -> Version:
    tiers = tuple((int(start), int(off)) for start, off in row.tiers)
    return Version(row.amount_minor, row.currency, row.valid_from, row.pk, row.includes_tax, tiers)


def quote(
    wanted: Sequence[tuple[Product, int]],
    *,
    currency: str,
    buyer: Buyer,
    coupon_code: str = "",
    at: datetime,
    lock: bool = False,
    told: tax.Tax | None = None,
) -> Quoted:
    """Lines, tax and sums for so many of each product. With `lock` the coupon's row is held until the transaction ends;
    `told` is the tax where somebody else than our own table has decided it.

    Raises NoIssuer, SeveralSellers, NotOffered, CouponRefused.
    """
    known = sellers.sellers()
    seller = known.of_all(product for product, _ in wanted)
    standing = standing_prices([product for product, _ in wanted], currency, at)
    broken = set(
        BundlePart.objects.filter(bundle__in=standing, part__on_sale=False).values_list("bundle", flat=True)
    )
    lacking = [
        one.title for one, _ in wanted if one.pk not in standing or not one.on_sale or one.pk in broken
    ]
    if lacking:
        raise NotOffered(lacking)
    versions = tuple(standing[product.pk] for product, _ in wanted)
    pieces = [
        quoting.Wanted(product.key, count, version.amount_minor, version.includes_tax, version.tiers)
        for (product, count), version in zip(wanted, versions, strict=True)
    ]
    row = _coupon(coupon_code, pieces, currency, buyer, at, lock) if coupon_code else None
    if (
        row is not None
        and (row.organisation_id or known.institution.organisation_id) != seller.organisation_id
    ):
        raise CouponRefused(coupons.Refusal.OTHER_PRODUCT)
    decided = told or tax.decide(
        seller=seller.country, buyer=buyer.country, has_vat_id=bool(buyer.vat_id), on=at.date()
    )
    made = quoting.quote(pieces, tax=decided, coupon=terms_of(row) if row else None)
    return Quoted(tuple(product for product, _ in wanted), versions, made, decided, row, currency, seller)


def parts_of(products: Collection[Product], at: datetime) -> dict[int, list[tuple[Product, int]]]:
    """What each of these that is a bundle holds, with what one of it costs alone in the currency in which the bundle is
    offered. At most two statements for each currency, and one more."""
    found: dict[int, list[tuple[Product, int]]] = {}
    bundles = {product.pk: product for product in products}
    held = BundlePart.objects.filter(bundle__in=bundles).select_related("part").order_by("pk")
    by_currency: dict[str, list[BundlePart]] = {}
    for row in held:
        by_currency.setdefault(bundles[row.bundle_id].currency, []).append(row)
    for currency, rows in by_currency.items():
        alone = standing_prices([row.part for row in rows], currency, at)
        for row in rows:
            price = alone.get(row.part_id)
            found.setdefault(row.bundle_id, []).append((row.part, price.amount_minor if price else 0))
    return found


def terms_of(row: Coupon) -> coupons.Coupon:
    return coupons.Coupon(
        kind=coupons.CouponKind(row.kind),
        value=row.value,
        valid_from=row.valid_from,
        currency=row.currency,
        product_key=row.product.key if row.product else "",
        valid_until=row.valid_until,
        limit=row.limit,
        limit_each=row.limit_each,
        ended=row.ended_at is not None,
    )


def shows_tax(country: str) -> bool:
    """Whether people there are shown prices with tax."""
    return country in rates.SHOWN_WITH_TAX


def _coupon(
    code: str,
    pieces: Sequence[quoting.Wanted],
    currency: str,
    buyer: Buyer,
    at: datetime,
    lock: bool,
) -> Coupon:
    rows = Coupon.objects.select_for_update(of=("self",)) if lock else Coupon.objects
    row = rows.select_related("product").filter(code=code.strip().upper()).first()
    if row is None:
        raise CouponRefused(coupons.Refusal.UNKNOWN)
    uses = Order.objects.filter(coupon=row).exclude(state=OrderState.CANCELLED)
    why = coupons.refusal(
        terms_of(row),
        pieces=quoting.pieces(pieces),
        currency=currency,
        used=uses.count(),
        used_by_them=uses.filter(buyer=buyer.person_id).count() if buyer.person_id else 0,
        at=at,
    )
    if why is not None:
        raise CouponRefused(why)
    return row
