"""Stripe Tax, where it is set up: it decides the tax of an order before it is placed, and is told what was paid and given back."""

from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from lms.billing import gateway
from lms.billing.actions import findings
from lms.billing.actions.orders import Billed
from lms.billing.models import Order, Refund, TaxBooking
from lms.billing.queries import sellers
from lms.billing.queries.quotes import Quoted
from lms.billing.rules import by_card, rates
from lms.billing.rules.by_card import Payer, TaxLine
from lms.billing.rules.tax import Tax, Treatment
from lms.billing.states import FindingKind
from lms.db import clock

KEPT_SECONDS: Final = 600


class NotDecided(Exception):
    """Stripe Tax gives no answer that an order can stand on: none at all, or not one rate for all of it."""


def is_on() -> bool:
    return settings.STRIPE_TAX and gateway.is_set_up()


def decide(quoted: Quoted, billed: Billed) -> Tax | None:
    """The tax that this buyer owes for what was quoted; None where our own table decides, as it does for every seller but
    the institution. What it costs Stripe to answer, it is asked once in ten minutes for the same. Raises NotDecided."""
    if not is_on() or not sellers.is_institution(quoted.issuer):
        return None
    lines = tuple(TaxLine(line.product_key, line.net_minor) for line in quoted.quote.lines)
    found = _told(quoted.currency, lines, billed)
    if found.rate_bp is None:
        raise NotDecided("not one rate")
    return _tax(found, seller=quoted.issuer.country, buyer=billed.country, on=clock.today())


def book(*, order_uuid: UUID) -> None:
    """Tells Stripe Tax of a paid order, once. Where its sum is another than the ledger's that is a finding. May be called
    again. Raises Order.DoesNotExist and those of the gateway."""
    if not is_on():
        return
    order = Order.objects.select_related("issuer").get(uuid=order_uuid)
    if not sellers.is_institution(order.issuer):
        return
    row = TaxBooking.objects.filter(order=order).first()
    if row is None:
        payer = Payer(order.country, order.postcode, order.street, order.vat_id)
        found = gateway.tax_of(currency=order.currency, lines=_taxed(order), payer=payer)
        if sum(found.of_line.values()) != order.tax_minor:
            facts = {"ours": order.tax_minor, "theirs": sum(found.of_line.values()), "kind": "other-tax"}
            findings.note(
                f"stripe:tax:{order.pk}", FindingKind.ELSEWHERE, order=order, at=clock.now(), facts=facts
            )
        row, _ = TaxBooking.objects.get_or_create(
            order=order, defaults={"calculation_id": found.calculation_id}
        )
    if not row.transaction_id:
        row.transaction_id = gateway.book_tax(calculation_id=row.calculation_id, reference=str(order_uuid))
        row.save(update_fields=["transaction_id"])


def give_back(*, refund_uuid: UUID) -> None:
    """Tells Stripe Tax that money was given back of what was booked. May be called again."""
    refund = Refund.objects.select_related("order").get(uuid=refund_uuid)
    booked = TaxBooking.objects.filter(order=refund.order).exclude(transaction_id="").first()
    if booked is not None and is_on():
        gateway.give_tax_back(
            transaction_id=booked.transaction_id, amount_minor=refund.amount_minor, reference=str(refund_uuid)
        )


def _taxed(order: Order) -> tuple[TaxLine, ...]:
    """The lines as their tax was worked out: the parts of a bundle together."""
    net: dict[str, int] = {}
    for line in order.lines.order_by("pk"):
        key = f"bundle-{line.bundle_id}" if line.bundle_id else str(line.pk)
        net[key] = net.get(key, 0) + line.net_minor
    return tuple(TaxLine(key, amount) for key, amount in net.items())


def _told(currency: str, lines: tuple[TaxLine, ...], billed: Billed) -> by_card.Tax:
    payer = Payer(billed.country, billed.postcode, billed.street, billed.vat_id)
    key = "tax:" + sha256(repr((currency, lines, payer)).encode()).hexdigest()
    found: by_card.Tax | None = cache.get(key)
    if found is None:
        try:
            found = gateway.tax_of(currency=currency, lines=lines, payer=payer)
        except (gateway.Unanswered, gateway.Refused) as fault:
            raise NotDecided(str(fault)) from fault
        cache.set(key, found, KEPT_SECONDS)
    return found


def _tax(found: by_card.Tax, *, seller: str, buyer: str, on: date) -> Tax:
    rate = found.rate_bp or 0
    if found.is_reverse_charge:
        return Tax(Treatment.REVERSE_CHARGE, 0, rates.rate(seller, on))
    if buyer == seller:
        return Tax(Treatment.DOMESTIC, rate, rate)
    return Tax(Treatment.DESTINATION if rate else Treatment.OUTSIDE, rate, rate)
