"""What of a line may go back, as the rule reads it."""

from collections.abc import Sequence

from lms.billing.models import Order, OrderLine, Redemption, Seat
from lms.billing.queries import ledgers
from lms.billing.rules import ledger
from lms.billing.rules.refunds import Sold
from lms.billing.states import SeatState


def sold(order: Order) -> list[tuple[OrderLine, Sold]]:
    """Each line of an order with how much of it is in use. Eight statements, however many lines."""
    account = ledgers.account_of(order)
    since = ledger.paid_at(account)
    refunded = {line.source_key: line.refunded for line in account.lines}
    lines = list(order.lines.select_related("product").order_by("pk"))
    in_use = _seats(lines) if order.organisation_id else _begun(lines)
    return [
        (
            line,
            Sold(
                quantity=line.quantity,
                gross_minor=line.gross_minor,
                net_minor=line.net_minor,
                refunded=refunded[line.source_key],
                in_use=in_use.count(line.source_key),
                paid_at=None if account.cancelled else since,
                seats=order.organisation_id is not None,
            ),
        )
        for line in lines
    ]


def _begun(lines: Sequence[OrderLine]) -> list[str]:
    sources = [line.source_key for line in lines]
    uses = Redemption.objects.filter(entitlement__source_key__in=sources, begun_at__isnull=False)
    return list(uses.values_list("entitlement__source_key", flat=True))


def _seats(lines: Sequence[OrderLine]) -> list[str]:
    live = Seat.objects.filter(pool__source_key__in=[line.source_key for line in lines])
    return list(live.exclude(state=SeatState.BACK).values_list("pool__source_key", flat=True))
