"""Money that comes in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lms.billing.actions import findings, moving
from lms.billing.models import Payment
from lms.billing.queries import ledgers, sellers
from lms.billing.rules import ledger
from lms.billing.states import FindingKind, OrderState
from lms.db import clock


class OtherCurrency(Exception):
    """Money in another currency than the order's."""


class KnownReference(Exception):
    """This reference was recorded before, for another order or another amount. Carries `order_uuid`."""

    def __init__(self, order_uuid: UUID) -> None:
        super().__init__(str(order_uuid))
        self.order_uuid = order_uuid


@dataclass(frozen=True)
class Recorded:
    """How the order stands now; `over_minor` is what was paid beyond what is owed, `before` that it was known."""

    state: OrderState
    over_minor: int
    due_minor: int
    before: bool


def record(
    *,
    order_uuid: UUID,
    provider: str,
    reference: str,
    amount_minor: int,
    currency: str,
    received_at: datetime,
    actor_id: int | None = None,
) -> Recorded:
    """Records a payment for an order, once for each (provider, reference), of a transfer for each bank account; the
    order's state and its entitlements follow in the same transaction.

    What is paid twice, too much, or for an order that was cancelled is recorded too, and found by finance. Raises
    Order.DoesNotExist, OtherCurrency, KnownReference, and ValueError for no amount.
    """
    if amount_minor < 1:
        raise ValueError(amount_minor)
    at = clock.now()
    with transaction.atomic():
        order = moving.locked(order_uuid)
        if currency != order.currency:
            raise OtherCurrency(currency)
        row, made = Payment.objects.get_or_create(
            provider=sellers.account(order.issuer, provider),
            reference=reference,
            defaults={
                "order": order,
                "amount_minor": amount_minor,
                "received_at": received_at,
                "recorded_at": at,
                "recorded_by_id": actor_id,
            },
        )
        if not made and (row.order_id, row.amount_minor) != (order.pk, amount_minor):
            raise KnownReference(row.order.uuid)
        if made:
            facts = {"provider": provider, "reference": reference, "amount": amount_minor}
            moving.trace(order, "payment_recorded", at=at, actor_id=actor_id, **facts)
            moving.settle(order, at=at, actor_id=actor_id)
        account = ledgers.account_of(order)
        over = ledger.over(account)
        if made and over:
            kind = FindingKind.PAID_CANCELLED if account.cancelled else FindingKind.PAID_OVER
            findings.note(
                f"{findings.LEDGER}over:{order.pk}:{over}", kind, order=order, at=at, facts={"amount": over}
            )
    return Recorded(OrderState(order.state), over, ledger.due(account), not made)
