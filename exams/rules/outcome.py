"""Whether a score passes, and what it says by domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from exams.rules.scoring import DomainScore
from exams.rules.statistics import estimates


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Band:
    """One line of the domain profile; `percent` is rounded down, for a report only. From `low` to `high` is where the
    percentage of so few items may well lie for the same candidate, in whole percent; None where there is no point."""

    domain: int
    percent: int
    items: int
    at_cut: bool
    low: int | None = None
    high: int | None = None


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
    """A line for each domain, with Wilson's interval at 95 per cent of its share of points, taken as a share of items."""
    return tuple(
        Band(
            d.domain,
            percent(d.raw, d.maximum),
            d.items,
            d.maximum > 0 and d.raw >= cut * d.maximum,
            *_likely(d),
        )
        for d in domains
    )


def _likely(domain: DomainScore) -> tuple[int | None, int | None]:
    if not domain.maximum or not domain.items:
        return None, None
    share = max(Fraction(0), min(Fraction(1), domain.raw / domain.maximum))
    found = estimates.proportion(float(share * domain.items), domain.items)
    assert found.low is not None and found.high is not None, "there are items"
    return floor(100 * found.low), ceil(100 * found.high - 1e-9)


def to_study(bands: Sequence[Band]) -> tuple[int, ...]:
    """Domains below the cut, the weakest first; where there is none, the weakest one that is not perfect."""
    ranked = sorted(bands, key=lambda band: (band.percent, band.domain))
    below = tuple(band.domain for band in ranked if not band.at_cut)
    return below or tuple(band.domain for band in ranked[:1] if band.percent < 100)
