"""Payment pages at Stripe's: opened for what is due of an order, and looked at until it is known what became of them.

Stripe is always asked how a page stands, and never before a transaction is over or while one is open. So it doesn't
matter in which order its events come, how often, or whether at all: whatever asks next takes the same truth.
"""

import contextlib
import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from lms.billing import gateway
from lms.billing.actions import findings, letters, moving, orders, payments
from lms.billing.models import Checkout, Order, Payment
from lms.billing.queries import ledgers, sellers
from lms.billing.queries import orders as charges
from lms.billing.queries.cards import PROVIDER
from lms.billing.rules import by_card, ledger
from lms.billing.rules.by_card import Line, Session
from lms.billing.states import CHECKOUT, CheckoutState, FindingKind, Method, OrderState
from lms.db import clock

log = logging.getLogger(__name__)

MAY_BE_PAID: Final = (CheckoutState.ASKED, CheckoutState.OPEN, CheckoutState.WAITING)
# A page that nobody came back from is looked at without a webhook; and a day after its end nobody will come.
LOOK_AFTER: Final = timedelta(minutes=10)
GIVE_UP_AFTER: Final = timedelta(days=3)


class NothingDue(Exception):
    """The order is paid, or was cancelled: there is nothing to pay."""


class NotByCard(Exception):
    """The order is of a seller who takes no cards: the money would reach the institution's account, not theirs."""


class BankIsAsked(Exception):
    """A bank has been asked to pay and has not answered yet: to pay again would be to pay twice."""


def open_page(*, order_uuid: UUID) -> str:
    """The address of a payment page for what is due of an order: the one that is open, or a new one.

    Raises Order.DoesNotExist, NotByCard, NothingDue, BankIsAsked, and those of `gateway.open_checkout`.
    """
    if not sellers.is_institution(Order.objects.select_related("issuer").get(uuid=order_uuid).issuer):
        raise NotByCard(order_uuid)
    for before in _unsettled(order_uuid):
        if before.session_id:
            seen = gateway.session(before.session_id)
            if seen.state == "open" and seen.amount_minor == _due(order_uuid):
                return seen.url
            # What is due has changed: nobody shall pay the old sum as well.
            _take(gateway.close_checkout(before.session_id) if seen.state == "open" else seen)
    row = _asked_for(order_uuid)
    opened = gateway.open_checkout(_told(row), key=f"checkout:{row.uuid}")
    _take(opened)
    return opened.url


def settle(*, session_id: str) -> None:
    """Takes into the ledger what has become of a payment page; may be called at any time and any number of times.

    A page that isn't for an order of ours is left alone. Raises those of `gateway.session`.
    """
    _take(gateway.session(session_id))


def settle_payment(*, payment_id: str) -> UUID | None:
    """The order that a payment was made for, after taking it into the ledger if it wasn't known yet; None for a payment
    that isn't ours. Raises those of `gateway.sessions`."""
    known = _order_of(payment_id)
    if known is None and payment_id:
        for seen in gateway.sessions(payment_id=payment_id):
            _take(seen)
        known = _order_of(payment_id)
    return known


def look() -> int:
    """Looks at the pages from which nobody came back in time, closes those of orders that are to be paid no more, and
    gives up orders by card that were left. Returns how many pages were looked at. What Stripe doesn't answer now is asked
    the next time."""
    at = clock.now()
    seen = 0
    with contextlib.suppress(gateway.Unanswered):
        for row in _late(at) if gateway.is_set_up() else ():
            _look_at(row, at)
            seen += 1
    _give_up(at)
    return seen


def _late(at: datetime) -> list[Checkout]:
    rows = Checkout.objects.filter(state__in=(CheckoutState.ASKED, CheckoutState.OPEN)).filter(
        Q(opened_at__lt=at - LOOK_AFTER) | ~Q(order__state__in=(OrderState.PLACED, OrderState.PART_PAID))
    )
    return list(rows.select_related("order").order_by("opened_at")[:100])


def _look_at(row: Checkout, at: datetime) -> None:
    is_over = row.order.state not in (OrderState.PLACED, OrderState.PART_PAID)
    try:
        if row.session_id:
            _take((gateway.close_checkout if is_over else gateway.session)(row.session_id))
        elif row.opened_at < at - 12 * LOOK_AFTER:
            # Asked for and never answered; had it been opened, it has ended by now.
            _expire(row)
    except gateway.Refused as fault:
        log.warning("Stripe says of payment page %s: %s", row.session_id, fault)
        _expire(row)


