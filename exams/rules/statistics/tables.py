"""A table of a million rows from the bytes of a CSV file, in a few passes.

Two ways lead to the same cells. Plain files, where each answer is one character or none, are cut by
numpy: the separators are found, and what lies between them is gathered. Whatever else a CSV file may
hold (quotes, longer codes, blanks around a cell) is read by the `csv` module, some ten times slower.
"""

import csv
import io
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exams.rules.statistics.estimates import Bytes, Integers

CHUNK = 1 << 23  # bytes cut at once, so that positions take megabytes and not gigabytes
LONGEST = 200  # characters of a person's or a group's name
MOST_CODES = 255
NEWLINE = 10
BLANKS = ("", "NA")  # the second is what R writes

Texts = NDArray[np.bytes_]


class Fault(StrEnum):
    """What is wrong with a file."""

    EMPTY = "empty"
    NOT_TEXT = "not_text"
    WEB_PAGE = "web_page"
    NO_ROWS = "no_rows"
    NO_ITEMS = "no_items"
    UNNAMED = "unnamed"
    COLUMN_TWICE = "column_twice"
    RAGGED = "ragged"
    TOO_LONG = "too_long"
    TOO_MANY_CODES = "too_many_codes"
    TOO_MANY_ITEMS = "too_many_items"
    NEITHER_0_NOR_1 = "neither_0_nor_1"
    UNKNOWN_CODE = "unknown_code"
    BAD_TIME = "bad_time"
    PERSON_TWICE = "person_twice"
    KEY_HEADER = "key_header"
    KEY_BLANK = "key_blank"
    KEY_TWICE = "key_twice"
    KEY_WITHOUT_ITEM = "key_without_item"
    ITEM_WITHOUT_KEY = "item_without_key"


class CannotRead(Exception):
    """A file that can't be read, with the line and the column where it is known, and what stands there.

    `in_key` says that it is KEY.csv and not RESPONSES.csv.
    """

    def __init__(self, fault: Fault, *, line: int = 0, column: str = "", found: str = "") -> None:
        super().__init__(f"{fault} (line {line}, column {column!r}, found {found!r})")
        self.fault, self.line, self.column, self.found = fault, line, column, found
        self.in_key = False


@dataclass(frozen=True, eq=False)
class Cells:
    """`codes[narrow[row, column]]` is an answer, "" none. `lines[row]` is the row's line in the file."""

    narrow: Bytes
    codes: tuple[str, ...]
    wide: dict[int, Texts]
    lines: Sequence[int]


