"""Short texts as people type them."""

import unicodedata
from collections.abc import Iterable

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-"})
PLAIN_BREAKS = frozenset("\n\t")


def tidy(said: str) -> str:
    """A short text as it is kept: composed letters, no space at the ends, one space between words."""
    return " ".join(unicodedata.normalize("NFC", said).split())


def same(said: str, accepted: str, *, case: bool) -> bool:
    """Whether two texts count as the same; capitals make a difference only where `case` is set."""
    one, other = (tidy(text.translate(_QUOTES)) for text in (said, accepted))
    return one == other if case else one.casefold() == other.casefold()


def first(said: str, accepted: Iterable[str], *, case: bool) -> str | None:
    """The accepted text that counts as the same, or None."""
    return next((one for one in accepted if same(said, one, case=case)), None)


def is_text(value: object, longest: int, *, breaks: bool = False) -> bool:
    """Whether a value is a text that can be kept: neither empty nor too long, without control characters and
    halves of characters; line breaks only where `breaks` is set."""
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        return False
    kept = "".join(one for one in value if one not in PLAIN_BREAKS) if breaks else value
    return not any(unicodedata.category(one) in {"Cc", "Cs"} for one in kept)
