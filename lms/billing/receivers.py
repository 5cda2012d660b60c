"""What billing hears of itself: a refund was approved whose money came by card, and what Stripe Tax is to be told."""

from typing import Any
from uuid import UUID

from lms.billing.actions import taxing
from lms.billing.queries.cards import PROVIDER
from lms.billing.signals import order_paid, refund_approved
from lms.jobs import queue


def send_back_by_card(
    *, refund_uuid: UUID, provider: str, reference: str, amount_minor: int, **facts: Any
) -> None:
    if provider == PROVIDER and amount_minor:
        payload = {"refund_uuid": str(refund_uuid), "payment_id": reference}
        queue.put("billing.send_card_refund", key=str(refund_uuid), payload=payload)
    if taxing.is_on() and amount_minor:
        queue.put("billing.give_tax_back", key=str(refund_uuid), payload={"refund_uuid": str(refund_uuid)})


def book_tax(*, order_uuid: UUID, **facts: Any) -> None:
    if taxing.is_on():
        queue.put("billing.book_tax", key=str(order_uuid), payload={"order_uuid": str(order_uuid)})


order_paid.connect(book_tax, dispatch_uid="billing.book_tax")
refund_approved.connect(send_back_by_card, dispatch_uid="billing.send_back_by_card")
