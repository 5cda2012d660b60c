"""From the responses of a form's sittings to the matrix that the statistics take."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from exams import itemtypes
from exams.rules import responses
from exams.rules.acceptance import Event
from exams.rules.runs import Given
from exams.rules.scoring import Placed
from exams.rules.statistics import reading
from exams.rules.statistics.reading import Responses

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
    )


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
