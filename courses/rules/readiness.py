"""Which domains to study: what is known of a learner's standing in each, and how little (docs/algorithms/readiness.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, sqrt
from typing import Final

Z: Final = 1.959963984540054  # 95 per cent
TARGET: Final = Fraction(7, 10)  # the share of points at which our exams are passed
FEW: Final = 5  # below so many answers nothing is said


class Verdict(StrEnum):
    STUDY = "study"  # even the upper end is below the target
    OPEN = "open"  # the interval holds the target: more answers, or more study, will tell
    READY = "ready"  # even the lower end is at the target
    UNKNOWN = "unknown"  # too few answers


@dataclass(frozen=True)
class Tried:
    """Items of one domain that were answered, and the share of their points that was reached."""

    items: int
    share: Fraction


@dataclass(frozen=True)
class Domain:
    """What is known of one domain: its weight in percent, the checks of its lessons by their first answer, and the latest
    result of an exam or a mock of it."""

    number: int
    title: str
    weight: int
    checks: Tried
    exam: Tried


@dataclass(frozen=True)
class Finding:
    """What follows for one domain. `low` and `high` are the ends of Wilson's interval in whole percent, rounded
    outwards; None where too little is known. `by_exam`: an exam says it, and not the checks."""

    domain: Domain
    verdict: Verdict
    low: int | None
    high: int | None
    by_exam: bool


def findings(domains: Iterable[Domain]) -> tuple[Finding, ...]:
    """Every domain, what is to be studied first at the top: by verdict (study, unknown, open, ready), and within one by how
    much of the exam is still to be won there, the weight times what is missing."""
    found = [finding(domain) for domain in domains]
    order = [Verdict.STUDY, Verdict.UNKNOWN, Verdict.OPEN, Verdict.READY]
    return tuple(sorted(found, key=lambda one: (order.index(one.verdict), -_to_win(one), one.domain.number)))


def finding(domain: Domain) -> Finding:
    """An exam counts before the checks: its items are answered without the lesson beside them."""
    by_exam = domain.exam.items >= FEW
    known = domain.exam if by_exam else domain.checks
    if known.items < FEW:
        return Finding(domain, Verdict.UNKNOWN, None, None, by_exam=False)
    low, high = interval(known)
    if high < TARGET:
        verdict = Verdict.STUDY
    else:
        verdict = Verdict.READY if low >= TARGET else Verdict.OPEN
    return Finding(domain, verdict, floor(100 * low), ceil(100 * high), by_exam)


def interval(known: Tried) -> tuple[float, float]:
    """Wilson's score interval at 95 per cent (E. B. Wilson, 1927) of a share of points, taken as a share of items."""
    n, share = known.items, float(max(Fraction(0), min(Fraction(1), known.share)))
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def together(parts: Sequence[Tried]) -> Tried:
    """Several as one."""
    items = sum(part.items for part in parts)
    points = sum((part.share * part.items for part in parts), Fraction(0))
    return Tried(items, points / items if items else Fraction(0))


def _to_win(one: Finding) -> Fraction:
    known = one.domain.exam if one.by_exam else one.domain.checks
    share = known.share if one.verdict != Verdict.UNKNOWN else Fraction(0)
    return one.domain.weight * (1 - share)
