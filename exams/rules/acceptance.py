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
    HELD = "held"  # not stored: the sitting is paused, and it is to be sent again when it goes on
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
    stamped_at: datetime | None = None  # when the page says that it was made


class Reception(StrEnum):
    """What happens to an event that fits the form, before it is known whether it came before."""

    OPEN = "open"  # it is stored
    HELD = "held"  # it is to come again
    LATE = "late"  # it is evidence


def reception(
    *,
    state: str,
    deadline_at: datetime | None,
    paused_at: datetime | None,
    at: datetime,
    stamped_at: datetime | None,
) -> Reception:
    """How a sitting takes an event that arrives at `at`.

    While it runs, all that arrives by the deadline is taken, whatever its stamp says. For 10 seconds
    longer that which is stamped before it is taken too: it was on its way. A stamp is a claim, so it
    counts for nothing beyond that. A paused sitting takes what was on its way in the same manner, and
    lets the rest wait.
    """
    if state == "running" and deadline_at is not None:
        taken = _on_its_way(deadline_at, at, stamped_at)
        return Reception.OPEN if taken else Reception.LATE
    if state == "paused" and paused_at is not None:
        return Reception.OPEN if _on_its_way(paused_at, at, stamped_at) else Reception.HELD
    return Reception.LATE


def _on_its_way(end: datetime, at: datetime, stamped_at: datetime | None) -> bool:
    if not deadline.is_over(deadline_at=end, at=at):
        return True
    return (
        stamped_at is not None
        and not deadline.is_over(deadline_at=end, at=stamped_at)
        and not deadline.is_closing(deadline_at=end, at=at)
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


def verdict(*, received: Reception, stored_before: bool, outranked: bool) -> Verdict:
    """The verdict on an event that fits the form.

    `stored_before`: an earlier batch stored it as a response; `outranked`: a response of a newer epoch
    stands at its position.
    """
    if stored_before:
        return Verdict.DUPLICATE
    if received != Reception.OPEN:
        return Verdict.HELD if received == Reception.HELD else Verdict.LATE
    return Verdict.SUPERSEDED if outranked else Verdict.ACCEPTED
