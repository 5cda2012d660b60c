"""What an accommodation does to a sitting: more time, breaks, and what else is arranged."""

from fractions import Fraction

MOST_PERCENT = 400  # five times the limit: more is another kind of arrangement than a longer clock


def factor(percent_more: int) -> Fraction:
    """The factor on the exam's time: 25 % more is 5/4."""
    return Fraction(100 + percent_more, 100)


def percent_more(factor: Fraction) -> int:
    """A factor as percent of time that is added, in whole percent."""
    return round((factor - 1) * 100)


def effect(*, factor: Fraction, break_seconds: int, other: str) -> str:
    """What an accommodation does, in words, and never why: "25 % more time; breaks of 10 minutes in all"."""
    parts = []
    if factor > 1:
        parts.append(f"{percent_more(factor)} % more time")
    if break_seconds:
        minutes = break_seconds // 60
        parts.append(f"breaks of {minutes} minute{'s' if minutes != 1 else ''} in all")
    if other:
        parts.append(other)
    return "; ".join(parts)
