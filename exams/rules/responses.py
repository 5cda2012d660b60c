"""From response events to the responses that count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lms.kit import digests


class Response(Protocol):
    """What the rule needs of a response event."""

    @property
    def epoch(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def position(self) -> int: ...
    @property
    def value(self) -> Any: ...


@dataclass(frozen=True)
class Counts:
    answered: int
    unanswered: int

    @property
    def total(self) -> int:
        return self.answered + self.unanswered


def latest[R: Response](events: Iterable[R]) -> dict[int, R]:
    """For each position the event with the highest (epoch, seq): the order of arrival does not matter."""
    standing: dict[int, R] = {}
    for event in events:
        rival = standing.get(event.position)
        if rival is None or (event.epoch, event.seq) > (rival.epoch, rival.seq):
            standing[event.position] = event
    return standing


def current(events: Iterable[Response]) -> dict[int, Any]:
    """The value that counts at each answered position. A clearing is a change like any other, and leaves none."""
    return {
        position: event.value for position, event in sorted(latest(events).items()) if event.value is not None
    }


def counts(values: Mapping[int, Any], *, length: int) -> Counts:
    return Counts(answered=len(values), unanswered=length - len(values))


def receipt_digest(values: Mapping[int, Any], *, sitting: str, form_digest: str) -> str:
    """The digest on a receipt: it binds the responses that count to the sitting and to the form."""
    answers = [[position, values[position]] for position in sorted(values)]
    return digests.digest({"sitting": sitting, "form": form_digest, "responses": answers})
