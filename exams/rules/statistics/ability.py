"""Ability from a pattern of answers: the mean of the posterior (EAP) and the maximum of the likelihood (ML).

Both depend on the answers through t = Σ a x alone. ML solves Σ a P(θ) = t, whose left side rises with θ, so it is
found by halving; for all right or all wrong there is no solution, and EAP is what can be said.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from exams.rules.statistics import estimates, information, twopl
from exams.rules.statistics.estimates import Bytes, Estimate, Floats, Reason
from exams.rules.statistics.packing import Packed

WIDEST = 15.0
HALVINGS = 60
POINTS = 4001
CHUNK = 4096


@dataclass(frozen=True)
class Ability:
    """In logits for the Rasch model, in standard deviations of the candidates for the 2PL."""

    eap: Estimate
    ml: Estimate


@dataclass(frozen=True)
class Summary:
    """`reliability` is the share of variance that EAP recovers: var(EAP) / (var(EAP) + mean posterior variance)."""

    mean: Estimate
    sd: Estimate
    reliability: Estimate


def of_scores(t: Floats, slopes: Floats, intercepts: Floats, spread: float = 1.0) -> tuple[Ability, ...]:
    """One for each weighted score. `spread` is the standard deviation of θ; the Rasch model has slopes of 1."""
    means, deviations = expected(t, slopes, intercepts, spread)
    least, most = np.minimum(slopes, 0).sum(), np.maximum(slopes, 0).sum()
    solved, error = likeliest(np.clip(t, least, most), slopes, intercepts)
    found = []
    for place, score in enumerate(t):
        ml = estimates.about(float(solved[place]), float(error[place]))
        if score >= most - 1e-9:
            ml = estimates.missing(Reason.PERFECT)
        elif score <= least + 1e-9:
            ml = estimates.missing(Reason.ZERO)
        elif abs(solved[place]) > WIDEST - 0.01:
            ml = estimates.missing(Reason.AT_BOUND)
        found.append(Ability(estimates.about(float(means[place]), float(deviations[place])), ml))
    return tuple(found)


def expected(t: Floats, slopes: Floats, intercepts: Floats, spread: float = 1.0) -> tuple[Floats, Floats]:
    """Mean and standard deviation of θ given the answers."""
    means, deviations = np.empty(len(t)), np.empty(len(t))
    for start in range(0, len(t), CHUNK):
        part = slice(start, start + CHUNK)
        _, weights = twopl.posterior(t[part] * spread, slopes * spread, intercepts)
        mean = weights @ twopl.NODES
        means[part] = mean * spread
        deviations[part] = np.sqrt(np.maximum(weights @ twopl.NODES**2 - mean**2, 0)) * spread
    return means, deviations


def likeliest(t: Floats, slopes: Floats, intercepts: Floats) -> tuple[Floats, Floats]:
    """θ and its standard error 1 / √information; at ±15 there is none."""
    low, high = np.full(len(t), -WIDEST), np.full(len(t), WIDEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = expit(np.outer(middle, slopes) + intercepts) @ slopes < t
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    theta = (low + high) / 2
    return theta, 1 / np.sqrt(np.maximum(information.at(theta, slopes, intercepts), 1e-12))


def summary(right: Bytes, slopes: Floats, intercepts: Floats, spread: float = 1.0) -> Summary:
    """Of all persons; above some thousands θ is interpolated between points of t, to six digits."""
    t = Packed(right).times(slopes)
    points = np.linspace(np.minimum(slopes, 0).sum() - 1e-6, np.maximum(slopes, 0).sum() + 1e-6, POINTS)
    means, deviations = expected(points, slopes, intercepts, spread)
    place, part = twopl.between(t, points)
    eap = twopl.interpolated(means, place, part)
    lost = float((twopl.interpolated(deviations, place, part) ** 2).mean())
    variance, n = float(eap.var()), len(t)
    if variance + lost <= 0:
        return Summary(*(estimates.missing(Reason.CONSTANT),) * 3)
    # EAP correlates with θ as √reliability; Fisher's z of that gives the interval.
    share = variance / (variance + lost)
    root = estimates.correlation(math.sqrt(share), n)
    low, high = max(0.0, root.low or 0.0) ** 2, (root.high or 0.0) ** 2
    error = math.sqrt(variance / n)
    fourth = float(((eap - eap.mean()) ** 4).mean())
    return Summary(
        estimates.about(float(eap.mean()), error),
        estimates.deviation(variance, fourth, n),
        Estimate(share, low, high),
    )
