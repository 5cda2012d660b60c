"""Which tax an order bears. The one place where that is decided."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from lms.billing.rules import rates

_PREFIX = {"GR": "EL"}


class Treatment(StrEnum):
    DOMESTIC = "domestic"
    DESTINATION = "destination"
    REVERSE_CHARGE = "reverse-charge"
    OUTSIDE = "outside"


class UnfitVatId(ValueError):
    """It is no VAT id of that country: its letters, its length or its check digit say so."""


@dataclass(frozen=True)
class Tax:
    """`rate_bp` is added to prices; `within_bp` is what a price that includes tax has within."""

    treatment: Treatment
    rate_bp: int
    within_bp: int


def vat_id(text: str, country: str) -> str:
    """A VAT id as it is printed (`de 136 695 976` → `DE136695976`); raises UnfitVatId.

    Its form and its check digit are looked at, no register is asked.
    """
    if country not in rates.UNION:
        raise UnfitVatId(text)
    prefix = _PREFIX.get(country, country)
    try:
        found = vat.validate(text)
    except ValidationError:
        raise UnfitVatId(text) from None
    if not found.startswith(prefix):
        raise UnfitVatId(text)
    return str(found)


def decide(*, seller: str, buyer: str, has_vat_id: bool, on: date) -> Tax:
    """The tax of services rendered at a distance, from where the seller and the buyer are.

    In the seller's country its rate. Within the Union a business with a VAT id owes the tax itself, and everybody
    else pays the rate of their own country. Beyond it no tax is charged. Raises rates.NoRate for a seller whose
    country the table does not have.
    """
    at_home = rates.rate(seller, on)
    if buyer == seller:
        return Tax(Treatment.DOMESTIC, at_home, at_home)
    if seller in rates.UNION and buyer in rates.UNION:
        if has_vat_id:
            return Tax(Treatment.REVERSE_CHARGE, 0, at_home)
        there = rates.rate(buyer, on)
        return Tax(Treatment.DESTINATION, there, there)
    return Tax(Treatment.OUTSIDE, 0, 0)
