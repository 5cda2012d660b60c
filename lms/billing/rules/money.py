"""Money as whole minor units: shares that add up, and one rule of rounding. docs/money.md has the worked numbers."""

from collections.abc import Sequence

WHOLE = 10_000
"""A hundred per cent in basis points."""


def rounded(numerator: int, denominator: int) -> int:
    """The quotient as a whole number, a half away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    quotient, rest = divmod(abs(numerator), abs(denominator))
    return sign * (quotient + (2 * rest >= abs(denominator)))


def percent(amount_minor: int, basis_points: int) -> int:
    """So many hundredths of a per cent of an amount, rounded."""
    return rounded(amount_minor * basis_points, WHOLE)


def without_tax(gross_minor: int, rate_bp: int) -> int:
    """What is left of an amount that includes tax at this rate."""
    return rounded(gross_minor * WHOLE, WHOLE + rate_bp)


def shares(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """An amount split by weights so that the parts add up to it: each its whole share, and what is left over unit by
    unit to those who lost most, the first of equals first. Without any weight nobody gets anything.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [amount_minor * weight // whole for weight in weights]
    lost = sorted(range(len(weights)), key=lambda n: (-(amount_minor * weights[n] % whole), n))
    for number in lost[: amount_minor - sum(parts)]:
        parts[number] += 1
    return parts


def part_of(amount_minor: int, *, first: int, count: int, of: int) -> int:
    """What `count` of `of` equal parts come to, after `first` parts were taken before: however they are taken one
    after the other, all together come to the amount.
    """
    return rounded(amount_minor * (first + count), of) - rounded(amount_minor * first, of)
