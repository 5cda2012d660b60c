"""Modified Angoff in two rounds (Angoff 1971): the mean of what judges expect of a candidate who is just good enough."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scipy import special

from exams.rules.statistics import agreement
from exams.rules.statistics.estimates import LEVEL, Estimate, Reason, correlation, missing

type Ratings = Mapping[str, Mapping[str, int]]
"""For each judge, for each item, in how many of a hundred cases a just competent candidate gets it right."""


class Incomplete(Exception):
    """A judge left items out, or too few rated. `missing` names (judge, item); it is empty where there are fewer than
    two judges or no items."""

    def __init__(self, missing: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(
            f"{len(missing)} ratings are missing" if missing else "two judges and an item are needed"
        )
        self.missing = tuple(missing)


@dataclass(frozen=True)
class Judge:
    """A judge's own cut in points, and how far the ratings go up and down with the mean of the other judges'
    (Pearson's r over the items, with Fisher's interval; missing where either is constant)."""

    name: str
    cut: Fraction
    with_others: Estimate


@dataclass(frozen=True)
class Round:
    """What a round came to: the cut in points, its standard error, where it may lie (`between`: ± t of k − 1 judges at 95
    per cent), and how far the judges agree.

    `single` is ICC(2,1), of one judge's ratings; `mean` is ICC(2,k), of the mean of all (Shrout and Fleiss 1979): two-way
    random, absolute agreement. They are missing where the items are rated alike. `spread` is the mean over the items of
    the standard deviation between judges, in percent.
    """

    cut: Fraction
    maximum: Fraction
    error: float
    between: Estimate
    single: Estimate
    mean: Estimate
    spread: float
    judges: tuple[Judge, ...]


def round_of(ratings: Ratings, points: Mapping[str, Fraction]) -> Round:
    """One round: `points` gives each item's maximum. Raises Incomplete."""
    judges, items = sorted(ratings), list(points)
    missing = [(judge, item) for judge in judges for item in items if item not in ratings[judge]]
    if missing or len(judges) < 2 or not items:
        raise Incomplete(missing)
    table = [[ratings[judge][item] for item in items] for judge in judges]
    cuts = [
        sum(
            (Fraction(rating, 100) * points[item] for rating, item in zip(row, items, strict=True)),
            Fraction(0),
        )
        for row in table
    ]
    cut, maximum = sum(cuts, Fraction(0)) / len(cuts), sum(points.values(), Fraction(0))
    error = deviation(cuts) / math.sqrt(len(cuts))
    single = _agreement(table)
    return Round(
        cut=cut,
        maximum=maximum,
        error=error,
        between=_between(float(cut), error, len(cuts), float(maximum)),
        single=single,
        mean=agreement.of_the_mean(single, len(judges)),
        spread=sum(deviation(column) for column in zip(*table, strict=True)) / len(items),
        judges=tuple(
            Judge(name, cut, _with_others(table, number))
            for number, (name, cut) in enumerate(zip(judges, cuts, strict=True))
        ),
    )


def deviation(values: Sequence[Fraction | int]) -> float:
    """The standard deviation of a sample, by n − 1; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    mean = Fraction(sum(values), len(values))
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _agreement(table: Sequence[Sequence[int]]) -> Estimate:
    """ICC(2,1) of a table of judges × items. One item alone says nothing of agreement about items."""
    return agreement.icc([*zip(*table, strict=True)]) if len(table[0]) > 1 else missing(Reason.ONE_ITEM)


def _between(cut: float, error: float, judges: int, maximum: float) -> Estimate:
    half = error * float(special.stdtrit(judges - 1, 0.5 + LEVEL / 2))
    return Estimate(cut, max(0.0, cut - half), min(maximum, cut + half))


def _with_others(table: Sequence[Sequence[int]], number: int) -> Estimate:
    mine = table[number]
    others = [sum(column) - column[number] for column in zip(*table, strict=True)]
    return correlation(_correlation(mine, others), len(mine))


def _correlation(one: Sequence[int], other: Sequence[int]) -> float:
    n = len(one)
    about = n * sum(a * b for a, b in zip(one, other, strict=True)) - sum(one) * sum(other)
    spread = (n * sum(a * a for a in one) - sum(one) ** 2) * (n * sum(b * b for b in other) - sum(other) ** 2)
    return about / math.sqrt(spread) if spread else math.nan
