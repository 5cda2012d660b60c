"""One price for several products, and what each of them is of it. docs/money.md has the worked numbers."""

from collections.abc import Sequence

from lms.billing.rules import money
from lms.billing.rules.quoting import Line


def split(line: Line, parts: Sequence[tuple[str, int]]) -> list[Line]:
    """A bundle's line as a line for each of its parts, in their order.

    `parts` are the key of each with what one of it costs alone. Net, tax, list price and discount are each shared out by
    that, so that the parts add up to the bundle to the minor unit; where all are free alone, in equal parts.
    """
    weights = [alone for _, alone in parts]
    if not any(weights):
        weights = [1] * len(parts)
    shared = [
        money.shares(amount, weights)
        for amount in (line.unit_minor, line.list_minor, line.off_minor, line.net_minor, line.tax_minor)
    ]
    return [
        Line(key, line.quantity, unit, listed, off, net, tax, line.rate_bp)
        for (key, _), unit, listed, off, net, tax in zip(parts, *shared, strict=True)
    ]
