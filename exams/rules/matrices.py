"""From the responses of a form's sittings to the matrix that the statistics take."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from exams import itemtypes
from exams.itemtypes.parts import Taken
from exams.rules import responses
from exams.rules.acceptance import Event
from exams.rules.runs import Given
from exams.rules.scoring import Placed
from exams.rules.statistics import reading
from exams.rules.statistics.reading import Part, Responses

TYPED = 12  # answers that were typed have a line of their own
ONE_CHOICE = frozenset({"single", "true-false"})  # kinds where a response is one option of several


@dataclass(frozen=True)
class Answered:
    """One sitting: `name` is what it is called on the page, `seconds` the time that was used, `given` what people gave
    for what only they can mark."""

    name: str
    events: tuple[Event, ...]
    admitted: tuple[Event, ...] = ()
    seconds: float | None = None
    given: tuple[Given, ...] = ()


def by_rule(placed: Sequence[Placed]) -> list[Placed]:
    """Those that are right or wrong by a rule: of what people mark nothing is said item by item."""
    return [item for item in placed if not itemtypes.of(item.kind).NEEDS_MARKER]


def matrix(placed: Sequence[Placed], keys: Mapping[str, Any], answered: Sequence[Answered]) -> Responses:
    """Right and wrong, and where a response is one letter, which one was chosen: one row for each of `answered`, one
    column for each of `placed`, named by its position. Right is what has all of its points."""
    values = [responses.current([*one.events, *one.admitted]) for one in answered]
    given = [[of.get(item.position) for item in placed] for of in values]
    choices = [item.kind in ONE_CHOICE for item in placed]
    letters = sorted({v for row in given for v, one in zip(row, choices, strict=True) if v and one})
    codes = ("", *letters)
    number = {code: place for place, code in enumerate(codes)}
    chosen = np.array(
        [
            [number.get(v or "", 0) if one else 0 for v, one in zip(row, choices, strict=True)]
            for row in given
        ],
        np.uint8,
    )
    right = np.array([[_is_right(i, keys, v) for i, v in zip(placed, row, strict=True)] for row in given], np.uint8)  # fmt: skip
    return Responses(
        tuple(str(item.position) for item in placed),
        right,
        right.sum(1, dtype=np.int64),
        chosen,
        codes,
        tuple(_right_codes(item, keys, {row[n] for row in given}, number) for n, item in enumerate(placed)),
        *reading.unanswered(np.array([[v is not None for v in row] for row in given], np.uint8)),
        parts=tuple(_parts(item, keys, [row[n] for row in given]) for n, item in enumerate(placed)),
    )


def _parts(item: Placed, keys: Mapping[str, Any], given: Sequence[Any]) -> tuple[Part, ...]:
    """What was chosen at each part of an item, by part, the most frequent first where it was typed."""
    if item.kind in ONE_CHOICE:
        return ()
    kind, key = itemtypes.of(item.kind), keys[str(item.position)]
    rows: dict[Taken, list[int]] = {}
    for row, value in enumerate(given):
        for one in kind.taken(key, value) if value is not None else ():
            rows.setdefault(one, []).append(row)
    found: list[Part] = []
    for part in sorted({one.part for one in rows}, key=lambda name: (len(name), name)):
        mine = {one: who for one, who in rows.items() if one.part == part}
        found += _typed(part, mine) if any(one.typed for one in mine) else _chosen(part, mine)
    return tuple(found)


def _chosen(part: str, rows: Mapping[Taken, Sequence[int]]) -> list[Part]:
    return [
        Part(part + one.choice, part, one.is_right, np.array(rows[one], np.int64))
        for one in sorted(rows, key=lambda one: one.choice)
    ]


def _typed(part: str, rows: Mapping[Taken, Sequence[int]]) -> list[Part]:
    """Each answer that was typed often has a line; the others are lumped, the right ones apart from the wrong."""
    order = sorted(rows, key=lambda one: (-len(rows[one]), one.choice))
    before = f"{part} " if part else ""
    found = [
        Part(f"{before}“{one.choice}”", part, one.is_right, np.array(rows[one], np.int64))
        for one in order[:TYPED]
    ]
    for right, words in ((True, "other right answers"), (False, "other wrong answers")):
        rest = [row for one in order[TYPED:] if one.is_right is right for row in rows[one]]
        if rest:
            found.append(Part(f"{before}{words}", part, right, np.array(sorted(rest), np.int64), lumped=True))
    return found


def _right_codes(
    item: Placed, keys: Mapping[str, Any], given: Collection[Any], number: Mapping[str, int]
) -> frozenset[int]:
    """The numbers of the responses that are right, among those that were given."""
    if item.kind not in ONE_CHOICE:
        return frozenset()
    return frozenset(number[value] for value in given if value and _is_right(item, keys, value))


def _is_right(item: Placed, keys: Mapping[str, Any], value: Any) -> bool:
    kind, key = itemtypes.of(item.kind), keys[str(item.position)]
    return value is not None and kind.mark(key, value) == kind.maximum(key)
