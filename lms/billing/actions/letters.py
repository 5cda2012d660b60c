"""What buyers and those who get a place are told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from lms.accounts import queries as people
from lms.billing.models import Order, Refund, Seat
from lms.billing.rules import prices
from lms.billing.rules.numbers import Series
from lms.notifications import outbox


def placed(order: Order, *, at: datetime) -> None:
    """How to pay by transfer."""
    invoice = order.documents.get(series=Series.INVOICE)
    facts = {
        "invoice": invoice.printed_number,
        "due_on": invoice.facts["due_on"],
        "iban": order.issuer.iban,
        "seller": order.issuer.legal_name,
    }
    _tell(order, "billing.order_placed", f"billing.order:{order.uuid}:placed", facts, at)


def paid(order: Order, *, at: datetime) -> None:
    invoice = order.documents.get(series=Series.INVOICE)
    facts = {"invoice": invoice.printed_number, "seats": order.organisation_id is not None}
    _tell(order, "billing.order_paid", f"billing.order:{order.uuid}:paid", facts, at)


def not_paid(order: Order, key: str, *, at: datetime) -> None:
    """A bank that was asked to pay has not; `key` names what it was asked for."""
    _tell(order, "billing.not_paid", f"billing.order:{order.uuid}:not-paid:{key}", {}, at)


def refunded(order: Order, refund: Refund, *, at: datetime) -> None:
    facts = {"refund": prices.sum_words(refund.amount_minor, order.currency)}
    _tell(order, "billing.refunded", f"billing.refund:{refund.uuid}", facts, at)


def offered(
    seats: Iterable[Seat], *, organisation: str, title: str, at: datetime, again: bool = False
) -> None:
    """A place is offered to an address; `again` reminds of it."""
    for seat in seats:
        card = people.by_email(seat.email)
        outbox.put(
            "billing.seat_offered",
            key=f"billing.seat:{seat.uuid}:{at.isoformat() if again else 'offered'}",
            to=seat.email,
            person_id=card.id if card else None,
            context={
                "name": card.display_name if card else seat.email,
                "language": card.language if card else settings.LANGUAGE_CODE,
                "organisation": organisation,
                "title": title,
                "again": again,
                "url": settings.PUBLIC_URL + reverse("billing:seat", args=[seat.uuid]),
            },
            at=at,
        )


def _tell(order: Order, kind: str, key: str, facts: dict[str, Any], at: datetime) -> None:
    card = people.card(order.buyer_id)
    outbox.put(
        kind,
        key=key,
        to=card.email,
        person_id=card.id,
        context={
            "name": card.display_name,
            "language": card.language,
            "amount": prices.sum_words(order.gross_minor, order.currency),
            "url": settings.PUBLIC_URL + reverse("billing:order", args=[order.uuid]),
            **facts,
        },
        at=at,
    )
