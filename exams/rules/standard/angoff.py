"""Modified Angoff in two rounds (Angoff 1971): the mean of what judges expect of a candidate who is just good enough."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

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
    (Pearson's r; None where either is constant)."""

    name: str
    cut: Fraction
    with_others: float | None


@dataclass(frozen=True)
class Round:
    """What a round came to: the cut in points, its standard error, and how far the judges agree.

    `single` is ICC(2,1), of one judge's ratings; `mean` is ICC(2,k), of the mean of all (Shrout and Fleiss 1979): two-way
    random, absolute agreement. They are None where all ratings are equal. `spread` is the mean over the items of the
    standard deviation between judges, in percent.
    """

    cut: Fraction
    maximum: Fraction
    error: float
    single: float | None
    mean: float | None
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
    single, mean = agreement(table)
    return Round(
        cut=sum(cuts, Fraction(0)) / len(cuts),
        maximum=sum(points.values(), Fraction(0)),
        error=deviation(cuts) / math.sqrt(len(cuts)),
        single=single,
        mean=mean,
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


def agreement(table: Sequence[Sequence[int]]) -> tuple[float | None, float | None]:
    """ICC(2,1) and ICC(2,k) of a table of judges × items, by the mean squares of items, judges and the rest.

    One item alone says nothing of agreement about items: then, and where all ratings are equal, both are None.
    """
    k, n = len(table), len(table[0])
    if n < 2:
        return None, None
    columns = list(zip(*table, strict=True))
    grand = Fraction(sum(map(sum, table)), k * n)
    items = k * sum((Fraction(sum(column), k) - grand) ** 2 for column in columns)
    raters = n * sum((Fraction(sum(row), n) - grand) ** 2 for row in table)
    whole = sum((value - grand) ** 2 for row in table for value in row)
    of_items, of_raters = items / (n - 1), raters / (k - 1)
    rest = (whole - items - raters) / ((n - 1) * (k - 1))
    one = of_items + (k - 1) * rest + k * (of_raters - rest) / n
    all_of_them = of_items + (of_raters - rest) / n
    if not one or not all_of_them:
        return None, None
    return float((of_items - rest) / one), float((of_items - rest) / all_of_them)


def _with_others(table: Sequence[Sequence[int]], number: int) -> float | None:
    mine = table[number]
    others = [sum(column) - column[number] for column in zip(*table, strict=True)]
    return _correlation(mine, others)


def _correlation(one: Sequence[int], other: Sequence[int]) -> float | None:
    n = len(one)
    about = n * sum(a * b for a, b in zip(one, other, strict=True)) - sum(one) * sum(other)
    spread = (n * sum(a * a for a in one) - sum(one) ** 2) * (n * sum(b * b for b in other) - sum(other) ** 2)
    return about / math.sqrt(spread) if spread else None
