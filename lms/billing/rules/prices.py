"""Prices by version, and as people read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

SYMBOLS: Final = {"EUR": "€", "GBP": "£", "USD": "$"}
CURRENCIES: Final = ("EUR", "GBP", "USD", "CHF")
"""Those that products are offered in; each has two digits behind the point."""


@dataclass(frozen=True)
class Version:
    """A price from a moment on. `tiers` are pairs: from so many on, so many basis points off; the last one reached
    counts, for all of them."""

    amount_minor: int
    currency: str
    valid_from: datetime
    number: int
    includes_tax: bool = False
    tiers: tuple[tuple[int, int], ...] = ()


def words(amount_minor: int, currency: str) -> str:
    """`129000, "EUR"` → `€1,290.00`; nothing to pay is `free`. Both in minor units of a two-digit currency."""
    return "free" if amount_minor == 0 else sum_words(amount_minor, currency)


def sum_words(amount_minor: int, currency: str) -> str:
    """The same for a sum in a bill, where nothing is `€0.00` and less than nothing stands with a minus."""
    whole, cents = divmod(abs(amount_minor), 100)
    sign = "−" if amount_minor < 0 else ""
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{whole:,}.{cents:02}"


def standing(versions: Iterable[Version], *, currency: str, at: datetime) -> Version | None:
    """The version that holds at a moment: the latest begun, and of two that began together the one made last."""
    begun = [one for one in versions if one.currency == currency and one.valid_from <= at]
    return max(begun, key=lambda one: (one.valid_from, one.number), default=None)


def tier(tiers: Iterable[tuple[int, int]], quantity: int) -> int:
    """How many basis points are off for so many."""
    return max(((start, off) for start, off in tiers if start <= quantity), default=(0, 0))[1]
