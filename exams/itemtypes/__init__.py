"""Kinds of items. Each is one file that reads, presents and marks, in plain Python.

A response is always one text, or None where there is none: equal answers are equal texts, so that they can be
compared, counted, chained and kept in one way. docs/algorithms/scoring.md says how each kind writes it.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Protocol

from exams.itemtypes import (
    essay,
    gap,
    matching,
    matrix,
    multiple,
    numeric,
    ordering,
    single,
    text,
    true_false,
)
from exams.itemtypes.essay import NeedsMarker
from exams.itemtypes.parts import Field, Line, Said, Taken, Written, deducts, least
from lms.kit.content import Node

__all__ = [
    "Field",
    "ItemType",
    "Line",
    "NeedsMarker",
    "UnknownKind",
    "deducts",
    "kinds",
    "least",
    "marked_by_rule",
    "of",
]


class ItemType(Protocol):
    """What a kind of item can do. `content` and `key` are plain data, as they stand in a form."""

    KIND: str
    NAME: str
    NEEDS_MARKER: bool

    @property
    def RULES(self) -> tuple[str, ...]:
        """The names of the scoring rules that it knows, the usual one first."""

    @property
    def KEYS(self) -> tuple[str, ...]:
        """What a file of the library says of it, beside what every item has."""

    def written(self, node: Node) -> Written:
        """The item that a file of the library says, under KEYS and `stem` and `scoring`; faults go to the node."""

    def said(
        self, content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]
    ) -> dict[str, Any]:
        """What a file of the library says of an item without faults: the way back from `written`."""

    def faults(self, content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
        """What is wrong with an item as written, in words for its author; empty when it may be used."""

    def present(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """What a candidate may see: never the key, never a rationale."""

    def fields(self, content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
        """The controls of a plain form, with a response in them."""

    def lines(self, content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
        """The parts that need a rationale, each with what the key says of it. Only for an item without faults."""

    def key_fields(self, content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
        """The controls with which another key is given, with the present one in them; none where there is no key."""

    def keyed(self, content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
        """The members of a key that those controls say. Whether it can be one is asked of `faults`."""

    def shape(self, content: Mapping[str, Any]) -> Any:
        """The least that is needed to judge whether a value fits: it is read with every save."""

    def fits(self, shape: Any, value: Any) -> bool:
        """Whether `value` can be a response, whatever it is; None (a cleared answer) always can."""

    def posted(self, shape: Any, said: Said) -> str | None:
        """The response that a plain form says, None for none. Whether it fits is asked of `fits`."""

    def finished(self, value: str) -> bool:
        """Whether a response that fits leaves no part open."""

    def taken(self, key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
        """What a response that fits has at each part, and whether it is right there; nothing where people judge it."""

    def mark(self, key: Mapping[str, Any], value: Any) -> Fraction:
        """The points for a response that fits; 0 for None. Raises NeedsMarker where people mark."""

    def maximum(self, key: Mapping[str, Any]) -> Fraction:
        """The points for the best response."""


class UnknownKind(Exception):
    """No file in this folder knows this kind of item."""


_KINDS: dict[str, ItemType] = {
    single.KIND: single,
    true_false.KIND: true_false,
    multiple.KIND: multiple,
    matrix.KIND: matrix,
    matching.KIND: matching,
    ordering.KIND: ordering,
    numeric.KIND: numeric,
    text.KIND: text,
    gap.KIND: gap,
    essay.KIND: essay,
}


def of(kind: str) -> ItemType:
    """The item type named `kind`; raises UnknownKind."""
    try:
        return _KINDS[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def kinds() -> tuple[str, ...]:
    return tuple(_KINDS)


def marked_by_rule() -> tuple[str, ...]:
    """The kinds that need no marker."""
    return tuple(name for name, kind in _KINDS.items() if not kind.NEEDS_MARKER)
