"""Marking: a pure function of form, keys and responses. Explained in docs/algorithms/scoring.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exams import itemtypes
from exams.rules import keys as key_rules


@dataclass(frozen=True)
class Placed:
    """An item at its position in a form."""

    position: int
    domain: int
    kind: str


@dataclass(frozen=True)
class Mark:
    position: int
    domain: int
    points: Fraction
    maximum: Fraction
    answered: bool


@dataclass(frozen=True)
class DomainScore:
    domain: int
    raw: Fraction
    maximum: Fraction
    items: int


@dataclass(frozen=True)
class Score:
    """Points and their maximum, item by item, by domain and together."""

    marks: tuple[Mark, ...]
    raw: Fraction
    maximum: Fraction
    domains: tuple[DomainScore, ...]


def score(
    placed: Sequence[Placed], keys: Mapping[str, Mapping[str, Any]], responses: Mapping[int, Any]
) -> Score:
    """Marks every item of the form once; an item without a response gets 0 and counts in the maximum."""
    marks = tuple(_mark(item, keys[str(item.position)], responses.get(item.position)) for item in placed)
    return Score(
        marks=marks,
        raw=sum((mark.points for mark in marks), Fraction(0)),
        maximum=sum((mark.maximum for mark in marks), Fraction(0)),
        domains=tuple(
            _domain(number, marks) for number in sorted({mark.domain for mark in marks if mark.maximum})
        ),
    )


def _mark(item: Placed, key: Mapping[str, Any], value: Any) -> Mark:
    kind = itemtypes.of(item.kind)
    maximum = kind.maximum(key)
    points, maximum = key_rules.treated(key, maximum) or (kind.mark(key, value), maximum)
    return Mark(item.position, item.domain, points, maximum, value is not None)


def _domain(number: int, marks: Sequence[Mark]) -> DomainScore:
    # An item that was dropped counts nowhere.
    mine = [mark for mark in marks if mark.domain == number and mark.maximum]
    return DomainScore(
        domain=number,
        raw=sum((mark.points for mark in mine), Fraction(0)),
        maximum=sum((mark.maximum for mark in mine), Fraction(0)),
        items=len(mine),
    )
