"""Cuts between what judges want and what candidates did: Beuk (1984) and Hofstee (1983).

Scores and cuts are in points. The shares of candidates are exact at whole points and go straight between them. Intervals
are those of other judges like these: each judge is left out in turn (the jackknife, Tukey 1958; Efron and Tibshirani 1993,
chapter 11). The candidates are taken as they are.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from exams.rules.standard.angoff import deviation
from exams.rules.statistics import estimates
from exams.rules.statistics.estimates import Estimate

LEAST = 30  # candidates; below that their shares say nothing


class Reason(StrEnum):
    FEW_CANDIDATES = "few-candidates"
    FEW_JUDGES = "few-judges"
    NO_SPREAD = "no-spread"  # all judges said the same, and the candidates did something else
    TOO_MANY_PASS = "too-many-pass"  # noqa: S105  Beuk: the line ends below the curve
    TOO_MANY_FAIL = "too-many-fail"  # Hofstee: at the lowest cut more fail than is acceptable
    TOO_FEW_FAIL = "too-few-fail"  # Hofstee: at the highest cut fewer fail than is acceptable
    CROSSED = "crossed"  # Hofstee: a least that is above its most


class NoCut(Exception):
    """The lines don't meet, or there is too little to draw them: `at` is the cut where it shows, `share` the
    candidates' share there and `wanted` the judges'."""

    def __init__(
        self,
        reason: Reason,
        *,
        at: Fraction | None = None,
        share: Fraction | None = None,
        wanted: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason, self.at, self.share, self.wanted = reason, at, share, wanted


@dataclass(frozen=True)
class Compromise:
    """The cut in points, the share of candidates that passes at it, along the curve, and where the cut may lie with other
    judges: `between` is missing for two judges by Beuk, and where a cut rests on one judge so that there is none without."""

    cut: float
    passing: float
    between: Estimate


@dataclass(frozen=True)
class Wish:
    """Beuk: a judge's cut in points, and the share that should pass."""

    cut: Fraction
    passing: Fraction


@dataclass(frozen=True)
class Bounds:
    """Hofstee: a judge's lowest and highest acceptable cut in points, and share that fails."""

    least_cut: Fraction
    most_cut: Fraction
    least_failing: Fraction
    most_failing: Fraction


def passing(scores: Sequence[int], cut: Fraction) -> Fraction:
    """The share of candidates with at least `cut` points; straight between whole points."""
    low = math.floor(cut)
    here, above = (Fraction(sum(score >= at for score in scores), len(scores)) for at in (low, low + 1))
    return here + (above - here) * (cut - low)


def beuk(wishes: Sequence[Wish], scores: Sequence[int], maximum: int) -> Compromise:
    """Where the line through the judges' means, as steep as their two standard deviations, meets the curve of those who
    pass: so what the judges are less sure of gives way more. Raises NoCut."""
    _enough(wishes, scores)
    return _between(wishes, lambda some: _beuk(some, scores, maximum), least=3, maximum=maximum)


def _beuk(wishes: Sequence[Wish], scores: Sequence[int], maximum: int) -> tuple[float, float]:
    cut = sum((wish.cut for wish in wishes), Fraction(0)) / len(wishes)
    share = sum((wish.passing for wish in wishes), Fraction(0)) / len(wishes)
    wide, high = (deviation(values) for values in ([w.cut for w in wishes], [w.passing for w in wishes]))
    if not wide:
        if high or passing(scores, cut) == share:
            return float(cut), float(passing(scores, cut))
        raise NoCut(Reason.NO_SPREAD, at=cut, share=passing(scores, cut), wanted=float(share))

    def above(at: int) -> float:
        """How far the curve is above the line; it never rises."""
        return float(passing(scores, Fraction(at))) - _line(at, float(cut), float(share), high / wide)

    if above(maximum) > 0:
        wanted = _line(maximum, float(cut), float(share), high / wide)
        raise NoCut(
            Reason.TOO_MANY_PASS,
            at=Fraction(maximum),
            share=passing(scores, Fraction(maximum)),
            wanted=wanted,
        )
    last = max(at for at in range(maximum + 1) if above(at) >= 0)
    step = above(last) - above(last + 1) if last < maximum else 1.0
    met = last + above(last) / step
    return met, _line(met, float(cut), float(share), high / wide)


def _line(at: float, cut: float, share: float, slope: float) -> float:
    return share + slope * (at - cut)


def hofstee(bounds: Sequence[Bounds], scores: Sequence[int], maximum: int) -> Compromise:
    """Where the line from (lowest cut, most failing) to (highest cut, least failing), each the mean of the judges, meets
    the curve of those who fail. Raises NoCut, with the end at which they pass each other by."""
    _enough(bounds, scores)
    return _between(bounds, lambda some: _hofstee(some, scores), least=2, maximum=maximum)


def _hofstee(bounds: Sequence[Bounds], scores: Sequence[int]) -> tuple[float, float]:
    low, high = _mean([b.least_cut for b in bounds]), _mean([b.most_cut for b in bounds])
    least, most = _mean([b.least_failing for b in bounds]), _mean([b.most_failing for b in bounds])
    if low > high or least > most:
        raise NoCut(Reason.CROSSED)
    first, last = 1 - passing(scores, low), 1 - passing(scores, high)
    if first > most:
        raise NoCut(Reason.TOO_MANY_FAIL, at=low, share=first, wanted=float(most))
    if last < least:
        raise NoCut(Reason.TOO_FEW_FAIL, at=high, share=last, wanted=float(least))
    # Between two knots both are straight; the curve begins below the line and ends above it.
    knots = [low, *(Fraction(at) for at in range(math.floor(low) + 1, math.ceil(high))), high]
    slope = (least - most) / (high - low) if high > low else Fraction(0)
    gaps = [1 - passing(scores, at) - (most + slope * (at - low)) for at in knots]
    met = low if high == low else _crossing(knots, gaps)
    return float(met), float(passing(scores, met))


def _between[J](
    judges: Sequence[J], method: Callable[[Sequence[J]], tuple[float, float]], *, least: int, maximum: int
) -> Compromise:
    """What all judges come to, with the interval that leaving each of them out gives; below `least` there is none."""
    cut, share = method(judges)
    if len(judges) < least:
        return Compromise(cut, share, estimates.missing(estimates.Reason.TOO_FEW))
    try:
        without = [method([*judges[:n], *judges[n + 1 :]])[0] for n in range(len(judges))]
    except NoCut:
        return Compromise(cut, share, estimates.missing(estimates.Reason.NOT_SETTLED))
    return Compromise(cut, share, estimates.jackknife(cut, without).within(0, maximum))


def _crossing(knots: Sequence[Fraction], gaps: Sequence[Fraction]) -> Fraction:
    """Where a gap that begins at or below 0 and ends at or above it first is 0."""
    for number in range(1, len(knots)):
        before, after = gaps[number - 1], gaps[number]
        if before <= 0 <= after:
            width = knots[number] - knots[number - 1]
            return knots[number - 1] + width * (-before / (after - before) if after > before else 0)
    raise AssertionError("the ends were looked at before")


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _enough(judges: Sequence[object], scores: Sequence[int]) -> None:
    if len(judges) < 2:
        raise NoCut(Reason.FEW_JUDGES)
    if len(scores) < LEAST:
        raise NoCut(Reason.FEW_CANDIDATES)
