"""Kinds of items. Each is one file that reads, presents and marks, in plain Python."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Protocol

from exams.itemtypes import single

__all__ = ["ItemType", "UnknownKind", "kinds", "of"]


class ItemType(Protocol):
    """What a kind of item can do. `content` and `key` are plain data, as they stand in a form."""

    KIND: str

    def faults(self, content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
        """What is wrong with an item as written, in words for its author; empty when it may be used."""

    def present(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """What a candidate may see: never the key, never a rationale."""

    def shape(self, content: Mapping[str, Any]) -> Any:
        """The least that is needed to judge whether a value fits: it is read with every save."""

    def fits(self, shape: Any, value: Any) -> bool:
        """Whether `value` can be a response; None (a cleared answer) always can."""

    def mark(self, key: Mapping[str, Any], value: Any) -> Fraction:
        """The points for a response; 0 for None."""

    def maximum(self, key: Mapping[str, Any]) -> Fraction:
        """The points for the best response."""


class UnknownKind(Exception):
    """No file in this folder knows this kind of item."""


_KINDS: dict[str, ItemType] = {single.KIND: single}


def of(kind: str) -> ItemType:
    """The item type named `kind`; raises UnknownKind."""
    try:
        return _KINDS[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def kinds() -> tuple[str, ...]:
    return tuple(_KINDS)
