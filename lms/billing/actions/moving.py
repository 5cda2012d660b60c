"""The moves of an order, and what each leaves behind."""

from datetime import datetime
from uuid import UUID

from lms.audit import trail
from lms.billing import signals
from lms.billing.actions import letters, numbering, rights
from lms.billing.models import Order, OrderChange
from lms.billing.queries import ledgers
from lms.billing.rules import ledger
from lms.billing.rules.ledger import Standing
from lms.billing.states import ORDER

_EVENTS = {
    Standing.PART_PAID: "pay_part",
    Standing.PAID: "pay",
    Standing.REFUNDED: "refund",
    Standing.CANCELLED: "cancel",
}


def locked(uuid: UUID) -> Order:
    """An order under its lock; raises Order.DoesNotExist."""
    return Order.objects.select_for_update(of=("self",)).select_related("issuer", "coupon").get(uuid=uuid)


def settle(order: Order, *, at: datetime, actor_id: int | None) -> None:
    """Brings the state and the entitlements of an order to what its ledger says, in the transaction that added to
    the ledger. What becomes paid gets its invoice if it had none, and a letter."""
    standing = ledger.standing(ledgers.account_of(order))
    event = _EVENTS.get(standing)
    if event is not None and ORDER.may(order.state, event):
        move(order, event, at=at, actor_id=actor_id)
        if event == "pay":
            numbering.invoice(order, at=at)
            signals.order_paid.announce(order_uuid=order.uuid, buyer_id=order.buyer_id, at=at)
            letters.paid(order, at=at)
    rights.follow(order, at=at, actor_id=actor_id)


def move(order: Order, event: str, *, at: datetime, actor_id: int | None) -> None:
    """One move: the table is asked, the row changed, a change row and a trail entry left. Raises IllegalMove."""
    before = order.state
    order.state, order.state_at = ORDER.after(before, event), at
    order.save(update_fields=["state", "state_at"])
    OrderChange.objects.create(
        order=order, event=event, from_state=before, to_state=order.state, at=at, actor_id=actor_id
    )
    trace(order, order.state, at=at, actor_id=actor_id)


def trace(order: Order, what: str, *, at: datetime, actor_id: int | None, **facts: object) -> None:
    trail.record(
        f"billing.order.{what}",
        subject=f"billing.order:{order.pk}",
        at=at,
        actor_id=actor_id,
        organisation_id=order.organisation_id,
        facts={"order": str(order.uuid), **facts},
    )
