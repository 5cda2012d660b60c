"""How a credential stands at a moment: a pure function of its editions, its events and the time.

docs/algorithms/standing.md tells it with dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from certificates.rules import validity


class Standing(StrEnum):
    NOT_GRANTED = "not_granted"  # asked about a day before the first edition began
    VALID = "valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Mark(StrEnum):
    DUE = "due"
    IN_GRACE = "in_grace"


class Happening(StrEnum):
    """Kinds of event in the register. Only some change the standing; all are told."""

    GRANTED = "granted"
    DOCUMENT_ISSUED = "document_issued"
    SHARE_KEY_RENEWED = "share_key_renewed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@dataclass(frozen=True)
class EditionDates:
    """One grant or renewal: valid from the start of `begins_on` to the end of `expires_on`, in UTC."""

    begins_on: date
    expires_on: date


@dataclass(frozen=True)
class Event:
    kind: Happening
    effective_at: datetime
    order: int
    """The order of recording: it decides only between events that took effect at the same moment."""


@dataclass(frozen=True)
class Facts:
    editions: tuple[EditionDates, ...]
    grace_days: int


@dataclass(frozen=True)
class Answer:
    standing: Standing
    marks: frozenset[Mark]
    edition: int | None
    """Which of the editions answers for the day asked: its place in `Facts.editions`."""
    since: datetime | None
    """Since when it stands so; None before it was granted."""

    @property
    def in_force(self) -> bool:
        return self.standing is Standing.VALID


def standing(facts: Facts, events: Sequence[Event], at: datetime) -> Answer:
    """Withdrawn over superseded over suspended over expired over valid.

    `at` is a moment in UTC; an event counts from its `effective_at` on, whenever it was recorded.
    """
    place = _edition_on(facts.editions, at.astimezone(UTC).date())
    if place is None:
        return Answer(Standing.NOT_GRANTED, frozenset(), None, None)
    so_far = sorted((e for e in events if e.effective_at <= at), key=lambda e: (e.effective_at, e.order))
    for kind, answer in (
        (Happening.WITHDRAWN, Standing.WITHDRAWN),
        (Happening.SUPERSEDED, Standing.SUPERSEDED),
    ):
        first = next((e for e in so_far if e.kind is kind), None)
        if first:
            return Answer(answer, frozenset(), place, first.effective_at)
    pauses = [e for e in so_far if e.kind in (Happening.SUSPENDED, Happening.REINSTATED)]
    if pauses and pauses[-1].kind is Happening.SUSPENDED:
        return Answer(Standing.SUSPENDED, frozenset(), place, pauses[-1].effective_at)
    return _by_dates(facts, place, at, pauses[-1].effective_at if pauses else None)


def _by_dates(facts: Facts, place: int, at: datetime, reinstated_at: datetime | None) -> Answer:
    edition = facts.editions[place]
    on = at.astimezone(UTC).date()
    ended_at = _start_of(edition.expires_on + timedelta(days=1))
    if at >= ended_at:
        grace = on <= edition.expires_on + timedelta(days=facts.grace_days)
        return Answer(Standing.EXPIRED, frozenset({Mark.IN_GRACE} if grace else ()), place, ended_at)
    renewed = any(later.begins_on > edition.begins_on for later in facts.editions)
    due = on >= validity.due_from(edition.expires_on) and not renewed
    began_at = _start_of(edition.begins_on)
    since = max(began_at, reinstated_at) if reinstated_at else began_at
    return Answer(Standing.VALID, frozenset({Mark.DUE} if due else ()), place, since)


def _edition_on(editions: Sequence[EditionDates], on: date) -> int | None:
    begun = [(edition.begins_on, place) for place, edition in enumerate(editions) if edition.begins_on <= on]
    return max(begun)[1] if begun else None


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
