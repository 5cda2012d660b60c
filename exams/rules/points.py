"""Decisions on points: how often a second sitting of a form would be decided alike where a score is no number of items.
Explained in docs/algorithms/form-statistics.md."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import Any

import numpy as np

from exams import itemtypes
from exams.rules import keys as key_rules
from exams.rules import responses, runs, scoring
from exams.rules.keys import Treatment
from exams.rules.matrices import Answered
from exams.rules.scoring import Placed
from exams.rules.statistics import consistency, estimates
from exams.rules.statistics.consistency import Consistency
from exams.rules.statistics.estimates import Estimate, Floats


@dataclass(frozen=True)
class OnPoints:
    """Of the points of all items that are not credited to all or dropped, those included that people mark: from `least`
    to `most` possible ones, `needed` to pass. `step` divides every score that is possible. `counts` has how many sittings
    came to each score that occurs, rising."""

    items: int
    least: Fraction
    most: Fraction
    step: Fraction
    needed: Fraction
    mean: Estimate
    alpha: Estimate
    counts: tuple[tuple[Fraction, int], ...]
    passed: Estimate
    livingston_lewis: Consistency


def look(
    placed: Sequence[Placed], keys: Mapping[str, Any], answered: Sequence[Answered], cut: Fraction
) -> OnPoints | None:
    """`cut` is a share of all points. None where there is no item, or none that has more than one score."""
    placed = [one for one in placed if not one.pilot]
    treated = {one.position: key_rules.treatment(keys[str(one.position)]) for one in placed}
    counted = [one for one in placed if treated[one.position] is None]
    if not counted:
        return None
    if not answered:
        return None
    points = [_points(placed, keys, one, treated) for one in answered]
    most = sum((_most(keys, one) for one in counted), Fraction(0))
    least = sum((one.weight * itemtypes.least(keys[str(one.position)]) for one in counted), Fraction(0))
    credited = sum(
        (_most(keys, one) for one in placed if treated[one.position] == Treatment.CREDIT), Fraction(0)
    )
    step = _step([*(_most(keys, one) for one in counted), *(value for row in points for value in row), least])
    wanted = cut * (most + credited) - credited
    needed = min(most, max(least, -(-wanted // step) * step))
    totals = Counter(sum(row, Fraction(0)) for row in points)
    scores = sorted(totals)
    counts = np.array([totals[one] for one in scores])
    shares = np.array([float((one - least) / (most - least)) for one in scores])
    border = float((needed - step / 2 - least) / (most - least))
    alpha = _alpha(np.array([[float(value) for value in row] for row in points]))
    passing = sum(many for one, many in totals.items() if one >= needed)
    return OnPoints(
        len(counted), least, most, step, needed, _mean(scores, counts), alpha, tuple(sorted(totals.items())),
        estimates.proportion(passing, len(points)), consistency.of_shares(shares, counts, border, alpha),
    )  # fmt: skip


def _points(
    placed: Sequence[Placed],
    keys: Mapping[str, Any],
    answered: Answered,
    treated: Mapping[int, Treatment | None],
) -> list[Fraction]:
    """One sitting's points, item by item; what people have not marked gives none."""
    values = responses.current([*answered.events, *answered.admitted])
    given = {at: one.points for at, one in runs.by_people(values, answered.given).items()}
    marks = scoring.score(placed, keys, values, given).marks
    return [one.points or Fraction(0) for one in marks if treated[one.position] is None]


def _most(keys: Mapping[str, Any], one: Placed) -> Fraction:
    return one.weight * itemtypes.of(one.kind).maximum(keys[str(one.position)])


def _step(values: Sequence[Fraction]) -> Fraction:
    """The greatest number that divides all of them."""
    some = [abs(value) for value in set(values) if value]
    return Fraction(
        reduce(gcd, (value.numerator for value in some), 0) or 1,
        reduce(lcm, (value.denominator for value in some), 1),
    )


def _alpha(points: Floats) -> Estimate:
    n, k = points.shape
    total = float(points.sum(1).var())
    value = (
        k / (k - 1) * (1 - float(points.var(0).sum()) / total) if k > 1 and total > 1e-12 else float("nan")
    )
    return estimates.reliability(value, n, k)


def _mean(scores: Sequence[Fraction], counts: Any) -> Estimate:
    values, n = np.array([float(one) for one in scores]), int(counts.sum())
    mean = float(values @ counts / n)
    return estimates.about(mean, float(np.sqrt((values - mean) ** 2 @ counts / n / (n - 1))))
