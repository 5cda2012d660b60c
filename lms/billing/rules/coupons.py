"""What a coupon takes off, and why one is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.billing.rules import money


class CouponKind(StrEnum):
    PERCENT = "percent"
    """`value` in basis points off each line."""
    AMOUNT = "amount"
    """`value` in minor units off the order, spread over its lines."""
    FIXED = "fixed"
    """Each piece of the product costs `value`."""


class Refusal(StrEnum):
    UNKNOWN = "unknown"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    ENDED = "ended"
    USED_UP = "used-up"
    USED_BY_YOU = "used-by-you"
    OTHER_CURRENCY = "other-currency"
    OTHER_PRODUCT = "other-product"


@dataclass(frozen=True)
class Coupon:
    """`product_key` empty: for everything. A limit of None: as often as you like. Of money (`amount`, `fixed`) the
    currency counts."""

    kind: CouponKind
    value: int
    valid_from: datetime
    currency: str = ""
    product_key: str = ""
    valid_until: datetime | None = None
    limit: int | None = None
    limit_each: int | None = None
    ended: bool = False


@dataclass(frozen=True)
class Piece:
    """A line of what is wanted, before the coupon."""

    product_key: str
    quantity: int
    amount_minor: int


def refusal(
    coupon: Coupon, *, pieces: Sequence[Piece], currency: str, used: int, used_by_them: int, at: datetime
) -> Refusal | None:
    """Why the coupon does not hold for this order, or None."""
    if coupon.ended:
        return Refusal.ENDED
    if at < coupon.valid_from:
        return Refusal.NOT_YET
    if coupon.valid_until is not None and at >= coupon.valid_until:
        return Refusal.EXPIRED
    if coupon.limit is not None and used >= coupon.limit:
        return Refusal.USED_UP
    if coupon.limit_each is not None and used_by_them >= coupon.limit_each:
        return Refusal.USED_BY_YOU
    if coupon.kind != CouponKind.PERCENT and coupon.currency != currency:
        return Refusal.OTHER_CURRENCY
    if not any(_meant(coupon, piece) for piece in pieces):
        return Refusal.OTHER_PRODUCT
    return None


def off(coupon: Coupon, pieces: Sequence[Piece]) -> list[int]:
    """What is taken off each piece: never more than it costs."""
    meant = [piece.amount_minor if _meant(coupon, piece) else 0 for piece in pieces]
    match coupon.kind:
        case CouponKind.PERCENT:
            return [money.percent(amount, coupon.value) for amount in meant]
        case CouponKind.AMOUNT:
            return money.shares(min(coupon.value, sum(meant)), meant)
        case CouponKind.FIXED:
            wanted = [coupon.value * piece.quantity for piece in pieces]
            return [max(0, amount - cost) for amount, cost in zip(meant, wanted, strict=True)]


def _meant(coupon: Coupon, piece: Piece) -> bool:
    return not coupon.product_key or coupon.product_key == piece.product_key
