"""Prices as people read them."""

SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$"}


def words(amount_minor: int, currency: str) -> str:
    """`129000, "EUR"` → `€1,290.00`; nothing to pay is `free`. Both in minor units of a two-digit currency."""
    if amount_minor == 0:
        return "free"
    whole, cents = divmod(amount_minor, 100)
    return f"{SYMBOLS.get(currency, currency + ' ')}{whole:,}.{cents:02}"
