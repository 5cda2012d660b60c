"""Tables that are shown on a page, printed, and taken along as CSV files."""

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from exams.documents.analysis import REASONS
from exams.rules.statistics.estimates import Estimate, Reason
from lms.kit.tables import safe

WHY = REASONS | {
    Reason.FEW_PERSONS: "fewer than 30 sittings",
    Reason.FEW_FOR_SLOPES: "fewer than 500 sittings",
    Reason.FEW_ITEMS: "too few items that tell one candidate from another",
}


@dataclass(frozen=True)
class Table:
    """`key` names its file. A cell is text, a number, a time, an Estimate, or None for nothing."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def shown(self) -> list[list[str]]:
        """The rows as they are read by people."""
        return [[shown(cell) for cell in row] for row in self.rows]

    @property
    def digest(self) -> str:
        """SHA-256 of its file."""
        return hashlib.sha256(as_csv(self)).hexdigest()


def as_csv(table: Table) -> bytes:
    """UTF-8 with a header. An estimate takes three columns: value, and the ends of its interval. Text that a
    spreadsheet would take for a formula has an apostrophe before it."""
    wide = _estimates(table)
    said = io.StringIO(newline="")
    writer = csv.writer(said)
    writer.writerow(
        [
            name
            for place, column in enumerate(table.columns)
            for name in ([column, f"{column}, low", f"{column}, high"] if place in wide else [column])
        ]
    )
    for row in table.rows:
        writer.writerow([cell for place, value in enumerate(row) for cell in _cells(value, place in wide)])
    return said.getvalue().encode()


def shown(value: Any) -> str:
    if isinstance(value, Estimate):
        if value.value is None or value.low is None or value.high is None:
            return f"none: {WHY[value.reason or Reason.NOT_SETTLED]}"
        return f"{figure(value.value)} ({figure(value.low)} to {figure(value.high)})"
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | Fraction):
        return figure(float(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return str(value)


def figure(value: float) -> str:
    """Three decimals, with a true minus; what is nearly nothing is not shown as nothing."""
    if 0 < abs(value) < 0.0005:
        return "below 0.001" if value > 0 else "above −0.001"
    return f"{value:.3f}".replace("-", "−")


def _estimates(table: Table) -> frozenset[int]:
    """The columns that hold estimates."""
    rows: Sequence[Sequence[Any]] = table.rows
    return frozenset(place for row in rows for place, cell in enumerate(row) if isinstance(cell, Estimate))


def _cells(value: Any, wide: bool) -> Iterator[Any]:
    if isinstance(value, Estimate):
        yield from (_rounded(one) for one in (value.value, value.low, value.high))
        return
    yield _rounded(value)
    if wide:
        yield from ("", "")


def _rounded(value: Any) -> Any:
    if isinstance(value, float | Fraction):
        return round(float(value), 6)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return safe(value)
