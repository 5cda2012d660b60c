"""The two-parameter logistic model: P(right) = 1 / (1 + exp(−(a θ + d))), abilities standard normal.

A person's answers x enter the likelihood through two sums alone: Σ d x, and the weighted score t = Σ a x. What
has to be integrated over θ depends on t only, a smooth function of one number. With many persons it is worked
out on a grid of t and interpolated, so that an evaluation costs two products of the matrix with a vector
(packing.py).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit, logsumexp

from exams.rules.statistics import estimates, information, maximising
from exams.rules.statistics.estimates import Bytes, Estimate, Floats, Integers, Reason
from exams.rules.statistics.maximising import Maximum
from exams.rules.statistics.packing import Packed
from exams.rules.statistics.rasch import usable

NODES = np.linspace(-6, 6, 61)
LOG_WEIGHTS = -0.5 * NODES**2 - logsumexp(-0.5 * NODES**2)
EXACT = 4096  # patterns, up to which nothing is interpolated
SAMPLE = 10_000  # patterns, on which the search is made before all of them finish it
FLATTEST, STEEPEST, EASIEST = -4.0, 8.0, 15.0


@dataclass(frozen=True)
class TwoParameter:
    slopes: tuple[Estimate, ...]
    intercepts: tuple[Estimate, ...]
    log_likelihood: float | None
    persons: int
    information: tuple[Estimate, ...] = ()  # of the test, at each ability of information.THETA


class Likelihood:
    """Of patterns (rows of 0 and 1) that occur `weights` times; called with the slopes and then the intercepts."""

    def __init__(self, patterns: Bytes, weights: Floats) -> None:
        self.patterns, self.weights = patterns, weights
        self.packed = Packed(patterns)
        self.is_exact = len(patterns) <= EXACT
        self.sums = self.packed.sums(weights)

    def __call__(self, x: Floats) -> tuple[float, Floats]:
        a, d = np.split(x, 2)
        t, counts, place, part = self._points(a)
        heights, weights = posterior(t, a, d)
        expected = counts @ weights
        p = expit(np.outer(a, NODES) + d[:, None])
        theta = self._at_persons(weights @ NODES, place, part)
        slopes = self.packed.sums(self.weights * theta) - p @ (expected * NODES)
        return float(self.sums @ d + counts @ heights), np.append(slopes, self.sums - p @ expected)

    def information(self, x: Floats) -> Floats:
        """Minus the second derivatives, by Louis (1982): what complete data would tell, less what is lost because
        θ is not seen. Meant for a sample: it takes a product of the matrix with itself."""
        a, d = np.split(x, 2)
        t, counts, place, part = self._points(a)
        _, weights = posterior(t, a, d)
        p = expit(np.outer(a, NODES) + d[:, None])
        powers = np.array([NODES, np.ones_like(NODES)])[:, None, :]
        parts = (p * powers).reshape(-1, len(NODES))  # θP, then P
        told = (p * (1 - p) * (counts @ weights)) @ np.array([NODES**2, NODES, np.ones_like(NODES)]).T
        mean, means = weights @ NODES, weights @ parts.T
        lost = (parts * (counts @ weights)) @ parts.T - means.T @ (means * counts[:, None])
        # Where x itself stands beside θ: Cov(θ x_i, θ x_j) and Cov(θ x_i, θP_j or P_j).
        spread = self._at_persons(weights @ NODES**2 - mean**2, place, part)
        each = self.patterns.astype(np.float64)
        beside = weights @ (parts * NODES).T - mean[:, None] * means
        crossed = np.array([self._at_persons(column, place, part) for column in beside.T]).T
        shared = each.T @ (crossed * self.weights[:, None])
        k = len(a)
        lost[:k, :k] += each.T @ (each * (spread * self.weights)[:, None])
        lost[:k] -= shared
        lost[:, :k] -= shared.T
        complete = np.block(
            [[np.diag(told[:, 0]), np.diag(told[:, 1])], [np.diag(told[:, 1]), np.diag(told[:, 2])]]
        )
        observed: Floats = complete - lost
        return observed

    def _points(self, a: Floats) -> tuple[Floats, Floats, Integers, Floats]:
        """Values of t, how many persons stand at each, and between which two of them each person stands."""
        t = self.packed.times(a)
        if self.is_exact:
            return t, self.weights, np.arange(len(t)), np.zeros(len(t))
        grid = np.linspace(np.minimum(a, 0).sum() - 1e-3, np.maximum(a, 0).sum() + 1e-3, EXACT)
        place, part = between(t, grid)
        counts = np.bincount(place, self.weights * (1 - part), EXACT)
        counts += np.bincount(place + 1, self.weights * part, EXACT)
        return grid, counts, place, part

    def _at_persons(self, values: Floats, place: Integers, part: Floats) -> Floats:
        return values if self.is_exact else interpolated(values, place, part)


def posterior(t: Floats, a: Floats, d: Floats) -> tuple[Floats, Floats]:
    """For each t, the logarithm of the likelihood less Σ d x, and the weight of each node given the answers."""
    terms = np.outer(t, NODES) + log_expit(-(np.outer(a, NODES) + d[:, None])).sum(0) + LOG_WEIGHTS
    top = terms.max(1)
    weights = np.exp(terms - top[:, None])
    total = weights.sum(1)
    weights /= total[:, None]
    return top + np.log(total), weights


def between(t: Floats, grid: Floats) -> tuple[Integers, Floats]:
    """The point of an even grid before each t, and how far t is on its way to the next."""
    along = (t - grid[0]) * ((len(grid) - 1) / (grid[-1] - grid[0]))
    place = np.clip(along.astype(np.int64), 0, len(grid) - 2)
    return place, along - place


def interpolated(values: Floats, place: Integers, part: Floats) -> Floats:
    steps = np.append(np.diff(values), 0.0)
    result: Floats = values[place] + part * steps[place]
    return result


def fit(right: Bytes) -> TwoParameter:
    """Maximum marginal likelihood. Standard errors come from the observed information."""
    n, k = right.shape
    kept, sums = usable(right)
    if n < estimates.FEWEST_FOR_SLOPES or len(kept) < 3:
        few = n < estimates.FEWEST_FOR_SLOPES
        nothing = estimates.missing(Reason.FEW_FOR_SLOPES if few else Reason.FEW_ITEMS)
        return TwoParameter((nothing,) * k, (nothing,) * k, None, n)
    patterns, weights = _collapsed(right, kept)
    start = np.concatenate([np.ones(len(kept)), np.log(sums[kept] / (n - sums[kept]))])
    low = np.repeat([FLATTEST, -EASIEST], len(kept))
    high = np.repeat([STEEPEST, EASIEST], len(kept))
    step = max(1, len(patterns) // SAMPLE)
    some = Likelihood(patterns[::step], weights[::step])
    share = float(some.weights.sum())
    found = maximising.climb(some, start, low, high, share, some.information)
    if step > 1:
        every = Likelihood(patterns, weights)
        bent = found.curvature * (n / share)
        found = maximising.finish(every, found.at, low, high, n, bent)
    shared = maximising.covariance(found)
    error = maximising.errors(shared)
    half = len(kept)
    slopes, intercepts = (_placed(found, error, kept, k, first) for first in (0, half))
    return TwoParameter(slopes, intercepts, found.height, n, _information(found, shared))


def _information(found: Maximum, covariance: Floats) -> tuple[Estimate, ...]:
    """Of the items that have both parameters."""
    half = len(found.at) // 2
    items = np.flatnonzero(~(found.at_bound[:half] | found.at_bound[half:]))
    if not found.is_flat or not len(items):
        return ()
    both = np.append(items, items + half)
    return information.estimated(found.at[items], found.at[items + half], covariance[np.ix_(both, both)])


def _collapsed(right: Bytes, kept: Integers) -> tuple[Bytes, Floats]:
    """Each pattern once with its number, where there can't be many; else the rows as they are."""
    columns = right if len(kept) == right.shape[1] else right[:, kept]
    if len(kept) > 16:
        return columns, np.ones(len(columns))
    codes = np.zeros(len(columns), np.int64)
    for place in range(len(kept)):
        codes += columns[:, place].astype(np.int64) << place
    counts = np.bincount(codes)
    found = np.flatnonzero(counts)
    return (found[:, None] >> np.arange(len(kept)) & 1).astype(np.uint8), counts[found].astype(np.float64)


def _placed(found: Maximum, error: Floats, kept: Integers, k: int, first: int) -> tuple[Estimate, ...]:
    """Items that don't vary have no parameters; an item at a bound has neither."""
    result = [estimates.missing(Reason.CONSTANT)] * k
    for place, column in enumerate(kept):
        at_bound = found.at_bound[place] or found.at_bound[place + len(kept)]
        value = estimates.about(float(found.at[first + place]), float(error[first + place]))
        result[column] = estimates.missing(Reason.AT_BOUND) if at_bound else value
    return tuple(result) if found.is_flat else (estimates.missing(Reason.NOT_SETTLED),) * k
