"""What becomes of one response event that reaches the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from exams import itemtypes
from exams.rules import deadline

MOST_EVENTS = 50
MOST_SEQ = 2**31 - 1


class Verdict(StrEnum):
    ACCEPTED = "accepted"  # stored, and the current response of its position unless a later one is
    DUPLICATE = "duplicate"  # stored before; nothing changes
    SUPERSEDED = "superseded"  # stored as evidence; a newer tab or device has answered this position
    LATE = "late"  # kept as evidence; it does not count
    REFUSED = "refused"  # not stored: it is not a response to this form


class Refusal(StrEnum):
    UNKNOWN_POSITION = "unknown-position"
    WRONG_VALUE = "wrong-value"
    REPEATED_SEQ = "repeated-seq"


@dataclass(frozen=True)
class Event:
    """One change of one answer, numbered by the page on which it was made."""

    epoch: int
    seq: int
    position: int
    value: Any


def is_open(*, state: str, deadline_at: datetime | None, at: datetime) -> bool:
    """Whether a sitting takes answers: it runs, and its time is not up."""
    return (
        state == "running"
        and deadline_at is not None
        and not deadline.is_over(deadline_at=deadline_at, at=at)
    )


def refusal(*, event: Event, shapes: Mapping[str, tuple[str, Any]], earlier: set[int]) -> Refusal | None:
    """Why an event can't be a response to the form, or None.

    `shapes` gives kind and shape by position (as text, since it comes from JSON); `earlier` are the
    numbers already met in the same batch.
    """
    if event.seq in earlier:
        return Refusal.REPEATED_SEQ
    if str(event.position) not in shapes:
        return Refusal.UNKNOWN_POSITION
    kind, shape = shapes[str(event.position)]
    if not itemtypes.of(kind).fits(shape, event.value):
        return Refusal.WRONG_VALUE
    return None


def verdict(*, stored_now: bool, stored_before: bool, outranked: bool) -> Verdict:
    """The verdict on an event that fits the form.

    `stored_now`: this batch stored it as a response; `stored_before`: an earlier batch did;
    `outranked`: a response of a newer epoch stands at its position.
    """
    if stored_before:
        return Verdict.DUPLICATE
    if not stored_now:
        return Verdict.LATE
    return Verdict.SUPERSEDED if outranked else Verdict.ACCEPTED
