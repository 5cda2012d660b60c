"""Names of people: how they are written down, and when one needs another beside it."""

import unicodedata

JOINERS = str.maketrans("", "", "\u200c\u200d")  # they shape letters in Persian and in Indic scripts


class Unprintable(ValueError):
    """A name with control characters or letters of nobody's."""


def tidy(text: str) -> str:
    """A name in normal form C, with single spaces. Raises Unprintable."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cs"} for letter in name.translate(JOINERS)):
        raise Unprintable(name)
    return name


def is_latin(name: str) -> bool:
    """Whether every letter is of the Latin script, with whatever marks it carries."""
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in name if letter.isalpha())


def printed(*, native: str, latin: str) -> str:
    """What a certificate prints: the name in its own script, and beside it how it is written in Latin letters."""
    return f"{native} ({latin})" if latin else native
