"""The maximum of a likelihood: scaled, bounded, and then finished by Newton's method."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from exams.rules.statistics.estimates import Floats

Truths = NDArray[np.bool_]
Objective = Callable[[Floats], tuple[float, Floats]]

STEP = 1e-5
NEWTON_STEPS = 30
CLOSE = 1e-7  # squared standard errors from the maximum, from which one more step is enough
FLAT = 1e-4  # the same, beyond which the search did not arrive
NEAR = 1e-4  # of a bound
SINGULAR = 1e-7  # where the model leaves a direction open, as the sum of all easinesses


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where it is, its height, minus the second derivatives there, and which parameters ended at a bound."""

    at: Floats
    height: float
    curvature: Floats
    at_bound: Truths
    is_flat: bool


def climb(
    objective: Objective,
    start: Floats,
    low: Floats,
    high: Floats,
    n: float,
    bent: Callable[[Floats], Floats] | None = None,
) -> Maximum:
    """`objective` gives a log-likelihood and its slopes; n, the number of persons, scales both. `bent` gives minus
    the second derivatives; without it they are found by differences.

    Unscaled, the first step of a quasi-Newton search is as long as the slope, which grows with n: it leaves
    the region where exp() is finite, and the search diverges.
    """

    def downhill(x: Floats) -> tuple[float, Floats]:
        height, slopes = objective(x)
        return -height / n, -slopes / n

    found = optimize.minimize(
        downhill,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(low, high, strict=True)),
        options={"maxiter": 1000, "maxfun": 2000, "ftol": 1e-12, "gtol": 1e-6},
    )
    at = np.asarray(found.x, float)
    return finish(objective, at, low, high, n, bent(at) if bent else curvature(objective, at))


def finish(objective: Objective, at: Floats, low: Floats, high: Floats, n: float, bent: Floats) -> Maximum:
    """Newton steps with one fixed matrix of second derivatives, on the parameters that are off their bounds.

    How far there is to go is measured in standard errors: slopes · step is the square of that distance.
    """
    height, slopes = objective(at)
    free = np.flatnonzero(_free(at, low, high))
    inverse = _inverse(bent[np.ix_(free, free)])
    step = inverse @ slopes[free]
    distance = float(slopes[free] @ step)
    for _ in range(NEWTON_STEPS):
        further = at.copy()
        further[free] += step
        further = np.clip(further, low, high)
        new_height, new_slopes = objective(further)
        step = inverse @ new_slopes[free]
        left = float(new_slopes[free] @ step)
        if not 0 <= left < distance:
            break
        was, distance = distance, left
        at, height = further, new_height
        if was < CLOSE:
            break
    return Maximum(at, height, bent, ~_free(at, low, high), abs(distance) < FLAT)


def _free(at: Floats, low: Floats, high: Floats) -> Truths:
    return (at > low + NEAR) & (at < high - NEAR)


def _inverse(matrix: Floats) -> Floats:
    result: Floats = np.linalg.pinv(matrix, rcond=SINGULAR, hermitian=True)
    return result


def curvature(objective: Objective, at: Floats) -> Floats:
    """Minus the second derivatives, by central differences of the slopes."""
    rows = []
    for place in range(len(at)):
        step = np.zeros(len(at))
        step[place] = STEP
        rows.append((objective(at - step)[1] - objective(at + step)[1]) / (2 * STEP))
    matrix = np.array(rows)
    return (matrix + matrix.T) / 2


def covariance(found: Maximum) -> Floats:
    """Of the parameters, from the information matrix; NaN for those at a bound."""
    free = np.flatnonzero(~found.at_bound)
    result = np.full((len(found.at), len(found.at)), np.nan)
    result[np.ix_(free, free)] = _inverse(found.curvature[np.ix_(free, free)])
    return result


def errors(covariance: Floats) -> Floats:
    """Standard errors; NaN at a bound and where a variance isn't positive."""
    variances = np.diag(covariance)
    with np.errstate(invalid="ignore"):
        result: Floats = np.sqrt(np.where(variances > 0, variances, np.nan))
    return result
