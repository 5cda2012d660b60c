"""Tables as files that every spreadsheet opens as text, and none runs."""

import csv
import io
from collections.abc import Sequence
from typing import Final

_BEGINS_A_FORMULA: Final = (
    "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"
)  # fmt: skip  # the wide ones too, which some spreadsheets take for the narrow


def safe[Cell](cell: Cell) -> Cell | str:
    """The cell as a spreadsheet shows it and never runs it: an apostrophe before text that begins a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_BEGINS_A_FORMULA) else cell


def written(table: Sequence[Sequence[str]]) -> str:
    """The table as CSV that every spreadsheet opens as text in UTF-8 (RFC 4180, byte-order mark first)."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([[safe(cell) for cell in row] for row in table])
    return "\ufeff" + out.getvalue()
