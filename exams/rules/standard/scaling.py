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


def scaled(raw: Fraction, *, cut: Fraction, maximum: Fraction, scale: Scale) -> int:
    """A raw score on the scale, straight from no points to the cut and from the cut to all points, rounded down.

    Who is below the cut is below the anchor, and who is not is not, by however little. A cut of no points has every
    score at the anchor or above. Raises ValueError for a cut outside of 0 … maximum, or a scale that does not rise.
    """
    if not scale.lowest < scale.anchor <= scale.highest or not 0 <= cut <= maximum:
        raise ValueError("the cut lies outside of the points, or the anchor outside of its scale")
    if raw >= cut:
        above = (
            (raw - cut) / (maximum - cut)
            if maximum > cut
            else Fraction(0 if scale.anchor == scale.highest else 1)
        )
        return scale.anchor + floor(above * (scale.highest - scale.anchor))
    return scale.lowest + floor(raw / cut * (scale.anchor - scale.lowest))
