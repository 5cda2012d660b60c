"""Reading JSON from strangers: strictly, and never for long."""

import json
import re
import unicodedata
from typing import Any, Final, NoReturn

# Ours have some five thousand.
MOST_BYTES: Final = 256 * 1024
MOST_DEPTH: Final = 24
MOST_VALUES: Final = 5_000

_CONTROLS: Final = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")


class Unreadable(Exception):
    """The text is no JSON that anything here has written. The text says why, in a few words."""


def read(text: bytes | str) -> dict[str, Any]:
    """The object that the text holds, every key once, all of it text that can be written again.

    Raises Unreadable: for more than `MOST_BYTES`, deeper than `MOST_DEPTH` or more than `MOST_VALUES` values,
    and for what JSON does not know (NaN) or RFC 8785 can't write (half a surrogate pair, fractions).
    """
    if len(text) > MOST_BYTES:
        raise Unreadable("it is too large")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unreadable("it is not UTF-8") from None
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_constant=_refused, parse_float=_refused, parse_int=_whole
        )
    except (ValueError, RecursionError) as fault:
        raise Unreadable("it is not JSON") from fault
    if not isinstance(found, dict):
        raise Unreadable("it is not an object")
    check(found)
    return found


def check(document: dict[str, Any]) -> None:
    """Holds a document in memory to the same limits. Raises Unreadable."""
    left = MOST_VALUES
    waiting: list[tuple[Any, int]] = [(document, 1)]
    while waiting:
        value, depth = waiting.pop()
        left -= 1
        if left < 0 or depth > MOST_DEPTH:
            raise Unreadable("it holds too many values, or too deep")
        if isinstance(value, dict):
            for key in value:
                _text(key)
            waiting += [(part, depth + 1) for part in value.values()]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
        elif isinstance(value, str):
            _text(value)
        elif value is not None and not isinstance(value, bool | int):
            raise Unreadable("it holds a value that has no one way of writing")


def composed(value: Any) -> Any:
    """The same with every text, keys included, in Unicode's form NFC, and spaces for control characters but ends of lines.

    Of those, canonical forms of statements are not written alike by all software: what one signs, another calls altered.
    """
    if isinstance(value, str):
        return _CONTROLS.sub(" ", unicodedata.normalize("NFC", value))
    if isinstance(value, list):
        return [composed(part) for part in value]
    if isinstance(value, dict):
        return {composed(key): composed(part) for key, part in value.items()}
    return value


def _text(value: Any) -> None:
    if not isinstance(value, str):
        raise Unreadable("a key is no text")
    if not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Unreadable("it holds half a surrogate pair")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unreadable("a key stands twice in one object")
    return found


def _whole(digits: str) -> int:
    # Beyond it, programs that keep numbers as doubles read another one (RFC 8785, section 3.2.2.3).
    number = int(digits[:20])
    if abs(number) > 2**53 - 1:
        raise Unreadable("a number is too large")
    return number


def _refused(said: str) -> NoReturn:
    raise Unreadable(f"it holds {said[:20]}, which has no one way of writing")
