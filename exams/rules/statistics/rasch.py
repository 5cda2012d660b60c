"""The Rasch model: P(right) = 1 / (1 + exp(−(θ + b))) with easiness b and ability θ.

The number right is all that a person's answers say about θ, so both likelihoods need only how many persons
have each score and how many each item right. A million persons cost no more than a hundred.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit, logsumexp

from exams.rules.statistics import estimates, information, maximising
from exams.rules.statistics.estimates import Bytes, Estimate, Floats, Integers, Reason
from exams.rules.statistics.maximising import Maximum

NODES = np.linspace(-8, 8, 161)  # in standard deviations; the rectangle rule is exact to rounding here
LOG_WEIGHTS = -0.5 * NODES**2 - logsumexp(-0.5 * NODES**2)
EASIEST, WIDEST = 12.0, 6.0


@dataclass(frozen=True)
class Rasch:
    """Easiness of each item, variance of the abilities, log-likelihood of all answers; `information` is the test's at each
    ability of `information.THETA`.

    Conditional estimates have neither variance nor information, and sum to 0.
    """

    easiness: tuple[Estimate, ...]
    variance: Estimate
    log_likelihood: float | None
    persons: int
    information: tuple[Estimate, ...] = ()


def usable(right: Bytes) -> tuple[Integers, Integers]:
    """The columns that vary, and how many had each right."""
    sums = right.sum(0, dtype=np.int64)
    return np.flatnonzero((sums > 0) & (sums < len(right))), sums


def marginal(right: Bytes) -> Rasch:
    """Maximum marginal likelihood, abilities normal with mean 0 (Bock and Lieberman 1970; Thissen 1982)."""
    n, k = right.shape
    kept, sums = usable(right)
    if len(kept) < 2:
        return _nothing(k, n)
    counts = _counts(right, sums)
    start = np.append(np.log(sums[kept] / (n - sums[kept])), 1.0)
    low, high = np.append(np.full(len(kept), -EASIEST), 0.0), np.append(np.full(len(kept), EASIEST), WIDEST)
    found = maximising.climb(_marginal(sums[kept], counts), start, low, high, n)
    shared = maximising.covariance(found)
    error = maximising.errors(shared)
    spread = abs(float(found.at[-1]))
    variance = estimates.about(spread**2, 2 * spread * float(error[-1]), Reason.AT_BOUND)
    placed = _placed(found, error[:-1], kept, k)
    return Rasch(placed, _floored(variance), found.height, n, _information(found, shared))


def _information(found: Maximum, covariance: Floats) -> tuple[Estimate, ...]:
    """Of the items that have an easiness."""
    items = np.flatnonzero(~found.at_bound[:-1])
    if not found.is_flat or not len(items):
        return ()
    many = len(items)
    both = np.zeros((2 * many, 2 * many))
    both[many:, many:] = covariance[np.ix_(items, items)]
    return information.estimated(np.ones(many), found.at[items], both)


def _floored(variance: Estimate) -> Estimate:
    if variance.value is None or variance.low is None:
        return variance
    return Estimate(variance.value, max(0.0, variance.low), variance.high)


def _counts(right: Bytes, sums: Integers) -> Integers:
    """How many persons have each score on the items that vary."""
    n, k = right.shape
    always = int((sums == n).sum())
    scores = np.zeros(n, np.int64)
    for column in range(k):
        scores += right[:, column]
    varying = int(((sums > 0) & (sums < n)).sum())
    return np.bincount(scores - always, minlength=varying + 1)


def _marginal(sums: Integers, counts: Integers) -> maximising.Objective:
    scores = np.arange(len(counts))[:, None]

    def objective(x: Floats) -> tuple[float, Floats]:
        theta, b = NODES * x[-1], x[:-1, None]
        terms = scores * theta + log_expit(-(theta + b)).sum(0) + LOG_WEIGHTS
        heights = logsumexp(terms, axis=1)
        weights = counts @ np.exp(terms - heights[:, None])  # persons expected at each node
        p = expit(theta + b)
        by_score = np.exp(terms - heights[:, None])
        slope = counts @ (by_score * (scores - p.sum(0)) @ NODES)
        return float(sums @ x[:-1] + counts @ heights), np.append(sums - p @ weights, slope)

    return objective


def conditional(right: Bytes) -> Rasch:
    """Conditional maximum likelihood, by elementary symmetric functions (Andersen 1972); easiness sums to 0."""
    n, k = right.shape
    kept, sums = usable(right)
    if len(kept) < 2:
        return _nothing(k, n)
    counts = _counts(right, sums)
    objective = _conditional(sums[kept], counts)
    start = np.log(sums[kept] / (n - sums[kept]))
    start -= start.mean()
    bound = np.full(len(kept), EASIEST)
    informed = int(counts[1:-1].sum())  # all right or all wrong says nothing about the items
    if not informed:
        return _nothing(k, n)
    found = maximising.climb(objective, np.clip(start, -EASIEST, EASIEST), -bound, bound, informed)
    centred = Maximum(
        found.at - found.at.mean(), found.height, found.curvature, found.at_bound, found.is_flat
    )
    unknown = Estimate(None, reason=Reason.NOT_SETTLED)
    error = maximising.errors(maximising.covariance(found))
    return Rasch(_placed(centred, error, kept, k), unknown, found.height, informed)


def symmetric(eps: Floats) -> Floats:
    """Logarithms of the elementary symmetric functions of orders 0 … k. Only sums, so that nothing cancels."""
    gamma, log_scale = np.zeros(len(eps) + 1), 0.0
    gamma[0] = 1.0
    for value in eps:
        gamma[1:] += value * gamma[:-1]
        log_scale += float(np.log(gamma.max()))
        gamma /= gamma.max()
    return _log(gamma) + log_scale


def given_score(easiness: Floats) -> Floats:
    """P(item right | score), a row for each score from 0 to k; the ability need not be known."""
    k = len(easiness)
    result = np.zeros((k + 1, k))
    heights = symmetric(np.exp(easiness))
    result[1:] = np.exp(easiness[:, None] + _without(np.exp(easiness)) - heights[1:]).T
    return np.clip(result, 0.0, 1.0)


def _log(values: Floats) -> Floats:
    """What is too small for a number is as good as nothing, and stays finite."""
    return np.log(np.maximum(values, 1e-300))


def _conditional(sums: Integers, counts: Integers) -> maximising.Objective:
    k = len(sums)
    inner = slice(1, k)

    def objective(x: Floats) -> tuple[float, Floats]:
        eps = np.exp(x)
        heights, without = symmetric(eps)[inner], _without(eps)
        # P(item right | score r) = ε γ_{r−1} without the item / γ_r
        expected = np.exp(x[:, None] + without[:, : k - 1] - heights) @ counts[inner]
        inside = sums - counts[-1]
        return float(inside @ x - counts[inner] @ heights), inside - expected

    return objective


def _without(eps: Floats) -> Floats:
    """Logarithms of the functions of orders 0 … k − 1 of all values but one, a row for each left out."""
    k = len(eps)
    before, after = _firsts(eps), _firsts(eps[::-1])
    rows = np.empty((k, k))
    for place in range(k):
        (gamma, scale), (others, more) = before[place], after[k - 1 - place]
        rows[place] = _log(np.convolve(gamma, others)) + scale + more
    return rows


def _firsts(eps: Floats) -> list[tuple[Floats, float]]:
    """The functions of the first 0, 1 … k − 1 values, each divided by its greatest, with the logarithm of that."""
    gamma, log_scale = np.ones(1), 0.0
    found = [(gamma, log_scale)]
    for value in eps[:-1]:
        gamma = np.append(gamma, 0.0) + value * np.append(0.0, gamma)
        top = float(gamma.max())
        gamma, log_scale = gamma / top, log_scale + float(np.log(top))
        found.append((gamma, log_scale))
    return found


def _placed(found: Maximum, error: Floats, kept: Integers, k: int) -> tuple[Estimate, ...]:
    """Items that don't vary have no easiness."""
    result = [Estimate(None, reason=Reason.CONSTANT)] * k
    for place, column in enumerate(kept):
        reason = Reason.AT_BOUND if found.at_bound[place] else Reason.NOT_SETTLED
        value = estimates.about(float(found.at[place]), float(error[place]), reason)
        result[column] = value if found.is_flat else estimates.missing(Reason.NOT_SETTLED)
    return tuple(result)


def _nothing(k: int, n: int) -> Rasch:
    missing = estimates.missing(Reason.ONE_ITEM if k == 1 else Reason.CONSTANT)
    return Rasch((missing,) * k, missing, None, n)
