"""Payments that a payer's bank takes back, or means to.

While a dispute is open nothing that the order gave can be begun (`queries.unused_of`); what has begun goes on. Lost, it
is money that went back without us: the order ends, begun or not. Won, it leaves no trace but its row.
"""

from datetime import datetime

from django.db import transaction

from lms.billing import gateway
from lms.billing.actions import checkouts, findings, moving, refunds
from lms.billing.models import Dispute, Order
from lms.billing.queries.cards import PROVIDER
from lms.billing.rules import by_card
from lms.billing.states import FindingKind
from lms.db import clock


def look(*, payment_id: str) -> None:
    """Takes every dispute about a payment into the ledger, as it stands now. May be called at any time and any number of
    times. Raises those of the gateway."""
    order_uuid = checkouts.settle_payment(payment_id=payment_id)
    if order_uuid is None:
        return
    for seen in gateway.disputes_of(payment_id):
        with transaction.atomic():
            _take(moving.locked(order_uuid), seen, clock.now())


def _take(order: Order, seen: by_card.Dispute, at: datetime) -> None:
    row = _noted(order, seen, at)
    key = f"dispute:{seen.id}"
    if row.closed_at is None:
        facts = {"dispute": seen.id, "amount": seen.amount_minor, "why": seen.reason}
        findings.note(key, FindingKind.DISPUTED, order=order, at=at, facts=facts)
    else:
        findings.close(prefix=key, but=(), at=at)
    if row.state == "lost":
        refunds.record_elsewhere(
            order_uuid=order.uuid,
            provider=PROVIDER,
            reference=seen.id,
            amount_minor=seen.amount_minor,
            reason="dispute",
            at=at,
        )


def _noted(order: Order, seen: by_card.Dispute, at: datetime) -> Dispute:
    closed_at = at if by_card.is_closed(seen) else None
    facts = {"state": seen.state, "amount_minor": seen.amount_minor, "closed_at": closed_at}
    row, made = Dispute.objects.get_or_create(
        dispute_id=seen.id,
        defaults={"order": order, "reason": seen.reason, "opened_at": seen.opened_at, **facts},
    )
    if made:
        moving.trace(order, "disputed", at=at, actor_id=None, dispute=seen.id, why=seen.reason)
    # Stripe never opens again what is closed: what comes late says nothing new.
    elif row.closed_at is None and (row.state, row.amount_minor) != (seen.state, seen.amount_minor):
        row.state, row.amount_minor, row.closed_at = seen.state, seen.amount_minor, closed_at
        row.save(update_fields=["state", "amount_minor", "closed_at"])
        moving.trace(order, "dispute_moved", at=at, actor_id=None, dispute=seen.id, state=seen.state)
    return row
