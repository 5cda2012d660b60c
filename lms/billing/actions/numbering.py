"""Invoices and credit notes: numbered without a gap, and fixed with all that is printed on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from lms.audit import trail
from lms.billing.models import Document, Order, OrderLine, Refund
from lms.billing.models import Sequence as Counter
from lms.billing.rules import money, numbers
from lms.billing.rules.numbers import Series


def invoice(order: Order, *, at: datetime) -> Document:
    """The invoice of an order, made once, in the caller's transaction."""
    known = order.documents.filter(series=Series.INVOICE).first()
    if known is not None:
        return known
    lines = [
        _line(line, line.quantity, line.net_minor, line.tax_minor)
        for line in order.lines.select_related("product").order_by("pk")
    ]
    due = (at + timedelta(days=order.issuer.payment_days)).date().isoformat()
    return _issue(order, Series.INVOICE, at, {"lines": lines, "due_on": due})


def credit_note(
    order: Order, *, lines: Sequence[Mapping[str, Any]], reason: str, at: datetime, refund: Refund | None
) -> Document | None:
    """The credit note against an order's invoice, once for each refund, in the caller's transaction; none where no
    invoice was made. `lines` as `of_refund` and `of_order` give them."""
    against = order.documents.filter(series=Series.INVOICE).first()
    if against is None:
        return None
    facts = {"lines": list(lines), "against": against.printed_number, "reason": reason}
    facts["against_on"] = against.made_at.date().isoformat()
    return _issue(order, Series.CREDIT_NOTE, at, facts, refund)


def of_refund(refund: Refund) -> list[dict[str, Any]]:
    """The lines of a credit note for what a refund gives back."""
    rows = refund.lines.select_related("line__product").order_by("pk")
    return [_line(row.line, row.quantity, row.net_minor, row.tax_minor) for row in rows]


def of_order(order: Order) -> list[dict[str, Any]]:
    """The lines of a credit note for a whole order."""
    return [
        _line(line, line.quantity, line.net_minor, line.tax_minor)
        for line in order.lines.select_related("product").order_by("pk")
    ]


def of_amount(order: Order, amount_minor: int) -> list[dict[str, Any]]:
    """The lines of a credit note for a sum that nobody divided: spread over the order's lines by what they cost."""
    lines = list(order.lines.select_related("product").order_by("pk"))
    gross = money.shares(amount_minor, [line.gross_minor for line in lines])
    net = [money.without_tax(part, line.rate_bp) for part, line in zip(gross, lines, strict=True)]
    return [
        _line(line, 0, there, part - there)
        for line, part, there in zip(lines, gross, net, strict=True)
        if part
    ]


def _line(line: OrderLine, quantity: int, net_minor: int, tax_minor: int) -> dict[str, Any]:
    return {
        "title": line.title,
        "kind": line.product.kind,
        "quantity": quantity,
        "unit": line.unit_minor,
        "includes_tax": line.includes_tax,
        "off": line.off_minor,
        "net": net_minor,
        "tax": tax_minor,
        "rate": line.rate_bp,
    }


def _issue(
    order: Order, series: Series, at: datetime, facts: dict[str, Any], refund: Refund | None = None
) -> Document:
    number = _next(order.issuer_id, series, at.year)
    row = Document.objects.create(
        issuer_id=order.issuer_id,
        series=series,
        year=at.year,
        number=number,
        printed_number=numbers.printed(order.issuer.prefix, series, at.year, number),
        order=order,
        refund=refund,
        facts=_parties(order) | facts | {"on": at.date().isoformat()},
        made_at=at,
    )
    trail.record(
        f"billing.{series.replace('-', '_')}.issued",
        subject=f"billing.order:{order.pk}",
        at=at,
        actor_id=None,
        facts={"number": row.printed_number},
    )
    return row


def _next(issuer_id: int, series: Series, year: int) -> int:
    """The next number. Its row stays locked until the transaction ends: what is rolled back leaves no gap."""
    Counter.objects.get_or_create(issuer_id=issuer_id, series=series, year=year)
    row = Counter.objects.select_for_update().get(issuer_id=issuer_id, series=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def _parties(order: Order) -> dict[str, Any]:
    issuer = order.issuer
    return {
        "seller": {
            "name": issuer.legal_name,
            "lines": [issuer.street, f"{issuer.postcode} {issuer.city}"],
            "country": issuer.country,
            "vat_id": issuer.vat_id,
            "iban": issuer.iban,
            "bic": issuer.bic,
            "email": issuer.email,
        },
        "buyer": {
            "name": order.name,
            "company": order.company,
            "lines": [order.street, f"{order.postcode} {order.city}".strip()],
            "country": order.country,
            "vat_id": order.vat_id,
        },
        "reference": order.reference,
        "method": order.method,
        "treatment": order.treatment,
        "currency": order.currency,
        "coupon": order.coupon.code if order.coupon else "",
    }