def opened(data: bytes) -> tuple[list[str], bytes, str]:
    """The header, the rows and the delimiter (comma, semicolon or tab, by the header). Line ends are one byte."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise CannotRead(Fault.EMPTY)
    try:
        data.isascii() or data.decode()
    except UnicodeDecodeError:
        raise CannotRead(Fault.NOT_TEXT) from None
    if data.lstrip()[:14].lower().startswith((b"<!doctype", b"<html")):
        raise CannotRead(Fault.WEB_PAGE)
    if b"\0" in data:
        raise CannotRead(Fault.NOT_TEXT)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    first, _, rows = data.partition(b"\n")
    line = first.decode()
    delimiter = max(",;\t", key=line.count)
    header = [cell.strip() for cell in next(lines_of([line], delimiter), [])]
    return header, rows.rstrip(b"\n") + b"\n", delimiter


def lines_of(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    """The cells of each line. Raises `CannotRead` for what is no table at all, such as a cell of a megabyte."""
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        raise CannotRead(Fault.NOT_TEXT) from None


def cells(rows: bytes, delimiter: str, header: Sequence[str], wide: Sequence[int]) -> Cells:
    """Raises `CannotRead` at the first line that has more or fewer cells than the header."""
    if not rows.strip():
        raise CannotRead(Fault.NO_ROWS)
    found = None if b'"' in rows else _cut(rows, ord(delimiter), len(header), wide)
    return found or _read(rows, delimiter, header, wide)


def _cut(rows: bytes, delimiter: int, width: int, wide: Sequence[int]) -> Cells | None:
    """None where the file is not plain."""
    narrow = [column for column in range(width) if column not in wide]
    answers = np.empty((rows.count(b"\n"), len(narrow)), np.uint8, order="F")
    texts: dict[int, list[Texts]] = {column: [] for column in wide}
    done = 0
    for block in _blocks(rows):
        found = np.flatnonzero((block == delimiter) | (block == NEWLINE))
        if found.size % width:
            return None
        starts = np.concatenate([[0], found[:-1] + 1]).reshape(-1, width)
        ends = found.reshape(-1, width)
        lengths = ends - starts
        last = block[ends] == NEWLINE
        if not last[:, -1].all() or last[:, :-1].any() or (lengths[:, narrow] > 1).any():
            return None
        values = block[starts[:, narrow]]
        values[lengths[:, narrow] == 0] = 0
        answers[done : done + len(ends)] = values
        done += len(ends)
        for column in wide:
            texts[column].append(_gathered(block, starts[:, column], lengths[:, column]))
    numbers, codes = _numbered(answers)
    for column in range(len(narrow)):
        answers[:, column] = numbers[answers[:, column]]
    gathered = {column: np.concatenate(parts) for column, parts in texts.items()}
    return Cells(answers, codes, gathered, range(2, done + 2))


def _numbered(answers: Bytes) -> tuple[Bytes, tuple[str, ...]]:
    """For each byte its place among the codes, and the codes. Letters count as capitals."""
    used = sum(np.bincount(column, minlength=256) for column in answers.T)
    codes, numbers = [""], np.zeros(256, np.uint8)
    for value in np.flatnonzero(used).tolist():
        code = chr(value).strip("\0 ").upper()
        if code not in codes:
            codes.append(code)
        numbers[value] = codes.index(code)
    return numbers, tuple(codes)


def _blocks(rows: bytes) -> Iterator[Bytes]:
    """Whole lines, some megabytes at a time."""
    start = 0
    while start < len(rows):
        stop = rows.rfind(b"\n", start, start + CHUNK) + 1 or rows.find(b"\n", start) + 1
        yield np.frombuffer(rows, np.uint8, stop - start, start)
        start = stop


def _gathered(block: Bytes, starts: Integers, lengths: Integers) -> Texts:
    width = max(1, int(lengths.max()))
    if width > LONGEST:
        raise CannotRead(Fault.TOO_LONG)
    places = np.arange(width)
    characters = block[np.minimum(starts[:, None] + places, len(block) - 1)]
    characters[places >= lengths[:, None]] = 0
    return np.strings.strip(characters.view(f"S{width}").ravel())


class _Codes(dict[str, int]):
    """Numbers the codes as they come."""

    def __missing__(self, cell: str) -> int:
        code = cell.strip().upper()
        if code in BLANKS:
            number = 0
        elif code in self:
            number = self[code]
        else:
            number = self[code] = max(self.values(), default=0) + 1
        if number > MOST_CODES:
            raise CannotRead(Fault.TOO_MANY_CODES, found=cell)
        self[cell] = number
        return number


def _read(rows: bytes, delimiter: str, header: Sequence[str], wide: Sequence[int]) -> Cells:
    codes, lines = _Codes(), array("q")
    answers, texts = bytearray(), [list[bytes]() for _ in wide]
    reader: Any = csv.reader(io.StringIO(rows.decode(), newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if not row and len(header) > 1:
                continue
            row = row or [""]
            if len(row) != len(header):
                raise CannotRead(Fault.RAGGED, line=reader.line_num + 1, found=str(len(row)))
            for column, kept in zip(reversed(wide), reversed(texts), strict=True):
                kept.append(row.pop(column).strip().encode())
            answers.extend(map(codes.__getitem__, row))
            lines.append(reader.line_num + 1)
    except csv.Error:
        raise CannotRead(Fault.NOT_TEXT, line=reader.line_num + 1) from None
    if any(len(text) > LONGEST for kept in texts for text in kept):
        raise CannotRead(Fault.TOO_LONG)
    narrow = np.frombuffer(bytes(answers), np.uint8).reshape(len(lines), -1)
    names = {number: code.strip().upper() for code, number in codes.items() if number}
    known = ("", *(names[number] for number in sorted(names)))
    kept_texts = {column: np.array(kept) for column, kept in zip(wide, texts, strict=True)}
    return Cells(np.asfortranarray(narrow), known, kept_texts, lines)
