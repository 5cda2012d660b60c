"""In which scripts a text is written, and in which direction it runs."""

import unicodedata
from enum import StrEnum
from typing import Final


class Script(StrEnum):
    """The scripts that our own face has not; each is set in a face of its own."""

    ARABIC = "arabic"
    HEBREW = "hebrew"
    JAPANESE = "japanese"
    KOREAN = "korean"
    CHINESE = "chinese"


# Blocks of Unicode 17, from and to.
_ARABIC: Final = ((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC))
_HEBREW: Final = ((0x590, 0x5FF), (0xFB1D, 0xFB4F))
_KANA: Final = ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F), (0x1B000, 0x1B16F))
_HANGUL: Final = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF))
_HAN: Final = (
    (0x2E80, 0x303F), (0x3100, 0x312F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFF65),
    (0x20000, 0x3FFFF),
)  # fmt: skip


def scripts(text: str) -> tuple[Script, ...]:
    """The scripts of a text beyond Latin, Greek and Cyrillic.

    Chinese, Japanese and Korean share characters that each writes a little differently: kana make a text
    Japanese, hangul Korean, and without either it is taken for Chinese.
    """
    found = []
    if _any(text, _ARABIC):
        found.append(Script.ARABIC)
    if _any(text, _HEBREW):
        found.append(Script.HEBREW)
    kana, hangul = _any(text, _KANA), _any(text, _HANGUL)
    if kana:
        found.append(Script.JAPANESE)
    if hangul:
        found.append(Script.KOREAN)
    if _any(text, _HAN):
        # After the others: it has what they lack.
        found.append(Script.CHINESE)
        if not kana and any(ord(character) >= 0x20000 for character in text):
            found.append(Script.JAPANESE)
    return tuple(found)


def direction(text: str) -> str:
    """`rtl` or `ltr`: the direction of the first strong character (UAX #9, rules P2 and P3)."""
    for character in text:
        strong = unicodedata.bidirectional(character)
        if strong in ("R", "AL"):
            return "rtl"
        if strong == "L":
            return "ltr"
    return "ltr"


def _any(text: str, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(character) <= last for character in text for first, last in blocks)
