"""From the clause to the result: what is taught and asked of a standard, and where one of the two is missing.

A clause that is divided, and a control objective, are covered by their parts and have no gap of their own.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from exams.rules.statistics import estimates
from exams.rules.statistics.estimates import Estimate


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
    """What an item brought in one result; `result` tells the results apart."""

    item: int
    points: Fraction
    maximum: Fraction
    result: int


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


def shares(marks: Iterable[Points], asked: Mapping[str, Collection[int]]) -> dict[str, Estimate]:
    """By reference, the share of the points that were reached on its items; none where nothing was to be had, and missing
    below 30 results.

    The sum of points over the sum of maxima, so that an item that counts more weighs more. The interval is that of a
    ratio of two sums over results, by Taylor's series (Cochran 1977, 6.3).
    """
    refs: dict[int, list[str]] = defaultdict(list)
    for ref, ids in asked.items():
        for item in ids:
            refs[item].append(ref)
    sums: dict[str, dict[int, tuple[Fraction, Fraction]]] = defaultdict(dict)
    for mark in marks:
        for ref in refs[mark.item]:
            got, most = sums[ref].get(mark.result, (Fraction(), Fraction()))
            sums[ref][mark.result] = (got + mark.points, most + mark.maximum)
    return {
        ref: _share(tuple(by.values())) for ref, by in sums.items() if any(most for _, most in by.values())
    }


def _share(sums: Sequence[tuple[Fraction, Fraction]]) -> Estimate:
    """Of (points, most points) of each result."""
    n = len(sums)
    if n < estimates.FEWEST:
        return estimates.missing(estimates.Reason.FEW_PERSONS)
    most = float(sum(most for _, most in sums))
    share = float(sum(got for got, _ in sums)) / most
    off = sum((float(got) - share * float(most)) ** 2 for got, most in sums)
    return estimates.about(share, math.sqrt(n / (n - 1) * off) / most).within(0, 1)


def last_of(item: Asked, others: Iterable[Asked]) -> tuple[str, ...]:
    """The references of a live item about which no other live item asks: they would be untested without it."""
    if not item.live:
        return ()
    left = {ref for other in others if other.live and other.id != item.id for ref in other.refs}
    return tuple(ref for ref in item.refs if ref not in left)
