"""How the rows of a list of people are answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_ROWS = 1000


class RowVerdict(StrEnum):
    OFFERED = "offered"
    HAS_ONE = "has-one"
    TWICE = "twice"
    NO_ADDRESS = "no-address"
    NO_SEAT_LEFT = "no-seat-left"


@dataclass(frozen=True)
class Row:
    line: int
    email: str
    verdict: RowVerdict


def answered(
    rows: Sequence[tuple[int, str]], *, is_address: Iterable[bool], has_one: frozenset[str], free: int
) -> list[Row]:
    """A verdict for each row of a list of addresses, in order: the free seats go to the first rows that are good."""
    seen: set[str] = set()
    found = []
    for (line, text), good in zip(rows, is_address, strict=True):
        email = text.strip().lower()
        if not good:
            verdict = RowVerdict.NO_ADDRESS
        elif email in seen:
            verdict = RowVerdict.TWICE
        elif email in has_one:
            verdict = RowVerdict.HAS_ONE
        elif free < 1:
            verdict = RowVerdict.NO_SEAT_LEFT
        else:
            verdict, free = RowVerdict.OFFERED, free - 1
            seen.add(email)
        found.append(Row(line, email or text.strip(), verdict))
    return found
