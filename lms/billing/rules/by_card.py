"""Payment by card in our words: what is asked of the payment service, and what it answers.

`lms/billing/gateway.py` translates; nothing here knows whose service it is.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Line:
    """What the payment page shows: a text, and the amount of the whole line with tax, after discounts."""

    title: str
    amount_minor: int


@dataclass(frozen=True)
class Checkout:
    """What a person is asked to pay. `reference` names it on our side, in whatever comes back."""

    reference: str
    currency: str
    lines: tuple[Line, ...]
    email: str
    language: str
    success_url: str
    cancel_url: str
    closes_at: datetime


@dataclass(frozen=True)
class Session:
    """A payment page as it stands now. `is_paid`: the money is ours; a bank may still be asked when it is complete."""

    id: str
    reference: str
    url: str
    state: str
    """`open`, `complete` or `expired`."""
    is_paid: bool
    has_failed: bool
    amount_minor: int
    currency: str
    payment_id: str
    paid_at: datetime | None


@dataclass(frozen=True)
class Refund:
    """Money given back. `reference` is the one that we gave it; empty where it was made in Stripe's dashboard."""

    id: str
    payment_id: str
    reference: str
    state: str
    """`pending`, `requires_action`, `succeeded`, `failed` or `canceled`."""
    amount_minor: int
    currency: str
    made_at: datetime


@dataclass(frozen=True)
class Dispute:
    """A payer's bank takes a payment back, or means to. Closed it is `won` or `lost`."""

    id: str
    payment_id: str
    state: str
    reason: str
    amount_minor: int
    currency: str
    opened_at: datetime


@dataclass(frozen=True)
class Event:
    """That something happened to an object of Stripe's; how it stands is asked for."""

    id: str
    kind: str
    about: str
    payment_id: str
    said_at: datetime
    is_live: bool


@dataclass(frozen=True)
class TaxLine:
    reference: str
    amount_minor: int


@dataclass(frozen=True)
class Payer:
    """Where a payer is, as tax needs to know."""

    country: str
    postal_code: str = ""
    street: str = ""
    vat_id: str = ""


@dataclass(frozen=True)
class Tax:
    """The tax on top of each line, and the calculation's number, under which it is booked when paid. `rate_bp` is None where
    it is not one rate in basis points."""

    calculation_id: str
    of_line: dict[str, int]
    rate_bp: int | None
    is_reverse_charge: bool


def event(seen: Session) -> str:
    """What has happened to a payment page, as the move of a checkout."""
    if seen.is_paid:
        return "pay"
    if seen.has_failed:
        return "fail"
    return {"complete": "wait", "expired": "expire"}.get(seen.state, "open")


def has_failed(seen: Refund) -> bool:
    """Whether the money has come back to us, or never left."""
    return seen.state in ("failed", "canceled")


def is_closed(seen: Dispute) -> bool:
    """Whether the bank has decided; an inquiry that is over is closed too."""
    return seen.state in ("won", "lost", "warning_closed", "prevented")
