"""A form's cut from that of another form, by what a score there is worth here (Kolen and Brennan 2014).

Explained with worked numbers in docs/algorithms/cut-scores.md, section 7; the methods are those of
exams/rules/statistics/equating.py.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import partial
from math import floor, lcm
from typing import Any

import numpy as np

from exams.rules.statistics import equating, estimates, resampling
from exams.rules.statistics.equating import Line
from exams.rules.statistics.estimates import FEWEST, LEVEL, Estimate, Floats, Integers

FINEST = 12  # parts of a point; scores in smaller parts give tables that hold hardly anybody in a cell
HUNDREDTH = 100  # a cut is kept to so many parts of a point


class Method(StrEnum):
    MEAN = "mean"
    LINEAR = "linear"
    EQUIPERCENTILE = "equipercentile"
    TUCKER = "tucker"
    LEVINE = "levine"
    CHAINED_LINEAR = "chained-linear"
    CHAINED_EQUIPERCENTILE = "chained-equipercentile"


ANCHORED = frozenset(Method) - {Method.MEAN, Method.LINEAR, Method.EQUIPERCENTILE}


class Reason(StrEnum):
    FEW_HERE = "few-here"
    FEW_THERE = "few-there"
    NO_ANCHOR = "no-anchor"
    TOO_FINE = "too-fine"
    NOT_SETTLED = "not-settled"  # everybody has the same score, or too many of the draws give no number
    OUTSIDE = "outside"  # the cut would be below no points or above all of them


class CannotEquate(Exception):
    """There is no cut: `found` says how many sittings there are, or what the cut would be."""

    def __init__(self, reason: Reason, found: float = 0) -> None:
        super().__init__(f"{reason}: {found:g}")
        self.reason, self.found = reason, found


@dataclass(frozen=True)
class Sat:
    """Who sat a form: its most points, and how many persons have these points of the form and of its anchor."""

    maximum: Fraction
    anchor: Fraction
    persons: Mapping[tuple[Fraction, Fraction], int]

    @property
    def number(self) -> int:
        return sum(self.persons.values())

    @property
    def whole(self) -> list[int]:
        """The whole points of each person, rounded down; below zero counts as none."""
        return [max(0, floor(points)) for (points, _), many in self.persons.items() for _ in range(many)]


@dataclass(frozen=True)
class Worth:
    """What a score on the reference form is worth here, in points, with its standard error and its interval at 95 %."""

    there: Fraction
    here: float
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Equated:
    """The reference form's cut as it is here, and every whole score of the reference form."""

    cut: Worth
    function: tuple[Worth, ...]

    @property
    def points(self) -> Fraction:
        """The cut to a hundredth of a point, as it is kept."""
        return hundredths(self.cut.here)


@dataclass(frozen=True)
class Summary:
    """Of the points of those who sat a form: mean, standard deviation (by n − 1), and the mean points of its anchor."""

    mean: Estimate
    deviation: Estimate
    anchor: Estimate


def hundredths(points: float) -> Fraction:
    """To the nearest hundredth of a point: so 55.9999999 of a search is 56 and does not ask for 57."""
    return Fraction(round(points * HUNDREDTH), HUNDREDTH)


def sat(maximum: Fraction, anchor: Fraction, scores: Sequence[tuple[Fraction, Fraction]]) -> Sat:
    """`scores` has the points of each person, of the form and of its anchor."""
    return Sat(maximum, anchor, dict(sorted(Counter(scores).items())))


def equate(reference: Sat, form: Sat, *, cut: Fraction, method: Method) -> Equated:
    """`cut` is that of the reference form in points. Errors are standard deviations over 200 draws of the persons of
    both forms. Raises CannotEquate."""
    if form.number < FEWEST:
        raise CannotEquate(Reason.FEW_HERE, form.number)
    if reference.number < FEWEST:
        raise CannotEquate(Reason.FEW_THERE, reference.number)
    if method in ANCHORED and not (reference.anchor and form.anchor):
        raise CannotEquate(Reason.NO_ANCHOR)
    unit = _unit(reference, form)
    asked = [*(Fraction(points) for points in range(floor(reference.maximum) + 1)), cut]
    weight = reference.number / (reference.number + form.number)
    statistic = partial(
        _worth, method=method, at=np.array([float(one * unit) for one in asked]), weight=weight
    )
    tables = [_table(reference, unit), _table(form, unit)]
    values = statistic(*tables) / unit
    drawn = resampling.drawn(tables, statistic) / unit
    found = [_told(there, *one) for there, *one in zip(asked, values, drawn.T, strict=True)]
    last = found[-1]
    if last is None:
        raise CannotEquate(Reason.NOT_SETTLED)
    if not 0 <= hundredths(last.here) <= form.maximum:
        raise CannotEquate(Reason.OUTSIDE, last.here)
    return Equated(last, tuple(one for one in found[:-1] if one is not None))


