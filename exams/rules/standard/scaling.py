"""Scaled scores, in which every form's cut is the same number."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor


@dataclass(frozen=True)
class Scale:
    """From `lowest` for no points over `anchor` at the cut to `highest` for all points."""

    lowest: int = 0
    anchor: int = 700
    highest: int = 1000


def fixed(percent: int, maximum: Fraction) -> Fraction:
    """A cut of a fixed percentage, in points."""
    return Fraction(percent, 100) * maximum


def exact(raw: Fraction, *, cut: Fraction, maximum: Fraction, scale: Scale) -> Fraction:
    """A raw score on the scale, straight from no points to the cut and from the cut to all points.

    Who is below the cut is below the anchor, and who is not is not, by however little. Points below zero stand at the
    lowest end. A cut of no points has every score from zero on at the anchor or above, and a form without points none.
    Raises ValueError for a cut outside of 0 … maximum, or a scale that does not rise.
    """
    if not scale.lowest < scale.anchor <= scale.highest or not 0 <= cut <= maximum:
        raise ValueError("the cut lies outside of the points, or the anchor outside of its scale")
    if raw < cut or not maximum:
        share = max(raw, Fraction(0)) / cut if cut else Fraction(0)
        return scale.lowest + share * (scale.anchor - scale.lowest)
    above = (raw - cut) / (maximum - cut) if maximum > cut else Fraction(1)
    return scale.anchor + above * (scale.highest - scale.anchor)


def scaled(raw: Fraction, *, cut: Fraction, maximum: Fraction, scale: Scale) -> int:
    """The same rounded down, as it is shown: the anchor parts those who pass from those who do not, after rounding too.
    Raises what `exact` raises."""
    return floor(exact(raw, cut=cut, maximum=maximum, scale=scale))