def _expire(row: Checkout) -> None:
    ended = CHECKOUT.after(row.state, "expire")
    Checkout.objects.filter(pk=row.pk, state=row.state).update(state=ended)


def _give_up(at: datetime) -> None:
    left = Order.objects.filter(
        method=Method.CARD, state=OrderState.PLACED, placed_at__lt=at - GIVE_UP_AFTER
    ).exclude(checkouts__state__in=MAY_BE_PAID)
    for uuid in left.values_list("uuid", flat=True)[:100]:
        orders.cancel(uuid=uuid, actor_id=None)


def _unsettled(order_uuid: UUID) -> list[Checkout]:
    order = Order.objects.get(uuid=order_uuid)
    return list(order.checkouts.filter(state__in=MAY_BE_PAID).order_by("pk"))


def _due(order_uuid: UUID) -> int:
    return ledger.due(ledgers.account_of(Order.objects.get(uuid=order_uuid)))


def _asked_for(order_uuid: UUID) -> Checkout:
    """The row under whose key a page is asked for: of two clicks at once, both find the same."""
    with transaction.atomic():
        order = moving.locked(order_uuid)
        due = ledger.due(ledgers.account_of(order))
        if not due:
            raise NothingDue
        waiting = order.checkouts.filter(state__in=MAY_BE_PAID)
        if waiting.filter(state=CheckoutState.WAITING).exists():
            raise BankIsAsked
        asked = waiting.filter(amount_minor=due).order_by("pk").first()
        closes_at = gateway.closing_time()
        # Its key was given out with its end: with another end it would be another question.
        if asked is not None and asked.closes_at > closes_at - timedelta(minutes=20):
            return asked
        return Checkout.objects.create(
            order=order, amount_minor=due, opened_at=clock.now(), closes_at=closes_at
        )


def _told(row: Checkout) -> by_card.Checkout:
    order = charges.charge(row.order.uuid)
    lines = [
        Line(title if quantity == 1 else f"{quantity} × {title}", amount)
        for title, quantity, amount in order.lines
        if amount
    ]
    if order.gross_minor != row.amount_minor:
        lines = [Line(settings.INSTITUTION, row.amount_minor)]
    return by_card.Checkout(
        reference=str(order.uuid),
        currency=order.currency,
        lines=tuple(lines),
        email=order.email,
        language=order.language,
        success_url=settings.PUBLIC_URL + reverse("billing:card_back", args=[order.uuid]),
        cancel_url=settings.PUBLIC_URL + reverse("billing:order", args=[order.uuid]),
        closes_at=row.closes_at,
    )


def _take(seen: Session) -> None:
    uuid = _reference(seen)
    if uuid is None or not Order.objects.filter(uuid=uuid).exists():
        return
    with transaction.atomic():
        order = moving.locked(uuid)
        row = (
            order.checkouts.filter(session_id=seen.id).first()
            or order.checkouts.filter(session_id="", amount_minor=seen.amount_minor).order_by("pk").first()
        )
        event = by_card.event(seen)
        if row is not None and (not row.session_id or CHECKOUT.may(row.state, event)):
            row.session_id = seen.id
            if CHECKOUT.may(row.state, event):
                row.state = CHECKOUT.after(row.state, event)
            row.save(update_fields=["session_id", "state"])
            if row.state == CheckoutState.FAILED:
                letters.not_paid(order, str(row.uuid), at=clock.now())
        if seen.is_paid:
            _paid(order, seen)


def _paid(order: Order, seen: Session) -> None:
    # Where the institution's clock is ahead of the world's, an order is paid when it was placed at the earliest.
    received_at = max(seen.paid_at or order.placed_at, order.placed_at)
    try:
        payments.record(
            order_uuid=order.uuid,
            provider=PROVIDER,
            reference=seen.payment_id,
            amount_minor=seen.amount_minor,
            currency=seen.currency,
            received_at=received_at,
        )
    except (payments.OtherCurrency, payments.KnownReference, ValueError) as fault:
        facts = {
            "session": seen.id,
            "amount": seen.amount_minor,
            "currency": seen.currency,
            "why": str(fault),
        }
        findings.note(
            f"stripe:session:{seen.id}", FindingKind.ELSEWHERE, order=order, at=clock.now(), facts=facts
        )


def _reference(seen: Session) -> UUID | None:
    try:
        return UUID(seen.reference)
    except ValueError:
        return None


def _order_of(payment_id: str) -> UUID | None:
    return (
        Payment.objects.filter(provider=PROVIDER, reference=payment_id)
        .values_list("order__uuid", flat=True)
        .first()
    )
