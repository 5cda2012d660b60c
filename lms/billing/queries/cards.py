"""How an order stands that is paid by card."""

from typing import Final

from lms.billing.models import Checkout, Comparison, Order, Refund
from lms.billing.states import CheckoutState, OrderState, RefundState

PROVIDER: Final = "stripe"
"""How payments and refunds at Stripe are named in the ledger."""

_UNPAID = (OrderState.PLACED, OrderState.PART_PAID)
_WORDS = {CheckoutState.EXPIRED: "nothing", CheckoutState.WAITING: "bank", CheckoutState.FAILED: "failed"}


def standing(order: Order) -> str:
    """`paid`, `ended`, `bank` (which is asked), `failed` (which did not pay), `waiting` (for word from the payment service) or
    `nothing` (no page was opened, or the last one has expired). One statement."""
    if order.state not in _UNPAID:
        return "paid" if order.state == OrderState.PAID else "ended"
    last = Checkout.objects.filter(order=order).order_by("-pk").first()
    return "nothing" if last is None else _WORDS.get(CheckoutState(last.state), "waiting")


def goes_back_by_itself(refund: Refund) -> bool:
    """Whether a refund that is approved is sent by the payment service, which has not failed to: nobody shall send it too."""
    if refund.state != RefundState.APPROVED or refund.failure:
        return False
    last = refund.order.payments.order_by("-recorded_at", "-pk").first()
    return last is not None and last.provider == PROVIDER


def last_comparison() -> Comparison | None:
    return Comparison.objects.order_by("-begun_at").first()
