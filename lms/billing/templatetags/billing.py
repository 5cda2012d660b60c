"""Money and its codes in words."""

from django import template
from django.utils import translation
from stdnum import iban as ibans

from lms.billing.documents import bill
from lms.billing.rules import prices
from lms.billing.states import KINDS

register = template.Library()

STANDING = {
    "placed": "due",
    "part_paid": "due",
    "paid": "valid",
    "refunded": "ended",
    "cancelled": "ended",
    "asked": "due",
    "approved": "due",
    "sent": "valid",
    "declined": "ended",
    "offered": "due",
    "taken": "valid",
    "back": "ended",
}


@register.filter
def money(amount_minor: int, currency: str) -> str:
    """`{{ order.gross_minor|money:order.currency }}` → €1,535.10, and as the invoices in another language: 1.535,10 EUR"""
    if (translation.get_language() or "en").startswith("en"):
        return prices.sum_words(amount_minor, currency)
    return bill.amount(amount_minor, currency)


@register.filter
def iban(number: str) -> str:
    """DE89370400440532013000 → DE89 3704 0044 0532 0130 00, as banks print it and people read it aloud."""
    return str(ibans.format(number))


@register.filter
def rate(basis_points: int) -> str:
    """1900 → 19 %, 2550 → 25.5 %"""
    return f"{basis_points / 100:g} %"


@register.filter
def kind_words(kind: str) -> str:
    """What kind of product it is."""
    return str(KINDS.get(kind, kind))


@register.filter
def standing_of(state: str) -> str:
    """The class of standing that a state of an order, a refund or a seat is shown as."""
    return STANDING.get(state, "")
