"""What a score on form X is worth on form Y (Kolen and Brennan 2014, chapters 2, 4 and 5).

Random groups: `counts` of scores 0 … k on each form. Groups that differ: tables of counts, score × anchor score,
from group 1 with X and group 2 with Y.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from exams.rules.statistics import classical, resampling
from exams.rules.statistics.estimates import Estimate, Floats, Integers


@dataclass(frozen=True)
class Line:
    """y = intercept + slope x."""

    slope: float
    intercept: float

    def __call__(self, x: Floats) -> Floats:
        return self.intercept + self.slope * x

    def after(self, first: "Line") -> "Line":
        return Line(self.slope * first.slope, self.intercept + self.slope * first.intercept)


@dataclass(frozen=True)
class Moments:
    """Of a form's scores and of the anchor's, in one group: means, variances, covariance."""

    mean: float
    variance: float
    anchor_mean: float
    anchor_variance: float
    covariance: float


def moments(table: Integers) -> Moments:
    """`table[score, anchor score]` persons."""
    mean, variance = classical.moments(table.sum(1))
    anchor_mean, anchor_variance = classical.moments(table.sum(0))
    scores, anchors = np.arange(table.shape[0]) - mean, np.arange(table.shape[1]) - anchor_mean
    return Moments(
        mean, variance, anchor_mean, anchor_variance, float(scores @ table @ anchors / table.sum())
    )


def _line(mean_x: float, variance_x: float, mean_y: float, variance_y: float) -> Line:
    slope = math.sqrt(variance_y / variance_x) if variance_x > 0 and variance_y > 0 else math.nan
    return Line(slope, mean_y - slope * mean_x)


def mean(x: Integers, y: Integers) -> Line:
    return Line(1.0, classical.moments(y)[0] - classical.moments(x)[0])


def linear(x: Integers, y: Integers) -> Line:
    return _line(*classical.moments(x), *classical.moments(y))


def tucker(x: Moments, y: Moments, weight: float) -> Line:
    """`weight` is group 1's part of the synthetic population. Scores regress on the anchor alike in both groups."""
    gammas = x.covariance / x.anchor_variance, y.covariance / y.anchor_variance
    return _synthetic(x, y, weight, *gammas)


def levine(x: Moments, y: Moments, weight: float, *, internal: bool) -> Line:
    """Levine's observed-score method: true scores of form and anchor correlate perfectly. The anchor is *internal*
    when it counts in the score."""
    if internal:
        return _synthetic(x, y, weight, x.variance / x.covariance, y.variance / y.covariance)
    gammas = [(form.variance + form.covariance) / (form.anchor_variance + form.covariance) for form in (x, y)]
    return _synthetic(x, y, weight, *gammas)


def _synthetic(x: Moments, y: Moments, w1: float, gamma1: float, gamma2: float) -> Line:
    w2, apart = 1 - w1, x.anchor_mean - y.anchor_mean
    wider = x.anchor_variance - y.anchor_variance
    return _line(
        x.mean - w2 * gamma1 * apart,
        x.variance - w2 * gamma1**2 * wider + w1 * w2 * gamma1**2 * apart**2,
        y.mean + w1 * gamma2 * apart,
        y.variance + w1 * gamma2**2 * wider + w1 * w2 * gamma2**2 * apart**2,
    )


def chained_linear(x: Moments, y: Moments) -> Line:
    """X to the anchor in group 1, the anchor to Y in group 2."""
    first = _line(x.mean, x.variance, x.anchor_mean, x.anchor_variance)
    return _line(y.anchor_mean, y.anchor_variance, y.mean, y.variance).after(first)


def equipercentile(x: Integers, y: Integers) -> Floats:
    """For each score on X, the score on Y with the same percentile rank."""
    return inverse_rank(y, rank(x, np.arange(len(x), dtype=float)))


def chained_equipercentile(x: Integers, y: Integers) -> Floats:
    """`x` and `y` are tables, score × anchor score."""
    on_anchor = inverse_rank(x.sum(0), rank(x.sum(1), np.arange(x.shape[0], dtype=float)))
    return inverse_rank(y.sum(1), rank(y.sum(0), on_anchor))


def rank(counts: Integers, scores: Floats) -> Floats:
    """Share below each score, where the persons of a whole score lie evenly from half a point below to half above."""
    below = np.concatenate([[0.0], np.cumsum(counts / counts.sum())])
    result: Floats = np.interp(scores, np.arange(len(below)) - 0.5, below)
    return result


def inverse_rank(counts: Integers, ranks: Floats) -> Floats:
    """Where nobody has some scores, the middle of all that would do."""
    below: Floats = np.concatenate([[0.0], np.cumsum(counts / counts.sum())])
    places = np.arange(len(below), dtype=np.float64) - 0.5
    near = np.clip(ranks, 0.0, 1.0)
    return (_inverse(below, near, places, "left") + _inverse(below, near, places, "right")) / 2


def _inverse(below: Floats, ranks: Floats, places: Floats, side: str) -> Floats:
    """The lowest place with this share below it, or the highest."""
    if side == "left":
        upper = np.clip(np.searchsorted(below, ranks - 1e-12, "left"), 1, len(below) - 1)
    else:
        upper = np.clip(np.searchsorted(below, ranks + 1e-12, "right"), 1, len(below) - 1)
    low, high = below[upper - 1], below[upper]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(high > low, (ranks - low) / (high - low), 1.0 if side == "right" else 0.0)
    result: Floats = places[upper - 1] + np.clip(part, 0, 1)
    return result


def equated(x: Integers, y: Integers, method: Callable[[Integers, Integers], Floats]) -> tuple[Estimate, ...]:
    """`method` for every score on X, with intervals by drawing the persons of both groups again."""
    return resampling.intervals([x, y], method)


def at_scores(line: Callable[[Integers, Integers], Line]) -> Callable[[Integers, Integers], Floats]:
    """A linear method as `equated` wants it."""
    return lambda x, y: line(x, y)(np.arange(len(x), dtype=float))
