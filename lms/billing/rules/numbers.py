"""Numbers of orders, invoices and credit notes."""

from enum import StrEnum


class Series(StrEnum):
    """What is counted for each issuer and year, from one on and without a gap."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"


_MARK = {Series.INVOICE: "", Series.CREDIT_NOTE: "C"}


def printed(prefix: str, series: Series, year: int, number: int) -> str:
    """`AI`, 2026, 7 → `AI-2026-00007`, and `AI-C2026-00007` for a credit note."""
    return f"{prefix}-{_MARK[series]}{year}-{number:05}"


def gaps(numbers: list[int]) -> list[int]:
    """Which numbers between one and the highest are missing."""
    return sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
