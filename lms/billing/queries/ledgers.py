"""The rows of the ledger as the rules read them."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Sum

from lms.billing.models import Order, OrderLine, Payment, Refund, RefundLine
from lms.billing.rules.ledger import Account, Sold
from lms.billing.states import OrderState, RefundKind, RefundState

COUNTED = (RefundState.APPROVED, RefundState.SENT)


def accounts_of(order_ids: Collection[int]) -> dict[int, Account]:
    """Orders with all that was sold, paid and given back, by id. Five statements, however many."""
    given_back = dict(
        RefundLine.objects.filter(line__order__in=order_ids, refund__state__in=COUNTED)
        .values_list("line")
        .annotate(Sum("quantity"))
    )
    lines = defaultdict(list)
    for line in OrderLine.objects.filter(order__in=order_ids).select_related("product").order_by("pk"):
        lines[line.order_id].append(
            Sold(
                line.source_key,
                line.product.key,
                line.quantity,
                given_back.get(line.pk, 0),
                line.valid_days,
            )
        )
    payments = defaultdict(list)
    for order_id, at, amount in Payment.objects.filter(order__in=order_ids).values_list(
        "order", "received_at", "amount_minor"
    ):
        payments[order_id].append((at, amount))
    gone: dict[tuple[int, str], int] = defaultdict(int)
    for order_id, kind, amount in Refund.objects.filter(order__in=order_ids, state__in=COUNTED).values_list(
        "order", "kind", "amount_minor"
    ):
        gone[order_id, kind] += amount
    return {
        order.pk: Account(
            lines=tuple(lines[order.pk]),
            gross_minor=order.gross_minor,
            placed_at=order.placed_at,
            payments=tuple(sorted(payments[order.pk])),
            refunded_minor=gone[order.pk, RefundKind.LINES] + gone[order.pk, RefundKind.ELSEWHERE],
            returned_minor=gone[order.pk, RefundKind.OVER],
            part_returned_minor=gone[order.pk, RefundKind.PART],
            cancelled=order.state == OrderState.CANCELLED,
            person_id=order.learner_id,
            organisation_id=str(order.organisation_id) if order.organisation_id else None,
        )
        for order in Order.objects.filter(pk__in=order_ids)
    }


def account_of(order: Order) -> Account:
    """One order with all that was paid for it and given back."""
    return accounts_of([order.pk])[order.pk]