def as_json(found: Sat) -> dict[str, Any]:
    """Plain whole numbers, to be digested and to be worked out anew from."""
    return {
        "maximum": list(found.maximum.as_integer_ratio()),
        "anchor": list(found.anchor.as_integer_ratio()),
        "persons": [
            [*points.as_integer_ratio(), *anchor.as_integer_ratio(), many]
            for (points, anchor), many in sorted(found.persons.items())
        ],
    }


def from_json(said: Mapping[str, Any]) -> Sat:
    persons = {(Fraction(a, b), Fraction(c, d)): many for a, b, c, d, many in said["persons"]}
    return Sat(Fraction(*said["maximum"]), Fraction(*said["anchor"]), persons)


def _unit(*forms: Sat) -> int:
    """Into how many parts a point must be divided so that every score is a whole number of them."""
    found = {form.anchor.denominator for form in forms} | {form.maximum.denominator for form in forms}
    found |= {part.denominator for form in forms for scores in form.persons for part in scores}
    unit = lcm(*found)
    if unit > FINEST:
        raise CannotEquate(Reason.TOO_FINE, unit)
    return unit


def _table(form: Sat, unit: int) -> Integers:
    """Persons by score and anchor score, in parts of a point; below zero counts as none."""
    table = np.zeros((int(form.maximum * unit) + 1, int(form.anchor * unit) + 1), np.int64)
    for (points, anchor), many in form.persons.items():
        table[max(0, int(points * unit)), max(0, int(anchor * unit))] += many
    return table


def _worth(x: Integers, y: Integers, *, method: Method, at: Floats, weight: float) -> Floats:
    """`x` is the table of the reference form. NaN where the persons that were drawn say nothing."""
    try:
        return METHODS[method](x, y, at, weight)
    except ZeroDivisionError:
        return np.full(len(at), np.nan)


def _equipercentile(x: Integers, y: Integers, at: Floats, weight: float) -> Floats:
    return equating.inverse_rank(y.sum(1), equating.rank(x.sum(1), at))


def _chained_equipercentile(x: Integers, y: Integers, at: Floats, weight: float) -> Floats:
    on_anchor = equating.inverse_rank(x.sum(0), equating.rank(x.sum(1), at))
    return equating.inverse_rank(y.sum(1), equating.rank(y.sum(0), on_anchor))


def _by_line(line: Callable[[Integers, Integers, float], Line]) -> Callable[..., Floats]:
    return lambda x, y, at, weight: line(x, y, weight)(at)


METHODS: dict[Method, Callable[[Integers, Integers, Floats, float], Floats]] = {
    Method.MEAN: _by_line(lambda x, y, _: equating.mean(x.sum(1), y.sum(1))),
    Method.LINEAR: _by_line(lambda x, y, _: equating.linear(x.sum(1), y.sum(1))),
    Method.EQUIPERCENTILE: _equipercentile,
    Method.TUCKER: _by_line(lambda x, y, w: equating.tucker(equating.moments(x), equating.moments(y), w)),
    # The anchor's items count in the score, so it is an internal one.
    Method.LEVINE: _by_line(
        lambda x, y, w: equating.levine(equating.moments(x), equating.moments(y), w, internal=True)
    ),
    Method.CHAINED_LINEAR: _by_line(
        lambda x, y, _: equating.chained_linear(equating.moments(x), equating.moments(y))
    ),
    Method.CHAINED_EQUIPERCENTILE: _chained_equipercentile,
}


def _told(there: Fraction, value: float, draws: Floats) -> Worth | None:
    """None where there is no number, or fewer than half of the draws have one."""
    finite = draws[np.isfinite(draws)]
    if not np.isfinite(value) or len(finite) < len(draws) / 2:
        return None
    low, high = np.quantile(finite, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Worth(
        there, float(value), float(finite.std(ddof=1)), float(min(low, value)), float(max(high, value))
    )


def summary(found: Sat) -> Summary:
    """Means ± t standard errors; the deviation's error is that of its moments. All missing below 30 persons."""
    if found.number < FEWEST:
        few = estimates.missing(estimates.Reason.FEW_PERSONS)
        return Summary(few, few, few)
    scores = [float(points) for (points, _), many in found.persons.items() for _ in range(many)]
    anchor = [float(points) for (_, points), many in found.persons.items() for _ in range(many)]
    n, mean = len(scores), estimates.mean(scores)
    second, fourth = (sum((one - mean.known) ** power for one in scores) for power in (2, 4))
    spread = estimates.deviation(second / (n - 1), fourth / n, n)
    return Summary(mean, spread, estimates.mean(anchor))
