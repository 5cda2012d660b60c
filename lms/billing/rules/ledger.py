"""What people are entitled to, as a function of the ledger and of nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True)
class Sold:
    """A line of an order: so many of a product. `valid_days`: how long the places of an organisation last."""

    source_key: str
    product_key: str
    quantity: int
    refunded: int = 0
    valid_days: int | None = None


@dataclass(frozen=True)
class Account:
    """An order with all that was paid for it and given back. One holder: a person's id or an organisation's.

    `payments` is each amount with its time; `refunded_minor` went back of what was sold, `returned_minor` of what was
    paid beyond it, `part_returned_minor` before the order was wholly paid, so that it has to be paid again.
    """

    lines: tuple[Sold, ...]
    gross_minor: int
    placed_at: datetime
    payments: tuple[tuple[datetime, int], ...] = ()
    refunded_minor: int = 0
    returned_minor: int = 0
    part_returned_minor: int = 0
    cancelled: bool = False
    person_id: int | None = None
    organisation_id: str | None = None


@dataclass(frozen=True)
class Right:
    """So many uses of a product for one holder."""

    source_key: str
    product_key: str
    quantity: int
    person_id: int | None
    organisation_id: str | None
    expires_at: datetime | None


class Standing(StrEnum):
    """What the money says of an order."""

    OPEN = "placed"
    PART_PAID = "part_paid"
    PAID = "paid"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


def paid_at(account: Account) -> datetime | None:
    """When the order was wholly paid: at the payment that filled it up, or at once where nothing was to pay."""
    received = 0
    if account.gross_minor == 0:
        return account.placed_at
    for at, amount in sorted(account.payments):
        received += amount
        if received >= account.gross_minor + account.part_returned_minor:
            return at
    return None


def received(account: Account) -> int:
    return sum(amount for _, amount in account.payments)


def kept(account: Account) -> int:
    """What is in the house of it: received, less what went back."""
    gone = account.refunded_minor + account.returned_minor + account.part_returned_minor
    return received(account) - gone


def due(account: Account) -> int:
    """What is still to be paid."""
    if account.cancelled or paid_at(account) is not None:
        return 0
    return max(0, account.gross_minor - kept(account))


def over(account: Account) -> int:
    """What was received beyond what is owed, and has not gone back: all of it where the order was cancelled."""
    if account.cancelled:
        return max(0, kept(account))
    owed = account.gross_minor + account.returned_minor + account.part_returned_minor
    return max(0, received(account) - owed)


def standing(account: Account) -> Standing:
    if account.cancelled:
        return Standing.CANCELLED
    if paid_at(account) is None:
        return Standing.PART_PAID if account.payments else Standing.OPEN
    if _wholly_returned(account):
        return Standing.REFUNDED
    return Standing.PAID


def entitlements_of(accounts: Iterable[Account]) -> dict[str, Right]:
    """Every right that stands, by the line that it comes from. An order that is not wholly paid, that was cancelled
    or whose money went back gives none; a line gives as many uses as were sold and not given back.
    """
    return {right.source_key: right for account in accounts for right in _rights(account)}


def _wholly_returned(account: Account) -> bool:
    if account.lines and all(line.refunded >= line.quantity for line in account.lines):
        return True
    return 0 < account.gross_minor <= account.refunded_minor


def _rights(account: Account) -> list[Right]:
    since = paid_at(account)
    if since is None or standing(account) != Standing.PAID:
        return []
    return [
        Right(
            line.source_key,
            line.product_key,
            line.quantity - line.refunded,
            account.person_id,
            account.organisation_id,
            _until(account, line, since),
        )
        for line in account.lines
        if line.quantity > line.refunded
    ]


def _until(account: Account, line: Sold, since: datetime) -> datetime | None:
    if account.organisation_id is None or line.valid_days is None:
        return None
    return since + timedelta(days=line.valid_days)
