"""Orders as pages show them, and who may see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from lms.accounts import queries as people
from lms.billing.models import Document, Order, OrderLine, Payment
from lms.billing.queries import ledgers, refundable
from lms.billing.queries.sellers import Office
from lms.billing.rules import ledger
from lms.billing.rules import refunds as rule
from lms.billing.rules.numbers import Series
from lms.billing.states import OrderState
from lms.organisations import queries as organisations


@dataclass(frozen=True)
class Charge:
    """An order for whoever brings the money in: what is to be paid, for what, and by whom."""

    uuid: UUID
    currency: str
    net_minor: int
    tax_minor: int
    gross_minor: int
    due_minor: int
    state: str
    method: str
    lines: tuple[tuple[str, int, int], ...]
    """Title, quantity, and what the line comes to with tax, coupon taken off."""
    buyer_id: int
    email: str
    language: str


@dataclass(frozen=True)
class Money:
    """How an order stands with its money."""

    received: int
    due: int
    over: int
    paid_at: datetime | None


def charge(uuid: UUID) -> Charge:
    """One order as what is to be paid; raises Order.DoesNotExist."""
    order = Order.objects.get(uuid=uuid)
    card = people.card(order.buyer_id)
    return Charge(
        uuid=order.uuid,
        currency=order.currency,
        net_minor=order.net_minor,
        tax_minor=order.tax_minor,
        gross_minor=order.gross_minor,
        due_minor=ledger.due(ledgers.account_of(order)),
        state=order.state,
        method=order.method,
        lines=tuple((line.title, line.quantity, line.gross_minor) for line in order.lines.order_by("pk")),
        buyer_id=order.buyer_id,
        email=card.email,
        language=card.language,
    )


def of_buyer(person_id: int) -> QuerySet[Order]:
    """The orders that a person placed, the newest first."""
    return _listed(Order.objects.filter(buyer=person_id))


def unpaid(person_id: int) -> QuerySet[Order]:
    """The orders of a person that wait for payment, the oldest first; ten at most."""
    waiting = Order.objects.filter(buyer=person_id, state__in=[OrderState.PLACED, OrderState.PART_PAID])
    return _listed(waiting).order_by("placed_at", "pk")[:10]


def buyers_order(uuid: UUID, person_id: int) -> Order:
    """An order that this person placed; raises Order.DoesNotExist for any other."""
    return Order.objects.select_related("issuer", "coupon").get(uuid=uuid, buyer=person_id)


def sold_by(office: Office, *, state: str = "", text: str = "") -> QuerySet[Order]:
    """The orders of the sellers whose books somebody keeps, the newest first; `state` may be `outstanding`, `text` is sought in numbers, names
    and references."""
    found = Order.objects.filter(office.books("issuer__organisation"))
    if state == "outstanding":
        found = found.filter(state__in=[OrderState.PLACED, OrderState.PART_PAID])
    elif state:
        found = found.filter(state=state)
    if text:
        found = found.filter(
            Q(name__icontains=text)
            | Q(company__icontains=text)
            | Q(reference__icontains=text)
            | Exists(Document.objects.filter(order=OuterRef("pk"), printed_number__icontains=text))
            | Exists(Payment.objects.filter(order=OuterRef("pk"), reference__icontains=text))
        )
    return _listed(found)


def sold_order(uuid: UUID, office: Office) -> Order:
    """An order of a seller whose books somebody keeps; raises Order.DoesNotExist for any other."""
    rows = Order.objects.filter(office.books("issuer__organisation"))
    return rows.select_related("issuer", "coupon").get(uuid=uuid)


def money_of(order: Order) -> Money:
    account = ledgers.account_of(order)
    return Money(ledger.received(account), ledger.due(account), ledger.over(account), ledger.paid_at(account))


def refundable_lines(order: Order, at: datetime) -> list[tuple[OrderLine, int, rule.Refusal | None]]:
    """Each line with how many of it may go back by the policy now, and why no more (a code of the rule, or None)."""
    found = []
    for line, sold in refundable.sold(order):
        left = max(0, sold.quantity - sold.refunded - sold.in_use)
        why = rule.refusal(sold, count=max(left, 1), at=at, window_days=order.issuer.refund_days)
        found.append((line, 0 if why else left, why))
    return found


def documents_of(order: Order) -> QuerySet[Document]:
    return order.documents.order_by("made_at", "pk")


def document(uuid: UUID) -> Document:
    """An invoice or a credit note; raises Document.DoesNotExist."""
    return Document.objects.select_related("order", "issuer").get(uuid=uuid)


def holder_name(order: Order) -> str:
    """For whom it was ordered."""
    if order.organisation_id is not None:
        return organisations.cards([order.organisation_id])[order.organisation_id].name
    assert order.learner_id is not None
    return people.card(order.learner_id).display_name


def _listed(rows: QuerySet[Order]) -> QuerySet[Order]:
    invoices = Document.objects.filter(order=OuterRef("pk"), series=Series.INVOICE)
    received = (
        Payment.objects.filter(order=OuterRef("pk"))
        .order_by()
        .values("order")
        .annotate(whole=Sum("amount_minor"))
        .values("whole")
    )
    return rows.annotate(
        invoice_number=invoices.values("printed_number")[:1],
        received_minor=Coalesce(received, 0),
        sum_minor=F("net_minor") + F("tax_minor"),
    ).order_by("-placed_at", "-pk")
