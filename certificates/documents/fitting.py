"""How large a name may be printed: an estimate from the shapes of its letters, made to err small."""

import unicodedata
from typing import Final

MILLIMETRES_PER_POINT: Final = 25.4 / 72
_NARROW: Final = frozenset("iljtfrI.,:;'’`-()[]!| ")
_BROAD: Final = frozenset("mwMWЖШЩЮжшщюмОQOФ@")


def size(text: str, *, width: float, largest: float, least: float) -> float:
    """The size in points, to a tenth, at which `text` fits a line of `width` millimetres.

    What would be smaller than `least` on one line is given two, and is never larger than `least` there.
    """
    ems = sum(_width(character) for character in unicodedata.normalize("NFC", text)) or 1.0
    one_line = width / (ems * MILLIMETRES_PER_POINT)
    if one_line >= least:
        return round(min(largest, one_line), 1)
    # Lines break between words: a fifth of the room is left for that.
    return round(min(least, one_line * 2 * 0.8), 1)


def _width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.34
    if character in _BROAD:
        return 0.88
    other_script = character >= "\u0370"
    return 0.70 if character.isupper() else 0.61 if other_script else 0.54
