"""What a test tells about an ability, Σ a² P (1 − P), and how sure that is for parameters that were estimated."""

import numpy as np
from scipy.special import expit

from exams.rules.statistics import estimates
from exams.rules.statistics.estimates import Estimate, Floats

THETA = np.linspace(-4, 4, 33)


def at(theta: Floats, slopes: Floats, intercepts: Floats) -> Floats:
    """Fisher's information of the test about each θ; 1 / √information is the standard error of an ability there."""
    p = expit(np.outer(theta, slopes) + intercepts)
    result: Floats = (p * (1 - p)) @ slopes**2
    return result


def estimated(slopes: Floats, intercepts: Floats, covariance: Floats) -> tuple[Estimate, ...]:
    """At each of `THETA`, with the interval that the parameters' own errors leave (the delta method).

    `covariance` is of all 2k, slopes before intercepts; its half of the slopes is 0 where they are the model's own, as
    Rasch's are.
    """
    p = expit(np.outer(THETA, slopes) + intercepts)
    spread = p * (1 - p)
    by_intercept = slopes**2 * spread * (1 - 2 * p)
    by_slope = 2 * slopes * spread + by_intercept * THETA[:, None]
    gradient = np.hstack([by_slope, by_intercept])
    variances = np.einsum("ti,ij,tj->t", gradient, covariance, gradient)
    with np.errstate(invalid="ignore"):
        errors = np.sqrt(variances)
    values = at(THETA, slopes, intercepts)
    return tuple(
        estimates.about(float(value), float(error)).within(0, np.inf)
        for value, error in zip(values, errors, strict=True)
    )
