"""Money that goes back by card: sent when approved, and seen when it was sent from Stripe's own pages."""

from datetime import datetime
from uuid import UUID

from lms.billing import gateway
from lms.billing.actions import checkouts, findings, refunds
from lms.billing.models import Order, Refund
from lms.billing.queries.cards import PROVIDER
from lms.billing.rules import by_card
from lms.billing.states import FindingKind, RefundState
from lms.db import clock


def send(*, refund_uuid: UUID, payment_id: str) -> None:
    """Sends an approved refund, once, however often it is called. What Stripe refuses stays approved, with its reason, for
    finance to send otherwise. Raises Refund.DoesNotExist, gateway.Unanswered and gateway.NoPaymentService."""
    row = Refund.objects.get(uuid=refund_uuid)
    if row.state != RefundState.APPROVED or row.failure:
        return
    # A key holds for a day; that it was sent holds for good.
    if not any(one.reference == str(refund_uuid) for one in gateway.refunds_of(payment_id)):
        try:
            gateway.refund(payment_id=payment_id, amount_minor=row.amount_minor, reference=str(refund_uuid))
        except gateway.Refused as fault:
            refunds.failed(uuid=refund_uuid, reason=str(fault), at=clock.now())
            return
    look(payment_id=payment_id)


def look(*, payment_id: str) -> None:
    """Takes every refund of a payment into the ledger, as it stands now: ours are sent or failed, others recorded. May be
    called at any time and any number of times. Raises those of the gateway."""
    order_uuid = checkouts.settle_payment(payment_id=payment_id)
    if order_uuid is None:
        return
    at = clock.now()
    for seen in gateway.refunds_of(payment_id):
        row = _ours(seen, order_uuid)
        if by_card.has_failed(seen):
            _failed(seen, row, order_uuid, at)
        elif seen.state == "succeeded" and row is not None:
            refunds.sent(uuid=row.uuid, provider=PROVIDER, reference=seen.id, at=at)
        elif seen.state == "succeeded":
            refunds.record_elsewhere(
                order_uuid=order_uuid,
                provider=PROVIDER,
                reference=seen.id,
                amount_minor=seen.amount_minor,
                reason="dashboard",
                at=at,
            )


def _ours(seen: by_card.Refund, order_uuid: UUID) -> Refund | None:
    try:
        return Refund.objects.filter(uuid=UUID(seen.reference), order__uuid=order_uuid).first()
    except ValueError:
        return None


def _failed(seen: by_card.Refund, row: Refund | None, order_uuid: UUID, at: datetime) -> None:
    """The money is with us again. What was recorded as sent stays so, for nothing is ever taken out of the ledger:
    finance is told to send it otherwise."""
    if row is not None and row.state == RefundState.APPROVED:
        if not row.failure:
            refunds.failed(uuid=row.uuid, reason=f"{seen.id}: {seen.state}", at=at)
        return
    if row is None and not Refund.objects.filter(provider=PROVIDER, reference=seen.id).exists():
        return
    facts = {"refund": seen.id, "amount": seen.amount_minor, "why": "refund-failed"}
    order = Order.objects.get(uuid=order_uuid)
    findings.note(f"stripe:refund:{seen.id}", FindingKind.ELSEWHERE, order=order, at=at, facts=facts)
