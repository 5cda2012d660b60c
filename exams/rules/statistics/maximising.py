"""The maximum of a likelihood: scaled, bounded, and then finished by Newton's method."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from exams.rules.statistics.estimates import Floats

Objective = Callable[[Floats], tuple[float, Floats]]

STEP = 1e-5
NEWTON_STEPS = 30
FLAT = 1e-9  # the largest slope of the mean log-likelihood that counts as none
NEAR = 1e-4  # of a bound
SINGULAR = 1e-7  # where the model leaves a direction open, as the sum of all easinesses


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where it is, its height, minus the second derivatives there, and which parameters ended at a bound."""

    at: Floats
    height: float
    curvature: Floats
    at_bound: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
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
    """Newton steps with one fixed matrix of second derivatives, on the parameters that are off their bounds."""
    height, slopes = objective(at)
    free = _free(at, low, high)
    step = np.linalg.pinv(bent[np.ix_(free, free)], rcond=SINGULAR, hermitian=True)
    for _ in range(NEWTON_STEPS):
        if np.abs(slopes[free]).max(initial=0) / n < FLAT:
            break
        further = at.copy()
        further[free] += step @ slopes[free]
        further = np.clip(further, low, high)
        new_height, new_slopes = objective(further)
        if not np.abs(new_slopes[free]).max() < np.abs(slopes[free]).max():
            break
        at, height, slopes = further, new_height, new_slopes
    flat = bool(np.abs(slopes[free]).max(initial=0) / n < 1e-5)
    return Maximum(at, height, bent, ~_free(at, low, high), flat)


def _free(at: Floats, low: Floats, high: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return (at > low + NEAR) & (at < high - NEAR)


def curvature(objective: Objective, at: Floats) -> Floats:
    """Minus the second derivatives, by central differences of the slopes."""
    rows = []
    for place in range(len(at)):
        step = np.zeros(len(at))
        step[place] = STEP
        rows.append((objective(at - step)[1] - objective(at + step)[1]) / (2 * STEP))
    matrix = np.array(rows)
    return (matrix + matrix.T) / 2


def errors(found: Maximum, scale: float = 1.0) -> Floats:
    """Standard errors from the information matrix × scale; NaN at a bound and where it isn't positive."""
    free = ~found.at_bound
    result = np.full(len(found.at), np.nan)
    variances = np.diag(np.linalg.pinv(found.curvature[np.ix_(free, free)] * scale, rcond=SINGULAR, hermitian=True))
    with np.errstate(invalid="ignore"):
        result[free] = np.sqrt(np.where(variances > 0, variances, np.nan))
    return result
