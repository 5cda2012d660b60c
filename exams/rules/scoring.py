"""Marking: a pure function of form, keys and responses. Explained in docs/algorithms/scoring.md."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from exams import itemtypes
from exams.rules import keys as key_rules

ONE: Final = Fraction(1)


@dataclass(frozen=True)
class Placed:
    """An item at its position in a form: what it has by its own rule counts `weight` times. A `pilot` is tried out there,
    and counts nowhere."""

    position: int
    domain: int
    kind: str
    pilot: bool = False
    weight: Fraction = ONE


class Standing(StrEnum):
    ANSWERED = "answered"
    OMITTED = "omitted"  # without a response, and a later item has one
    NOT_REACHED = "not-reached"  # without a response, as all after it


@dataclass(frozen=True)
class Mark:
    """The points for one item; None where only people can mark it."""

    position: int
    domain: int
    points: Fraction | None
    maximum: Fraction
    standing: Standing

    @property
    def answered(self) -> bool:
        return self.standing == Standing.ANSWERED


@dataclass(frozen=True)
class DomainScore:
    domain: int
    raw: Fraction
    maximum: Fraction
    items: int


@dataclass(frozen=True)
class Score:
    """Points and their maximum, item by item, by domain and together. `pilots` are marked by the same rules and are in
    none of them."""

    marks: tuple[Mark, ...]
    raw: Fraction
    maximum: Fraction
    domains: tuple[DomainScore, ...]
    pilots: tuple[Mark, ...] = ()

    @property
    def unmarked(self) -> tuple[int, ...]:
        """The positions that wait for a marker; until they are marked, the sums say nothing."""
        return tuple(mark.position for mark in self.marks if mark.points is None)


def standings(answered: Mapping[int, bool]) -> list[Standing]:
    """How each item stands, from whether it was answered, by position."""
    last = max((position for position, given in answered.items() if given), default=0)
    rest = {position: Standing.OMITTED if position < last else Standing.NOT_REACHED for position in answered}
    return [Standing.ANSWERED if given else rest[position] for position, given in answered.items()]


def score(
    placed: Sequence[Placed],
    keys: Mapping[str, Mapping[str, Any]],
    responses: Mapping[int, Any],
    given: Mapping[int, Fraction] | None = None,
) -> Score:
    """Marks every item of the form once; an item without a response gets 0 and counts in the maximum, unless it is a
    pilot. `given` has the points of what people have marked, by position."""
    given = given or {}
    stand = standings({item.position: responses.get(item.position) is not None for item in placed})
    every = [
        (
            item,
            _mark(
                item, keys[str(item.position)], responses.get(item.position), one, given.get(item.position)
            ),
        )
        for item, one in zip(placed, stand, strict=True)
    ]
    marks = tuple(mark for item, mark in every if not item.pilot)
    return Score(
        marks=marks,
        raw=_sum(marks),
        maximum=_total(mark.maximum for mark in marks),
        domains=_domains(marks),
        pilots=tuple(mark for item, mark in every if item.pilot),
    )


def _mark(
    item: Placed, key: Mapping[str, Any], value: Any, stands: Standing, by_people: Fraction | None
) -> Mark:
    kind = itemtypes.of(item.kind)
    maximum = _times(item.weight, kind.maximum(key))
    given = key_rules.treated(key, maximum)
    if given is not None:
        return Mark(item.position, item.domain, *given, stands)
    points: Fraction | None
    try:
        points = _times(item.weight, kind.mark(key, value))
    except itemtypes.NeedsMarker:
        points = None if by_people is None else _times(item.weight, by_people)
    return Mark(item.position, item.domain, points, maximum, stands)


def _times(weight: Fraction, points: Fraction) -> Fraction:
    # Nearly every item counts once, and fractions are slow.
    return points if weight is ONE else weight * points


def most(item: Placed, key: Mapping[str, Any]) -> Fraction:
    """The points that a position of a form can give."""
    return Fraction(0) if item.pilot else _mark(item, key, None, Standing.NOT_REACHED, None).maximum


def _sum(marks: Sequence[Mark]) -> Fraction:
    return _total(mark.points for mark in marks if mark.points is not None)


def _total(points: Iterable[Fraction]) -> Fraction:
    """Their exact sum: those of one denominator, as nearly all are, are added as whole numbers."""
    sums: dict[int, int] = {}
    for one in points:
        numerator, denominator = one.as_integer_ratio()
        sums[denominator] = sums.get(denominator, 0) + numerator
    return sum((Fraction(n, d) for d, n in sums.items()), Fraction(0))


def _domains(marks: Sequence[Mark]) -> tuple[DomainScore, ...]:
    mine: dict[int, list[Mark]] = {}
    for mark in marks:
        # An item that was dropped counts nowhere.
        if mark.maximum:
            mine.setdefault(mark.domain, []).append(mark)
    return tuple(
        DomainScore(number, _sum(found), _total(mark.maximum for mark in found), len(found))
        for number, found in sorted(mine.items())
    )
