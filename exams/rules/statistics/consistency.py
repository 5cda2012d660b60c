"""How often a second, parallel sitting would give the same outcome, from one sitting alone."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from exams.rules.statistics import classical, estimates, resampling
from exams.rules.statistics.estimates import Estimate, Floats, Integers, Reason

QUANTILES = 1000
PLACES = np.sin(np.linspace(0, np.pi / 2, 4001)) ** 2  # close together at both ends


@dataclass(frozen=True)
class Consistency:
    """Shares of candidates. Subkoviak's method says nothing of accuracy, for which it has null."""

    consistency: Estimate
    kappa: Estimate
    accuracy: Estimate
    false_pass: Estimate
    false_fail: Estimate


@dataclass(frozen=True)
class Beta:
    """True scores: l + (u − l) · Beta(α, β), as proportions."""

    alpha: float
    beta: float
    low: float
    high: float

    def quantiles(self, number: int) -> Floats:
        """The middles of so many equal parts; a sum over them is an integral.

        Read from a table of the distribution: SciPy's own inverse takes a thousand times longer where α is small.
        """
        below: Floats = special.betainc(self.alpha, self.beta, PLACES)
        shares = (np.arange(number) + 0.5) / number
        result: Floats = self.low + (self.high - self.low) * np.interp(shares, below, PLACES)
        return result


def livingston_lewis(counts: Integers, cut: int, reliability: Estimate) -> Consistency:
    """`counts` of scores 0 … k, passed from `cut` on. Livingston and Lewis (1995), moments by Hanson (1991).

    The interval draws persons again and holds the reliability.
    """
    k = len(counts) - 1
    # A cut lies between two scores; half-way keeps it there on the effective scale too.
    return of_shares(np.arange(k + 1) / k, counts, (cut - 0.5) / k, reliability)


def of_shares(shares: Floats, counts: Integers, border: float, reliability: Estimate) -> Consistency:
    """The same of scores of any kind: each as a share of the way from the lowest to the highest possible one, with how
    many have it; `border` lies between the shares that fail and those that pass."""
    return _with_intervals(
        counts, reliability, lambda table, rho: _livingston_lewis(shares, table, border, rho)
    )


def subkoviak(counts: Integers, cut: int, reliability: Estimate) -> Consistency:
    """Subkoviak (1976): each person's true proportion by regression, errors binomial."""
    found = _with_intervals(counts, reliability, lambda table, rho: _subkoviak(table, cut, rho))
    nothing = estimates.missing(Reason.OTHER_METHOD)
    return Consistency(found.consistency, found.kappa, nothing, nothing, nothing)


def _with_intervals(
    counts: Integers, reliability: Estimate, statistic: Callable[[Integers, float], Floats]
) -> Consistency:
    rho = reliability.value
    if rho is None or not 0 < rho < 1:
        nothing = estimates.missing(reliability.reason or Reason.NO_RELIABILITY)
        return Consistency(nothing, nothing, nothing, nothing, nothing)
    return Consistency(*resampling.intervals([counts], lambda table: statistic(table, rho)))


def effective_length(mean: float, variance: float, k: int, reliability: float) -> float:
    """How many equal, independent items would have this mean, variance and reliability; scores go from 0 to k."""
    return (mean * (k - mean) - reliability * variance) / (variance * (1 - reliability))


def _livingston_lewis(shares: Floats, counts: Integers, border: float, reliability: float) -> Floats:
    mean = float(shares @ counts / counts.sum())
    variance = float((shares - mean) ** 2 @ counts / counts.sum())
    if variance <= 1e-15:
        return np.full(5, math.nan)
    length = effective_length(mean, variance, 1, reliability)
    if length < 1:
        return np.full(5, math.nan)
    true = true_scores(shares, counts, length).quantiles(QUANTILES)
    whole = max(1, round(length))
    p = special.bdtrc(math.ceil(border * whole) - 1, whole, true)
    passes = true >= border
    false_pass, false_fail = float((p * ~passes).mean()), float(((1 - p) * passes).mean())
    return np.array([*_agreement(p, np.ones_like(p)), 1 - false_pass - false_fail, false_pass, false_fail])


def _agreement(p: Floats, weights: Floats) -> tuple[float, float]:
    """The share that is decided alike twice, and kappa, from each person's probability to pass."""
    passed = float(np.average(p, weights=weights))
    same = float(np.average(p * p + (1 - p) ** 2, weights=weights))
    chance = passed**2 + (1 - passed) ** 2
    return same, (same - chance) / (1 - chance) if chance < 1 - 1e-12 else math.nan


def true_scores(shares: Floats, counts: Integers, length: float) -> Beta:
    """Four parameters by the first four moments; two, if those aren't admissible; scores are stretched to `length`."""
    stretched = shares * length
    raw, product = [], np.ones(len(shares))
    for order in range(4):
        product = product * (stretched - order)
        raw.append(
            float(product @ counts / counts.sum()) / math.prod(length - below for below in range(order + 1))
        )
    m1, m2, m3, m4 = raw
    variance = m2 - m1**2
    if variance <= 0:
        return Beta(m1 * 1e6, (1 - m1) * 1e6, 0.0, 1.0)
    skew = (m3 - 3 * m1 * m2 + 2 * m1**3) / variance**1.5
    kurtosis = (m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4) / variance**2
    return _four(m1, variance, skew, kurtosis) or _two(m1, variance)


def _two(mean: float, variance: float) -> Beta:
    total = mean * (1 - mean) / variance - 1
    return Beta(mean * total, (1 - mean) * total, 0.0, 1.0)


def _four(mean: float, variance: float, skew: float, kurtosis: float) -> Beta | None:
    """None where no such distribution within 0 and 1 exists."""
    bottom = 6 + 3 * skew**2 - 2 * kurtosis
    if abs(bottom) < 1e-12:
        return None
    r = 6 * (kurtosis - skew**2 - 1) / bottom
    inner = (r + 2) * (r + 3) * kurtosis - 3 * (r - 6) * (r + 1)
    if r <= 0 or inner == 0 or not 0 <= 24 * (r + 1) / inner < 1:
        return None
    root = math.sqrt(1 - 24 * (r + 1) / inner)
    small, large = r / 2 * (1 - root), r / 2 * (1 + root)
    alpha, beta = (large, small) if skew < 0 else (small, large)
    scale = math.sqrt(variance * (r + 1) / (alpha * beta))
    low, high = mean - alpha * scale, mean + beta * scale
    return Beta(alpha, beta, low, high) if low >= 0 and high <= 1 else None


def _subkoviak(counts: Integers, cut: int, reliability: float) -> Floats:
    k = len(counts) - 1
    mean, _ = classical.moments(counts)
    true = (reliability * np.arange(k + 1) + (1 - reliability) * mean) / k
    p = special.bdtrc(cut - 1, k, true)
    return np.array([*_agreement(p, counts.astype(float)), math.nan, math.nan, math.nan])
