"""One canonical form of plain data, and its digest."""

import hashlib
import json
import unicodedata
from typing import Any, Final

_AS_IT_IS: Final = frozenset({int, bool, type(None)})


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys, no spaces and every string in NFC.

    Takes dictionaries with text keys, lists, tuples, text, whole numbers, booleans and None. Raises
    TypeError for anything else, floating-point numbers included: their text differs between
    programs, and what is digested must not.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: Any) -> str:
    """SHA-256 of `canonical(value)`, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is str:
        return _composed(value)
    if isinstance(value, list | tuple):
        # Rows of numbers are what a score run has most of.
        return [part if type(part) in _AS_IT_IS else _plain(part) for part in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("only text keys have a canonical form")
        return {_composed(key): _plain(part) for key, part in value.items()}
    if isinstance(value, str):  # a choice of an enumeration
        return _composed(value)
    if isinstance(value, int):
        return value
    raise TypeError(f"no canonical form for {kind.__name__}")


def _composed(text: str) -> str:
    """In NFC, which plain ASCII is already: nearly every text of a score run."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
