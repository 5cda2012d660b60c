"""Differential item functioning by Mantel and Haenszel (1959; Holland and Thayer 1988), with ETS's classes."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from exams.rules.statistics import estimates
from exams.rules.statistics.estimates import Estimate, Floats, Reason
from exams.rules.statistics.reading import Responses

ONE_SIDED = 1.6448536269514722


class Class(StrEnum):
    """A: negligible; B: some; C: large, so that people look at the item."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True)
class Dif:
    """`delta` below 0: at equal scores the item is harder for the focal group. A lead for people, no verdict."""

    item: str
    reference: str
    focal: str
    odds_ratio: Estimate
    delta: Estimate
    chi_square: float | None
    p_value: float | None
    ets: Class | None


def analyse(responses: Responses) -> tuple[Dif, ...]:
    """The largest group is the reference for each other one; persons without a group are left out."""
    groups = responses.groups
    if groups is None:
        return ()
    sizes = np.bincount(groups, minlength=len(responses.group_names))
    named = [place for place, name in enumerate(responses.group_names) if name]
    if len(named) < 2:
        return ()
    reference = max(named, key=lambda place: int(sizes[place]))
    many = responses.k + 1
    cells = groups * many + responses.scores
    length = many * len(sizes)
    everybody = np.bincount(cells, minlength=length).reshape(-1, many)
    found = []
    for column, item in enumerate(responses.items):
        right = np.bincount(cells, responses.right[:, column], length).reshape(-1, many)
        for focal in named:
            if focal == reference:
                continue
            names = (item, responses.group_names[reference], responses.group_names[focal])
            if min(sizes[reference], sizes[focal]) < estimates.FEWEST:
                found.append(_nothing(names, Reason.FEW_PERSONS))
                continue
            pair = [reference, focal]
            found.append(_of(names, right[pair], everybody[pair] - right[pair]))
    return tuple(found)


def _of(names: tuple[str, str, str], right: Floats, wrong: Floats) -> Dif:
    """`right` and `wrong`: counts of the reference and the focal group at each score."""
    found = mantel_haenszel(right[0], wrong[0], right[1], wrong[1])
    if found is None:
        return _nothing(names, Reason.NO_OVERLAP)
    log_odds, error, chi_square = found
    p_value = float(special.chdtrc(1, chi_square))
    delta = estimates.about(-2.35 * log_odds, 2.35 * error)
    odds = Estimate(
        math.exp(log_odds),
        math.exp(log_odds - estimates.Z * error),
        math.exp(log_odds + estimates.Z * error),
    )
    return Dif(*names, odds, delta, chi_square, p_value, ets_class(-2.35 * log_odds, 2.35 * error, p_value))


def mantel_haenszel(a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[float, float, float] | None:
    """Logarithm of the common odds ratio ad / bc over the strata, its standard error by Robins, Breslow and
    Greenland (1986), and χ² with the correction for continuity. None where the strata tell nothing."""
    total = a + b + c + d
    kept = total > 1
    a, b, c, d, total = a[kept], b[kept], c[kept], d[kept], total[kept]
    r, s = a * d / total, b * c / total
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (total**2 * (total - 1))).sum())
    if r.sum() <= 0 or s.sum() <= 0 or variance <= 0:
        return None
    p, q = (a + d) / total, (b + c) / total
    spread = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    off = abs(float((a - (a + b) * (a + c) / total).sum()))
    chi_square = max(0.0, off - 0.5) ** 2 / variance
    return math.log(r.sum() / s.sum()), math.sqrt(spread), chi_square


def ets_class(delta: float, error: float, p_value: float) -> Class:
    """A: |Δ| < 1, or not different from 0 at 5 per cent; C: |Δ| ≥ 1.5 and more than 1 at 5 per cent, one-sided;
    else B (Zieky 1993)."""
    if abs(delta) < 1 or p_value >= 0.05:
        return Class.A
    if abs(delta) >= 1.5 and abs(delta) - ONE_SIDED * error > 1:
        return Class.C
    return Class.B


def _nothing(names: tuple[str, str, str], reason: Reason) -> Dif:
    missing = estimates.missing(reason)
    return Dif(*names, missing, missing, None, None, None)
