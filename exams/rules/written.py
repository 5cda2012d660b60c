"""What the marks of people say of a form's essays: points, criterion by criterion. Explained in docs/algorithms/form-statistics.md."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from exams import itemtypes
from exams.rules import keys as key_rules
from exams.rules import responses, runs, scoring
from exams.rules.matrices import Answered
from exams.rules.runs import Given
from exams.rules.scoring import Placed
from exams.rules.statistics import estimates
from exams.rules.statistics.estimates import FEWEST, Estimate, Reason


@dataclass(frozen=True)
class Criterion:
    """The mean of its points, unweighted, over the scripts that people marked; `most` are all of them."""

    id: str
    most: Fraction
    mean: Estimate


@dataclass(frozen=True)
class Essay:
    """`answered` is how many scripts were marked. `mean` is of the item's points over all sittings, those included that gave
    nothing; `r` correlates them with the points of all other items. Below 30 scripts nothing is said of criteria."""

    position: int
    answered: int
    most: Fraction
    mean: Estimate
    r: Estimate
    criteria: tuple[Criterion, ...]


def look(
    placed: Sequence[Placed], keys: Mapping[str, Any], answered: Sequence[Answered]
) -> tuple[Essay, ...]:
    """One for each item that people mark and that counts; nothing below 30 sittings."""
    counted = [one for one in placed if not one.pilot and _treatment(keys, one) is None]
    essays = [one for one in counted if itemtypes.of(one.kind).NEEDS_MARKER]
    if len(answered) < FEWEST or not essays:
        return ()
    given = [_given(one) for one in answered]
    points = [_points(counted, keys, one, by) for one, by in zip(answered, given, strict=True)]
    return tuple(_essay(one, keys, points, given) for one in essays)


def _essay(
    one: Placed,
    keys: Mapping[str, Any],
    points: Sequence[Mapping[int, Fraction]],
    given: Sequence[Mapping[int, Given]],
) -> Essay:
    own = np.array([float(row[one.position]) for row in points])
    rest = np.array([float(sum(row.values(), Fraction(0)) - row[one.position]) for row in points])
    spread = float(own.std() * rest.std())
    r = float(np.mean(own * rest) - own.mean() * rest.mean()) / spread if spread > 1e-9 else math.nan
    others = len(points[0]) > 1
    marked = [by[one.position] for by in given if one.position in by]
    key = keys[str(one.position)]
    return Essay(
        one.position,
        len(marked),
        one.weight * itemtypes.of(one.kind).maximum(key),
        _mean(own.tolist()),
        estimates.correlation(r, len(points)) if others else estimates.missing(Reason.ONE_ITEM),
        tuple(
            Criterion(name, Fraction(most), _mean([float(dict(by.criteria).get(name, 0)) for by in marked]))
            for name, most in sorted(key["most"].items(), key=lambda one: int(one[0]))
        ),
    )


def _mean(values: Sequence[float]) -> Estimate:
    """Missing below 30 values."""
    n = len(values)
    if n < FEWEST:
        return estimates.missing(Reason.FEW_PERSONS)
    return estimates.about(float(np.mean(values)), float(np.std(values, ddof=1)) / math.sqrt(n))


def _given(one: Answered) -> Mapping[int, Given]:
    return runs.by_people(responses.current([*one.events, *one.admitted]), one.given)


def _points(
    counted: Sequence[Placed], keys: Mapping[str, Any], one: Answered, by: Mapping[int, Given]
) -> dict[int, Fraction]:
    """One sitting's points by position; what people have not marked gives none."""
    values = responses.current([*one.events, *one.admitted])
    marks = scoring.score(counted, keys, values, {at: said.points for at, said in by.items()}).marks
    return {mark.position: mark.points or Fraction(0) for mark in marks}


def _treatment(keys: Mapping[str, Any], one: Placed) -> object:
    return key_rules.treatment(keys[str(one.position)])
