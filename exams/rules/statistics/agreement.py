"""How far markers agree, and whether one of them has drifted. Explained in docs/algorithms/marking.md."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from exams.rules.statistics import resampling
from exams.rules.statistics.estimates import (
    FEWEST,
    LEVEL,
    Estimate,
    Floats,
    Integers,
    Reason,
    missing,
    proportion,
)

FEWEST_SCRIPTS = FEWEST  # of two markers in common, below which nothing is said of their agreement
FEWEST_CONTROLS = 5  # control scripts of one marker, below which nothing is said of their drift
MONTH = 30


@dataclass(frozen=True)
class Drift:
    """Of one marker against the reference marks of control scripts: points too many (`severity` below 0 is strict),
    and how many more with every 30 days."""

    controls: int
    severity: Estimate
    slope: Estimate


def icc(points: Sequence[Sequence[float]]) -> Estimate:
    """ICC(2,1) of Shrout and Fleiss (1979), two-way random, absolute agreement of single marks: one row for each
    script, one column for each marker. The interval is theirs.
    """
    table = np.asarray(points, np.float64)
    if table.ndim != 2 or min(table.shape) < 2:
        return missing(Reason.FEW_PERSONS)
    n, k = table.shape
    grand, rows, columns = table.mean(), table.mean(1), table.mean(0)
    between = k * float(((rows - grand) ** 2).sum()) / (n - 1)
    judges = n * float(((columns - grand) ** 2).sum()) / (k - 1)
    left = table - rows[:, None] - columns + grand
    # Above 0, so that marks which agree in full have an interval too.
    error = max(float((left**2).sum()) / ((n - 1) * (k - 1)), 1e-9)
    if between < 1e-12:
        return missing(Reason.CONSTANT)
    value = (between - error) / (between + (k - 1) * error + k * (judges - error) / n)
    ratio = judges / error
    weight = n * (1 + (k - 1) * value) - k * value
    freedom = ((k - 1) * (n - 1) * (k * value * ratio + weight) ** 2) / (
        (n - 1) * k**2 * value**2 * ratio**2 + weight**2
    )
    upper = float(special.fdtri(n - 1, freedom, 0.5 + LEVEL / 2))
    lower = float(special.fdtri(freedom, n - 1, 0.5 + LEVEL / 2))
    rest = k * judges + (k * n - k - n) * error
    low = n * (between - upper * error) / (upper * rest + n * between)
    high = n * (lower * between - error) / (rest + n * lower * between)
    if not np.isfinite([value, low, high]).all():
        return missing(Reason.NOT_SETTLED)
    return Estimate(value, min(low, value), max(high, value))


def of_the_mean(single: Estimate, k: int) -> Estimate:
    """ICC(2,k), of the mean of k judges, from ICC(2,1) by Spearman and Brown: k·r / (1 + (k − 1)·r), ends of the interval
    included. An end that would lie below −1 is told as −1."""
    if single.value is None or single.low is None or single.high is None:
        return single
    value, low, high = (
        k * r / (1 + (k - 1) * r) if 1 + (k - 1) * r > 1e-9 else -1.0
        for r in (single.value, single.low, single.high)
    )
    return Estimate(value, min(value, max(-1.0, low)), max(value, high))


def apart(points: Sequence[Sequence[float]], tolerance: float) -> tuple[Estimate, Estimate]:
    """Of two markers' points for each script: how far they are from each other on average, with a t interval, and the share
    that is within the tolerance, with Wilson's."""
    off = np.abs(np.diff(np.asarray(points, np.float64), axis=1))[:, 0]
    n, mean = len(off), float(off.mean())
    half = float(special.stdtrit(n - 1, 0.5 + LEVEL / 2) * off.std(ddof=1) / np.sqrt(n))
    return Estimate(mean, max(0.0, mean - half), mean + half), proportion(int((off <= tolerance).sum()), n)


def weighted_kappa(one: Sequence[int], other: Sequence[int], levels: int) -> Estimate:
    """Cohen's (1968) kappa with quadratic weights of two markers' levels, counted from 0; the interval is that of
    scripts drawn again."""
    table = np.zeros((levels, levels), np.int64)
    np.add.at(table, (np.asarray(one, int), np.asarray(other, int)), 1)
    return kappa_of(table)


def kappa_of(table: Integers) -> Estimate:
    """The same of a table of counts, one marker's levels in rows, the other's in columns."""
    if table.sum() == 0:
        return missing(Reason.FEW_PERSONS)
    if not np.isfinite(_kappa(table)[0]):
        return missing(Reason.CONSTANT)
    return resampling.intervals([table], _kappa)[0]


def _kappa(table: Integers) -> Floats:
    share = table / table.sum()
    places = np.arange(len(table))
    apart = (places[:, None] - places) ** 2
    chance = float((apart * np.outer(share.sum(1), share.sum(0))).sum())
    return np.array([1 - float((apart * share).sum()) / chance if chance else np.nan])


def drift(differences: Sequence[float], days: Sequence[float]) -> Drift:
    """Of one marker's points less the reference marks, and the days on which they were given."""
    n = len(differences)
    if n < FEWEST_CONTROLS:
        few = missing(Reason.FEW_PERSONS)
        return Drift(n, few, few)
    off, when = np.asarray(differences, np.float64), np.asarray(days, np.float64) / MONTH
    mean = float(off.mean())
    half = float(special.stdtrit(n - 1, 0.5 + LEVEL / 2) * off.std(ddof=1) / np.sqrt(n))
    spread = float(((when - when.mean()) ** 2).sum())
    if spread < 1e-12:
        return Drift(n, Estimate(mean, mean - half, mean + half), missing(Reason.NO_TIMES))
    slope = float(((when - when.mean()) * off).sum() / spread)
    rest = off - mean - slope * (when - when.mean())
    error = float(np.sqrt((rest**2).sum() / (n - 2) / spread) * special.stdtrit(n - 2, 0.5 + LEVEL / 2))
    return Drift(n, Estimate(mean, mean - half, mean + half), Estimate(slope, slope - error, slope + error))
