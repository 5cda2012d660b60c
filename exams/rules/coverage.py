"""From the clause to the result: what is taught and asked of a standard, and where one of the two is missing.

A clause that is divided, and a control objective, are covered by their parts and have no gap of their own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Gap(StrEnum):
    UNTAUGHT = "untaught"
    UNTESTED = "untested"


@dataclass(frozen=True)
class Clause:
    """A clause, control objective or control; `parent` is the reference under which it stands, or nothing."""

    ref: str
    parent: str


@dataclass(frozen=True)
class Asked:
    """An item of a bank, and what of the standard it asks. `live` is whether exams may draw on it."""

    id: int
    live: bool
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Points:
    """What an item brought in one result."""

    item: int
    points: Fraction
    maximum: Fraction


def gaps(
    clauses: Iterable[Clause], *, taught: Collection[str], items: Iterable[Asked]
) -> dict[str, tuple[Gap, ...]]:
    """What is missing by reference. `taught` are the references that a lesson teaches."""
    rows = tuple(clauses)
    divided = {row.parent for row in rows}
    asked = {ref for item in items if item.live for ref in item.refs}
    found = {}
    for row in rows:
        missing = [] if row.ref in divided else _missing(row.ref, taught, asked)
        found[row.ref] = tuple(missing)
    return found


def _missing(ref: str, taught: Collection[str], asked: Collection[str]) -> list[Gap]:
    missing = [Gap.UNTAUGHT] if ref not in taught else []
    return [*missing, Gap.UNTESTED] if ref not in asked else missing


def by_ref(items: Iterable[Asked]) -> dict[str, frozenset[int]]:
    """The ids of the items that ask about each reference."""
    found: dict[str, set[int]] = defaultdict(set)
    for item in items:
        for ref in item.refs:
            found[ref].add(item.id)
    return {ref: frozenset(ids) for ref, ids in found.items()}


def shares(marks: Iterable[Points], asked: Mapping[str, Collection[int]]) -> dict[str, Fraction]:
    """By reference, the share of the points that were reached on its items; none where nothing was to be had.

    The sum of points over the sum of maxima, so that an item that counts more weighs more.
    """
    got: dict[int, Fraction] = defaultdict(Fraction)
    most: dict[int, Fraction] = defaultdict(Fraction)
    for mark in marks:
        got[mark.item] += mark.points
        most[mark.item] += mark.maximum
    found = {}
    for ref, ids in asked.items():
        maximum = sum((most[item] for item in ids if item in most), Fraction())
        if maximum:
            found[ref] = sum((got[item] for item in ids if item in got), Fraction()) / maximum
    return found


def last_of(item: Asked, others: Iterable[Asked]) -> tuple[str, ...]:
    """The references of a live item about which no other live item asks: they would be untested without it."""
    if not item.live:
        return ()
    left = {ref for other in others if other.live and other.id != item.id for ref in other.refs}
    return tuple(ref for ref in item.refs if ref not in left)
