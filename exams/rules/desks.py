"""A candidate's own marks in a sitting: flags, struck options, notes. They are kept and never judged."""

from collections.abc import Mapping
from typing import Any

from lms.kit import texts

LONGEST_NOTE = 2000


class NotADesk(ValueError):
    """What was sent is no set of marks; the message says why."""


def clean(said: Any, *, positions: frozenset[int]) -> dict[str, dict[str, Any]]:
    """The marks as they are kept: `flags` (true), `strikes` (letters of option ids), `notes` (text), each by
    position as text. Empty marks are left out. Raises NotADesk."""
    if not isinstance(said, dict) or not set(said) <= {"flags", "strikes", "notes"}:
        raise NotADesk("Marks are an object with flags, strikes and notes.")
    return {
        "flags": _by_position(said.get("flags", {}), positions, bool, 1),
        "strikes": _by_position(said.get("strikes", {}), positions, str, 10),
        "notes": _by_position(said.get("notes", {}), positions, str, LONGEST_NOTE),
    }


def _by_position(said: Any, positions: frozenset[int], kind: type, longest: int) -> dict[str, Any]:
    if not isinstance(said, Mapping):
        raise NotADesk("Flags, strikes and notes are objects by position.")
    found = {}
    for key, mark in said.items():
        if not (key.isascii() and key.isdigit() and len(key) < 5 and int(key) in positions):
            raise NotADesk(f"There is no item at position {key[:20]} of this form.")
        if not isinstance(mark, kind) or (isinstance(mark, str) and len(mark) > longest):
            raise NotADesk(f"The mark at position {key} is of the wrong kind, or too long.")
        if texts.unfit(mark):
            raise NotADesk(f"The mark at position {key} has half a character, or one that no text can have.")
        if mark:
            found[key] = mark
    return found
