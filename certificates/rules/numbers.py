"""Numbers of the register: scheme code, ten random characters, one check character.

The check is Damm's method over GF(32); docs/algorithms/numbers.md tells it with numbers.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LENGTH: Final = 10
_READ_AS: Final = {"I": "1", "L": "1", "O": "0"}
_SEPARATORS: Final = re.compile(r"[\s._/\-\u2010-\u2015\u2212]+")


class Slip(StrEnum):
    """Why a text cannot be a number of this register."""

    EMPTY = "empty"
    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    CHARACTER = "character"
    CHECK = "check"


class Misspelt(ValueError):
    """The text is no number: something was mistyped. Carries `slip`, and `character` where one is to blame."""

    def __init__(self, slip: Slip, character: str = "") -> None:
        super().__init__(f"{slip.value} {character}".strip())
        self.slip = slip
        self.character = character


@dataclass(frozen=True)
class Number:
    """A number that passes its check. `code` and `body` are folded: only characters of the alphabet
    (and U in a code), so that equal numbers are equal however they were typed."""

    code: str
    body: str

    @property
    def folded(self) -> str:
        """What the register looks up."""
        return self.code + self.body


def written(code: str, characters: str) -> str:
    """The number as it is printed: `written("AIMS-LA", "7F3K92QXM4")` is `AIMS-LA-7F3K9-2QXM4-T`."""
    if len(characters) != RANDOM_LENGTH or any(c not in ALPHABET for c in characters):
        raise ValueError(f"a number needs {RANDOM_LENGTH} characters of the alphabet")
    return f"{code}-{characters[:5]}-{characters[5:]}-{check(characters)}"


def parse(text: str) -> Number:
    """The number in `text`, however it was typed: any case, spaces or dashes, O for 0, I or L for 1.

    Raises Misspelt when the text cannot be a number; whether the register knows it is another question.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if not plain:
        raise Misspelt(Slip.EMPTY)
    if len(plain) < RANDOM_LENGTH + 3:
        raise Misspelt(Slip.TOO_SHORT)
    if len(plain) > RANDOM_LENGTH + 1 + 16:
        raise Misspelt(Slip.TOO_LONG)
    folded = "".join(_READ_AS.get(c, c) for c in plain)
    code, body = folded[: -RANDOM_LENGTH - 1], folded[-RANDOM_LENGTH - 1 :]
    for character in code:
        if character not in ALPHABET and character != "U":
            raise Misspelt(Slip.CHARACTER, character)
    for character in body:
        if character not in ALPHABET:
            raise Misspelt(Slip.CHARACTER, character)
    if check(body[:-1]) != body[-1]:
        raise Misspelt(Slip.CHECK)
    return Number(code, body)


def check(characters: str) -> str:
    """The check character: c starts at 0 and becomes 2·(c⊕d) in GF(32) for each character's value d."""
    c = 0
    for character in characters:
        c = _doubled(c ^ ALPHABET.index(character))
    return ALPHABET[c]


def _doubled(value: int) -> int:
    shifted = value << 1
    # x⁵ + x² + 1: what overflows the fifth bit comes back as 0b00101.
    return shifted ^ 0b100101 if shifted & 0b100000 else shifted
