"""What an order comes to, line by line. Each line is rounded, and the sums are sums of lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.billing.rules import coupons, money, prices
from lms.billing.rules.coupons import Coupon, Piece
from lms.billing.rules.tax import Tax


@dataclass(frozen=True)
class Wanted:
    """So many of a product at the price that holds."""

    product_key: str
    quantity: int
    unit_minor: int
    includes_tax: bool = False
    tiers: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Line:
    """`list_minor` and `off_minor` are as the price is: with tax where it includes it. Net and tax make gross."""

    product_key: str
    quantity: int
    unit_minor: int
    list_minor: int
    off_minor: int
    net_minor: int
    tax_minor: int
    rate_bp: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


@dataclass(frozen=True)
class Quote:
    lines: tuple[Line, ...]

    @property
    def net_minor(self) -> int:
        return sum(line.net_minor for line in self.lines)

    @property
    def tax_minor(self) -> int:
        return sum(line.tax_minor for line in self.lines)

    @property
    def gross_minor(self) -> int:
        return sum(line.gross_minor for line in self.lines)


def pieces(wanted: Sequence[Wanted]) -> list[Piece]:
    """What a coupon is held against: each line after the discount for its quantity."""
    return [Piece(one.product_key, one.quantity, _listed(one) - _tiered(one)) for one in wanted]


def quote(wanted: Sequence[Wanted], *, tax: Tax, coupon: Coupon | None = None) -> Quote:
    """The lines of an order: list price, less the tier, less the coupon, and the tax on what is left."""
    taken = coupons.off(coupon, pieces(wanted)) if coupon else [0] * len(wanted)
    return Quote(tuple(_line(one, _tiered(one) + less, tax) for one, less in zip(wanted, taken, strict=True)))


def _listed(one: Wanted) -> int:
    return one.unit_minor * one.quantity


def _tiered(one: Wanted) -> int:
    return money.percent(_listed(one), prices.tier(one.tiers, one.quantity))


def _line(one: Wanted, off: int, tax: Tax) -> Line:
    left = _listed(one) - off
    net = money.without_tax(left, tax.within_bp) if one.includes_tax else left
    charged = money.percent(net, tax.rate_bp)
    if one.includes_tax and tax.rate_bp:
        charged = left - net  # what people were shown is what they pay, to the last unit
    return Line(one.product_key, one.quantity, one.unit_minor, _listed(one), off, net, charged, tax.rate_bp)
