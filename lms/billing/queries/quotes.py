"""What a basket comes to for somebody, now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.billing.models import Coupon, Issuer, Order, Price, Product
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


class NoIssuer(LookupError):
    """Nobody is set up to sell: invoices would have no sender."""


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


def issuer() -> Issuer:
    """Who sells here; raises NoIssuer."""
    found = Issuer.objects.order_by("pk").first()
    if found is None:
        raise NoIssuer
    return found


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

    Raises NoIssuer, NotOffered, CouponRefused.
    """
    seller = issuer()
    standing = standing_prices([product for product, _ in wanted], currency, at)
    lacking = [one.title for one, _ in wanted if one.pk not in standing or not one.on_sale]
    if lacking:
        raise NotOffered(lacking)
    versions = tuple(standing[product.pk] for product, _ in wanted)
    pieces = [
        quoting.Wanted(product.key, count, version.amount_minor, version.includes_tax, version.tiers)
        for (product, count), version in zip(wanted, versions, strict=True)
    ]
    row = _coupon(coupon_code, pieces, currency, buyer, at, lock) if coupon_code else None
    decided = told or tax.decide(
        seller=seller.country, buyer=buyer.country, has_vat_id=bool(buyer.vat_id), on=at.date()
    )
    made = quoting.quote(pieces, tax=decided, coupon=terms_of(row) if row else None)
    return Quoted(tuple(product for product, _ in wanted), versions, made, decided, row, currency, seller)


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
