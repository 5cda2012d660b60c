"""A number with its interval, or the reason why there is none. No NaN leaves this package."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]

FEWEST = 30  # persons, below which nothing is said
FEWEST_FOR_SLOPES = 500
LEVEL = 0.95
Z = 1.959963984540054  # of the standard normal, at LEVEL


class Reason(StrEnum):
    """Why a number is missing."""

    FEW_PERSONS = "few_persons"
    FEW_FOR_SLOPES = "few_for_slopes"
    ONE_ITEM = "one_item"
    FEW_ITEMS = "few_items"  # that vary, so that slopes could be told apart
    CONSTANT = "constant"  # everybody has the same answer or the same score
    PERFECT = "perfect"  # all right: the likelihood rises for ever
    ZERO = "zero"
    AT_BOUND = "at_bound"  # the search ended at the edge of what is believable
    NOT_SETTLED = "not_settled"
    OTHER_METHOD = "other_method"  # this one says nothing of it
    NO_RELIABILITY = "no_reliability"  # zero or negative, so that no true score can be estimated
    NO_OVERLAP = "no_overlap"  # no score at which both groups are found
    TOO_MANY_PAIRS = "too_many_pairs"
    NO_TIMES = "no_times"
    TOO_FEW = "too_few"  # of those who chose it, or who are there, to say this of them


@dataclass(frozen=True)
class Estimate:
    """`value` between `low` and `high` at 95 per cent, or None in all three with a reason."""

    value: float | None
    low: float | None = None
    high: float | None = None
    reason: Reason | None = None

    @property
    def known(self) -> float:
        """For those who have asked for `reason` before."""
        if self.value is None:
            raise ValueError(f"there is no number: {self.reason}")
        return self.value

    def within(self, least: float, most: float) -> "Estimate":
        """The same with an interval that does not leave what is possible."""
        if self.low is None or self.high is None:
            return self
        return Estimate(self.value, max(least, self.low), min(most, self.high))


def missing(reason: Reason) -> Estimate:
    return Estimate(None, reason=reason)


def about(value: float, error: float, otherwise: Reason = Reason.NOT_SETTLED) -> Estimate:
    """Value ± 1.96 standard errors; missing when either isn't finite."""
    if not (math.isfinite(value) and math.isfinite(error)):
        return missing(otherwise)
    return Estimate(float(value), float(value - Z * error), float(value + Z * error))


def deviation(variance: float, fourth: float, n: int) -> Estimate:
    """A standard deviation, from the second and fourth central moments; its error is that of Kendall and Stuart (1969,
    10.9), √(μ₄ − σ⁴) / (2σ√n)."""
    if variance <= 0:
        return missing(Reason.CONSTANT)
    return about(math.sqrt(variance), math.sqrt(max(0.0, fourth - variance**2) / n / (4 * variance)))


def mean(values: Sequence[float]) -> Estimate:
    """The mean of a sample ± t (n − 1) standard errors; missing for a single value."""
    n = len(values)
    if n < 2:
        return missing(Reason.TOO_FEW)
    centre = sum(values) / n
    squares = sum((value - centre) ** 2 for value in values)
    return _by_t(centre, math.sqrt(squares / (n - 1) / n), n - 1)


def jackknife(value: float, without: Sequence[float]) -> Estimate:
    """A number that n units gave, from what it is without each of them: ± t (n − 1) standard errors, √((n − 1)/n · Σ(θ₍ᵢ₎ −
    θ̄)²) (Tukey 1958). Of a mean it is the interval of `mean`."""
    n = len(without)
    centre = sum(without) / n
    squares = sum((one - centre) ** 2 for one in without)
    return _by_t(value, math.sqrt((n - 1) / n * squares), n - 1)


def _by_t(value: float, error: float, freedom: int) -> Estimate:
    half = float(special.stdtrit(freedom, 0.5 + LEVEL / 2)) * error
    return Estimate(value, value - half, value + half)


def proportion(hits: float, n: int) -> Estimate:
    """hits / n with Wilson's score interval (1927), which stays between 0 and 1."""
    if n == 0:
        return missing(Reason.FEW_PERSONS)
    share = hits / n
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return Estimate(float(share), float(max(0.0, centre - half)), float(min(1.0, centre + half)))


def correlation(r: float, n: int) -> Estimate:
    """r with the interval of Fisher's z; missing where one of the two was constant, so that r isn't finite."""
    if not math.isfinite(r):
        return missing(Reason.CONSTANT)
    r = min(1.0, max(-1.0, float(r)))
    if n <= 3 or abs(r) == 1.0:
        return Estimate(r, r if n > 3 else -1.0, r if n > 3 else 1.0)
    z, half = math.atanh(r), Z / math.sqrt(n - 3)
    return Estimate(r, math.tanh(z - half), math.tanh(z + half))


def reliability(alpha: float, n: int, k: int) -> Estimate:
    """Coefficient alpha with Feldt's interval (1965): (1 − α)/(1 − α̂) ~ F(n − 1, (n − 1)(k − 1))."""
    if k < 2:
        return missing(Reason.ONE_ITEM)
    if not math.isfinite(alpha):
        return missing(Reason.CONSTANT)
    low, high = special.fdtri(n - 1, (n - 1) * (k - 1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(alpha), float(1 - (1 - alpha) * high), float(1 - (1 - alpha) * low))


def measurement_error(alpha: Estimate, variance: float) -> Estimate:
    """The standard error of measurement σ √(1 − α), with the interval that α's gives."""
    if alpha.value is None or alpha.low is None or alpha.high is None:
        return alpha
    low, value, high = (math.sqrt(variance * max(0.0, 1 - a)) for a in (alpha.high, alpha.value, alpha.low))
    return Estimate(value, low, high)
