"""Numbers as people write them, and whether one is near enough."""

import re
from collections.abc import Callable
from fractions import Fraction

# Digits with one decimal mark at most: a second mark would leave open which of the two is the decimal one.
WRITTEN = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")
_MARKS = str.maketrans({",": ".", "−": "-", " ": "", "\u00a0": "", "\u202f": "", "\u2009": ""})


def tidy(said: str) -> str:
    """A number as it is kept: decimal point, plain minus, no spaces between thousands; other text stays text."""
    return said.strip().translate(_MARKS)


def number(said: str) -> Fraction | None:
    """The exact number that a text says, with decimal comma or point; None where it says none."""
    plain = tidy(said)
    return Fraction(plain) if WRITTEN.fullmatch(plain) else None


def points(said: str) -> Fraction | None:
    """A number of points, a tolerance or a bound in a key: "1", "0.5", "-1/3"; None where it is none."""
    if re.fullmatch(r"[+-]?[0-9]{1,4}/[1-9][0-9]{0,3}", said):
        return Fraction(said)
    return number(said)


def nominal(given: Fraction, right: Fraction, tolerance: Fraction) -> bool:
    """|x − a| ≤ t."""
    return abs(given - right) <= tolerance


def relative(given: Fraction, right: Fraction, tolerance: Fraction) -> bool:
    """|x − a| ≤ t·|a|."""
    return abs(given - right) <= tolerance * abs(right)


def geometric(given: Fraction, right: Fraction, tolerance: Fraction) -> bool:
    """|a|/(1+t) ≤ |x| ≤ |a|·(1+t), on the same side of 0: as far off below as above, in proportion."""
    if right == 0 or given * right <= 0:
        return given == right
    return abs(right) / (1 + tolerance) <= abs(given) <= abs(right) * (1 + tolerance)


TOLERANCES: dict[str, Callable[[Fraction, Fraction, Fraction], bool]] = {
    "nominal": nominal,
    "relative": relative,
    "geometric": geometric,
}
