"""Whether a score passes, and what it says by domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from exams.rules.scoring import DomainScore


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Band:
    """One line of the domain profile; `percent` is rounded down, for a report only."""

    domain: int
    percent: int
    items: int
    at_cut: bool


def decide(
    *,
    raw: Fraction,
    maximum: Fraction,
    cut: Fraction,
    domains: Sequence[DomainScore] = (),
    minima: Mapping[int, Fraction] | None = None,
) -> Outcome:
    """Passed when raw / maximum is at least the cut and no domain is below its minimum, compared exactly; an exam of no
    points is failed."""
    enough = maximum > 0 and raw >= cut * maximum
    return Outcome.PASSED if enough and not below(domains, minima or {}) else Outcome.FAILED


def below(domains: Sequence[DomainScore], minima: Mapping[int, Fraction]) -> tuple[int, ...]:
    """The domains whose points are less than their minimum, a share of the domain's own; one with a minimum above nothing
    and without any points in the form is below it."""
    found = {domain.domain: domain for domain in domains}
    none = (Fraction(0), Fraction(1))
    scores = {
        number: (d.raw, d.maximum) if (d := found.get(number)) and d.maximum else none for number in minima
    }
    return tuple(
        number for number, least in sorted(minima.items()) if scores[number][0] < least * scores[number][1]
    )


def needed(*, maximum: Fraction, cut: Fraction) -> int:
    """The least whole number of points that passes."""
    exact = cut * maximum
    return floor(exact) if exact.denominator == 1 else floor(exact) + 1


def percent(raw: Fraction, maximum: Fraction) -> int:
    """Rounded down, so that 69.9 % is never shown as a 70 % that failed. Points below zero are shown as 0 %."""
    return max(0, floor(100 * raw / maximum)) if maximum > 0 else 0


def shown(points: Fraction) -> str:
    """Points for a report, rounded down to two decimals: 7, 7.5, 7.66, -0.34."""
    hundredths = floor(100 * points)
    whole, rest = divmod(abs(hundredths), 100)
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{whole}.{rest:02}".rstrip("0").rstrip(".")


def profile(domains: Sequence[DomainScore], *, cut: Fraction) -> tuple[Band, ...]:
    return tuple(
        Band(d.domain, percent(d.raw, d.maximum), d.items, d.maximum > 0 and d.raw >= cut * d.maximum)
        for d in domains
    )


def to_study(bands: Sequence[Band]) -> tuple[int, ...]:
    """Domains below the cut, the weakest first; where there is none, the weakest one that is not perfect."""
    ranked = sorted(bands, key=lambda band: (band.percent, band.domain))
    below = tuple(band.domain for band in ranked if not band.at_cut)
    return below or tuple(band.domain for band in ranked[:1] if band.percent < 100)
