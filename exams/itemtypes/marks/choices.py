"""Points for what was chosen among options. Counts go in, exact points come out; no response is none of these."""

from fractions import Fraction
from typing import Final

ALL_OR_NOTHING = "all-or-nothing"
RIGHT_MINUS_WRONG = "right-minus-wrong"
HITS_MINUS_FALSE = "hits-minus-false"
OPTIONS_JUDGED = "options-judged"
PER_KEY = "per-key"


# Made once: most marks are one of the two.
POINT: Final = Fraction(1)
NOTHING: Final = Fraction(0)


def all_or_nothing(right: bool) -> Fraction:
    return POINT if right else NOTHING


def right_minus_wrong(*, right: int, wrong: int, options: int) -> Fraction:
    """R − W/(k−1): who guesses among `options` equally gets nothing in the mean. May be below zero.

    Source: correction for guessing, "formula scoring"; Lord and Novick 1968, chapter 14.
    """
    return right - Fraction(wrong, options - 1)


def hits_minus_false(*, hits: int, false: int, keys: int, options: int) -> Fraction:
    """hits/K − false/(N−K), and never below 0: choosing everything earns nothing."""
    return max(Fraction(0), Fraction(hits, keys) - Fraction(false, options - keys))


def options_judged(*, hits: int, false: int, keys: int, options: int) -> Fraction:
    """The share of the options that were judged rightly: chosen where right, left alone where wrong."""
    return Fraction(hits + options - keys - false, options)


def per_key(*, hits: int, false: int, keys: int) -> Fraction:
    """1/K for each right option that was chosen; nothing where more than K were chosen."""
    return Fraction(hits, keys) if hits + false <= keys else Fraction(0)


def share(right: int, of: int) -> Fraction:
    """An equal part of the point for each pair, row or gap that is right."""
    return Fraction(right, of)
