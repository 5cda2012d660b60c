"""Whether a name as typed is the name as printed."""

import unicodedata
from typing import Final

# Letters that no normal form takes apart, with what people type for them.
_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
        "ŧ": "t",
    }
)


def folded(name: str) -> tuple[str, ...]:
    """The words of a name without case, accents, punctuation or order."""
    # Twice apart: folding the case of what was one character may leave characters to take apart.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)
    spaced = "".join(c if c.isalnum() else "" if c in "'’`ʼ" else " " for c in bare)
    return tuple(sorted(spaced.split()))


def same(typed: str, printed: str) -> bool:
    """Whether both are the same words; a name without any letter is nobody's."""
    words = folded(typed)
    return bool(words) and words == folded(printed)
