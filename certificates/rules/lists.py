"""Lists of certificates as people have them: pasted, or saved by a spreadsheet in whatever form.

docs/algorithms/lists.md tells with examples how separator, head and columns are found.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from certificates.rules import numbers

MOST_ROWS: Final = 1_000
MOST_BYTES: Final = 512 * 1024
SEPARATORS: Final = ("\t", ";", ",", "|")
_NAME_HEADS: Final = ("name", "holder", "person")
_NUMBER_HEADS: Final = ("number", "certificate", "credential", "id", "no", "nr")
# What may stand between number and name within a cell: also within a number, so that its check character decides.
_BETWEEN: Final = tuple(re.compile(mark) for mark in (r"\s*:\s*", r"\s{2,}", r"\s*/\s*"))
_LOOKS_LIKE_A_LINK: Final = re.compile(r"https?://", re.IGNORECASE)


class TooMany(ValueError):
    """The list has more rows than are answered at once. Carries `rows`."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


@dataclass(frozen=True)
class Row:
    line: int
    """The row's place among those that are not empty, from 1; a head is not counted."""
    number: str
    name: str


def decoded(content: bytes) -> str:
    """The text of a file: by its byte-order mark, else UTF-8, else Windows-1252. Never raises."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def rows(text: str) -> tuple[Row, ...]:
    """The rows of a list in their order, doubles among them. Raises TooMany."""
    cells = [row for row in _cells(text) if any(row)]
    head = cells[0] if cells and _is_head(cells[0]) else None
    body = cells[1:] if head else cells
    if len(body) > MOST_ROWS:
        raise TooMany(len(body))
    number_at, name_at = _columns(head, body)
    return tuple(
        Row(line, _at(row, number_at), _name(row, number_at, name_at)[:200])
        for line, row in enumerate(body, start=1)
    )


def _cells(text: str) -> list[list[str]]:
    plain = text.lstrip("\ufeff").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    lines = plain.split("\n")
    if lines and re.fullmatch(r"sep=(.)", lines[0].strip(), re.IGNORECASE):
        separator, plain = lines[0].strip()[4], "\n".join(lines[1:])
    else:
        separator = _separator(lines)
    try:
        read = list(csv.reader(io.StringIO(plain), delimiter=separator, skipinitialspace=True))
    except csv.Error:  # a cell beyond all measure: each line for itself
        read = [line.split(separator) for line in plain.split("\n")]
    cells = [[unicodedata.normalize("NFC", cell.strip()) for cell in row] for row in read]
    return [[part for cell in row for part in _parted(cell)] for row in cells]


def _parted(cell: str) -> tuple[str, ...]:
    """Number and name where one cell holds both, with a colon, a slash or several spaces between; else the cell."""
    if _LOOKS_LIKE_A_LINK.match(cell):
        return (cell,)
    for mark in _BETWEEN:
        parts = [(cell[: found.start()], cell[found.end() :]) for found in mark.finditer(cell)]
        # The name first only before a colon: the end of a number may look like a shorter one.
        turned = [(right, left) for left, right in parts if ":" in cell[len(left) : len(cell) - len(right)]]
        for number, name in (*parts, *turned):
            if _is_number(number) and _may_be_name(name):
                return number, name
    return (cell,)


def _is_number(text: str) -> bool:
    try:
        numbers.parse(text)
    except numbers.Misspelt:
        return False
    return any(c.isdigit() for c in text)


def _may_be_name(text: str) -> bool:
    return sum(c.isalpha() for c in text) > 1 and not any(c.isdigit() for c in text)


def _separator(lines: Sequence[str]) -> str:
    """The separator that stands in the most lines outside quotes; a name holds commas, never tabs."""
    some = [re.sub(r'"[^"]*"', "", line) for line in lines if line.strip()][:200]
    return max(SEPARATORS, key=lambda mark: (sum(mark in line for line in some), -SEPARATORS.index(mark)))


def _is_head(row: Sequence[str]) -> bool:
    words = [cell.casefold().strip(" :*") for cell in row]
    return not any(_may_be_number(cell) for cell in row) and any(
        word in (*_NAME_HEADS, *_NUMBER_HEADS) or any(head in word.split() for head in _NUMBER_HEADS[:3])
        for word in words
    )


def _name(row: Sequence[str], number_at: int, name_at: int | None) -> str:
    if name_at is not None:
        return _at(row, name_at)
    return " ".join(cell for place, cell in enumerate(row) if place != number_at and cell)


def _columns(head: Sequence[str] | None, body: Sequence[Sequence[str]]) -> tuple[int, int | None]:
    """The places of number and name: where most cells may be numbers, and what a head calls a name.

    Without a head the name is all the rest (None): "Kamau, Ada" may stand in two cells.
    """
    width = max((len(row) for row in body), default=1)
    found = [sum(_may_be_number(_at(row, place)) for row in body[:200]) for place in range(width)]
    number_at = found.index(max(found)) if any(found) else 0
    if head is None:
        return number_at, None
    for place in range(max(width, len(head))):
        if place != number_at and set(_at(head, place).casefold().split()) & set(_NAME_HEADS):
            return number_at, place
    return number_at, None


def _may_be_number(cell: str) -> bool:
    if _LOOKS_LIKE_A_LINK.match(cell):
        return True
    try:
        numbers.parse(cell)
    except numbers.Misspelt as slip:
        # A typing error in a number is a number all the same; a name is too short, or has other letters.
        return slip.slip is numbers.Slip.CHECK and any(c.isdigit() for c in cell)
    return True


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if 0 <= place < len(row) else ""
