"""What the marked sittings of an exam say over all its forms and over time. Explained in docs/algorithms/exam-statistics.md."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from exams.rules.statistics import estimates
from exams.rules.statistics.estimates import FEWEST, Estimate, Reason


class Period(StrEnum):
    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True)
class Sat:
    """One marked sitting: its form, the day on which it ended, its points by position of the items that count, what they
    and their maximum come to, and whether the same candidate had sat the exam before."""

    form: int
    on: date
    raw: Fraction
    maximum: Fraction
    passed: bool
    again: bool
    points: Mapping[int, Fraction]


@dataclass(frozen=True)
class Group:
    """Sittings under one label. Below 30 nothing but their number is said.

    `mean` is the share of the points in percent; `alpha` and `error`, in points, are those of one form.
    """

    label: str
    sittings: int
    passing: Estimate
    mean: Estimate
    alpha: Estimate
    error: Estimate


def group(label: str, sat: Sequence[Sat], *, of_one_form: bool = False) -> Group:
    """What some sittings say together."""
    n = len(sat)
    if n < FEWEST:
        few = estimates.missing(Reason.FEW_PERSONS)
        return Group(label, n, few, few, few, few)
    shares = [100 * float(one.raw / one.maximum) if one.maximum else 0.0 for one in sat]
    mean = sum(shares) / n
    spread = math.sqrt(sum((share - mean) ** 2 for share in shares) / (n - 1))
    other = estimates.missing(Reason.OTHER_METHOD)
    alpha, error = _reliability(sat) if of_one_form else (other, other)
    return Group(
        label,
        n,
        estimates.proportion(sum(one.passed for one in sat), n),
        estimates.about(mean, spread / math.sqrt(n)),
        alpha,
        error,
    )


def by(sat: Sequence[Sat], label: Callable[[Sat], str]) -> tuple[Group, ...]:
    """A group for each label, in the order of the labels."""
    found: dict[str, list[Sat]] = defaultdict(list)
    for one in sat:
        found[label(one)].append(one)
    return tuple(group(name, found[name]) for name in sorted(found))


def period(on: date, each: Period) -> str:
    """2026, 2026 Q2 or 2026-05: they sort as time goes."""
    if each == Period.YEAR:
        return f"{on:%Y}"
    return f"{on:%Y} Q{(on.month + 2) // 3}" if each == Period.QUARTER else f"{on:%Y-%m}"


def _reliability(sat: Sequence[Sat]) -> tuple[Estimate, Estimate]:
    """Coefficient alpha of the points of a form's items (Cronbach 1951) with Feldt's interval, and the standard error of
    measurement in points with the one that alpha's gives; variances are divided by n."""
    positions = sorted(set.intersection(*(set(one.points) for one in sat)))
    n, k = len(sat), len(positions)
    sums = [sum((one.points[position] for position in positions), Fraction(0)) for one in sat]
    whole = _variance(sums)
    if k < 2 or not whole:
        none = estimates.reliability(math.nan, n, k)
        return none, none
    within = sum((_variance([one.points[position] for one in sat]) for position in positions), Fraction(0))
    alpha = estimates.reliability(float(Fraction(k, k - 1) * (1 - within / whole)), n, k)
    return alpha, estimates.measurement_error(alpha, float(whole))


def _variance(values: Sequence[Fraction]) -> Fraction:
    n, total = len(values), sum(values, Fraction(0))
    return sum((value * value for value in values), Fraction(0)) / n - (total / n) ** 2
