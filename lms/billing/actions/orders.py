"""Orders: placed and cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from lms.billing.actions import letters, moving, numbering, rights
from lms.billing.models import BasketLine, Order, OrderChange, OrderLine, Product
from lms.billing.queries import quotes
from lms.billing.queries.quotes import Buyer, Quoted
from lms.billing.rules import bundles
from lms.billing.rules.quoting import Line
from lms.billing.rules.tax import Tax
from lms.billing.states import ORDER, Method
from lms.db import clock
from lms.privacy.actions import legal


class SumHasChanged(Exception):
    """The order comes to something else than what the buyer was shown."""


class NothingOrdered(Exception):
    """An order of nothing."""


class SeveralForOne(Exception):
    """More than one of a product for one person: several places are for an organisation."""


@dataclass(frozen=True)
class Billed:
    """Whom the invoice is for. `vat_id` has been looked at before, `reference` is the buyer's own number."""

    name: str
    street: str
    city: str
    country: str
    company: str = ""
    postcode: str = ""
    vat_id: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Placing:
    """What is ordered. `form_key` makes a form that is sent twice one order; `organisation_id` None: for the learner,
    who is the buyer unless another is named."""

    buyer_id: int
    form_key: UUID
    lines: Sequence[tuple[str, int]]
    billed: Billed
    currency: str
    shown_minor: int | None = None
    coupon_code: str = ""
    organisation_id: UUID | None = None
    learner_id: int | None = None
    method: Method = Method.TRANSFER
    language: str = "en-gb"
    terms: Sequence[Mapping[str, Any]] = field(default=())
    tax: Tax | None = None
    """Where it was decided elsewhere than by our own table (`taxing.decide`)."""


def place(*, placing: Placing) -> Order:
    """Places an order: its lines at the prices that hold now, the basket emptied of them, the invoice made where it
    is to be paid by transfer, and a letter. What comes to nothing is paid at once. A bundle is a line for each part.

    Sent again it gives the same order. Raises NothingOrdered, SeveralForOne, SumHasChanged, and those of
    `quotes.quote`.
    """
    at = clock.now()
    known = Order.objects.filter(form_key=placing.form_key, buyer=placing.buyer_id).first()
    if known is not None:
        return known
    if not placing.lines:
        raise NothingOrdered
    if placing.organisation_id is None and any(count > 1 for _, count in placing.lines):
        raise SeveralForOne
    try:
        with transaction.atomic():
            return _placed(placing, _quoted(placing, at), at)
    except IntegrityError:
        # Of a form sent twice at once the second finds the first one's order.
        found = Order.objects.filter(form_key=placing.form_key, buyer=placing.buyer_id).first()
        if found is None:
            raise
        return found


def cancel(*, uuid: UUID, actor_id: int | None) -> None:
    """Cancels an order that is not wholly paid; an invoice that was made for it is credited. What was paid in part is
    found by finance, to be sent back. Raises Order.DoesNotExist and IllegalMove. A second call does nothing.
    """
    at = clock.now()
    with transaction.atomic():
        order = moving.locked(uuid)
        if order.state == "cancelled":
            return
        moving.move(order, "cancel", at=at, actor_id=actor_id)
        numbering.credit_note(order, lines=numbering.of_order(order), reason="cancelled", at=at, refund=None)
        rights.follow(order, at=at, actor_id=actor_id)


def _quoted(placing: Placing, at: datetime) -> Quoted:
    counts = dict(placing.lines)
    products = list(Product.objects.filter(key__in=counts).order_by("pk"))
    if len(products) != len(counts):
        raise quotes.NotOffered(sorted(set(counts) - {product.key for product in products}))
    found = quotes.quote(
        [(product, counts[product.key]) for product in products],
        currency=placing.currency,
        buyer=Buyer(placing.billed.country, placing.billed.vat_id, placing.buyer_id),
        coupon_code=placing.coupon_code,
        at=at,
        lock=True,
        told=placing.tax,
    )
    if placing.shown_minor is not None and found.quote.gross_minor != placing.shown_minor:
        raise SumHasChanged
    return found


def _placed(placing: Placing, quoted: Quoted, at: datetime) -> Order:
    for_person = None if placing.organisation_id else placing.learner_id or placing.buyer_id
    order = Order.objects.create(
        form_key=placing.form_key,
        issuer=quoted.issuer,
        buyer_id=placing.buyer_id,
        learner_id=for_person,
        organisation_id=placing.organisation_id,
        currency=quoted.currency,
        net_minor=quoted.quote.net_minor,
        tax_minor=quoted.quote.tax_minor,
        treatment=quoted.tax.treatment,
        coupon=quoted.coupon,
        method=placing.method,
        language=placing.language,
        terms=[dict(one) for one in placing.terms],
        placed_at=at,
        state=ORDER.start,
        state_at=at,
        **asdict(placing.billed),
    )
    OrderLine.objects.bulk_create(_lines(order, quoted, at))
    OrderChange.objects.create(
        order=order, event="place", from_state="", to_state=order.state, at=at, actor_id=placing.buyer_id
    )
    # What it rests on beside its own conditions: texts that were published under versions.
    if texts := [one["document"] for one in placing.terms if "version" in one]:
        legal.accept(person_id=placing.buyer_id, kinds=texts, context=f"checkout:{order.uuid}")
    moving.trace(order, "placed", at=at, actor_id=placing.buyer_id, amount=order.gross_minor)
    BasketLine.objects.filter(basket__person=placing.buyer_id, product__in=quoted.products).delete()
    if order.gross_minor and order.method == Method.TRANSFER:
        numbering.invoice(order, at=at)
        letters.placed(order, at=at)
    moving.settle(order, at=at, actor_id=placing.buyer_id)
    return order


def _lines(order: Order, quoted: Quoted, at: datetime) -> list[OrderLine]:
    parts = quotes.parts_of(quoted.products, at)
    found = []
    for product, version, line in zip(quoted.products, quoted.versions, quoted.quote.lines, strict=True):
        if product.pk not in parts:
            found.append(_line(order, product, line, version.includes_tax))
            continue
        held = [(part.key, alone) for part, alone in parts[product.pk]]
        for (part, _), share in zip(parts[product.pk], bundles.split(line, held), strict=True):
            found.append(_line(order, part, share, version.includes_tax, bundle=product))
    return found


def _line(
    order: Order, product: Product, line: Line, includes_tax: bool, bundle: Product | None = None
) -> OrderLine:
    """A line of an order. Of a bundle's part the places last as long as the bundle says."""
    return OrderLine(
        order=order,
        product=product,
        bundle=bundle,
        title=f"{bundle.title}: {product.title}"[:200] if bundle else product.title,
        quantity=line.quantity,
        unit_minor=line.unit_minor,
        includes_tax=includes_tax,
        off_minor=line.off_minor,
        net_minor=line.net_minor,
        tax_minor=line.tax_minor,
        rate_bp=line.rate_bp,
        valid_days=(bundle or product).valid_days,
    )
