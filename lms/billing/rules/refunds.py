"""What may be given back: within the window, not after it has begun, and of seats those that nobody has."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from lms.billing.rules import money


class Refusal(StrEnum):
    TOO_LATE = "too-late"
    BEGUN = "begun"
    SEATS_TAKEN = "seats-taken"
    NOTHING_LEFT = "nothing-left"
    NOT_PAID = "not-paid"


@dataclass(frozen=True)
class Sold:
    """A line of a paid order as it stands now. `in_use` counts uses that have begun; of seats, those that
    somebody has or is offered."""

    quantity: int
    gross_minor: int
    net_minor: int
    refunded: int
    in_use: int
    paid_at: datetime | None
    seats: bool = False


@dataclass(frozen=True)
class Amount:
    net_minor: int
    tax_minor: int

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


def refusal(sold: Sold, *, count: int, at: datetime, window_days: int) -> Refusal | None:
    """Why so many can't be given back, or None. The last moment of the window is still in it."""
    if sold.paid_at is None:
        return Refusal.NOT_PAID
    if count < 1 or count > sold.quantity - sold.refunded:
        return Refusal.NOTHING_LEFT
    if count > sold.quantity - sold.refunded - sold.in_use:
        return Refusal.SEATS_TAKEN if sold.seats else Refusal.BEGUN
    if at > sold.paid_at + timedelta(days=window_days):
        return Refusal.TOO_LATE
    return None


def amount(sold: Sold, count: int) -> Amount:
    """What so many of them come to: all that are ever given back come to what was paid, neither more nor less."""
    part = {"first": sold.refunded, "count": count, "of": sold.quantity}
    net = money.part_of(sold.net_minor, **part)
    return Amount(net, money.part_of(sold.gross_minor, **part) - net)
