"""How a credential stands at a moment: a pure function of its editions, its events and the time.

docs/algorithms/standing.md tells it with dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    DUE = "due"  # on a valid one: renewal is open
    IN_GRACE = "in_grace"  # on an expired one: renewal is still open
    ERASED = "erased"  # on any: the personal data was erased, the entry goes on answering


class Happening(StrEnum):
    """Kinds of event in the register. Only some change the standing; all are told."""

    GRANTED = "granted"
    DOCUMENT_ISSUED = "document_issued"
    SHARE_KEY_RENEWED = "share_key_renewed"
    MAINTENANCE_CONFIRMED = "maintenance_confirmed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    SCOPE_REDUCED = "scope_reduced"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    NAME_CORRECTED = "name_corrected"
    PERSONAL_DATA_ERASED = "personal_data_erased"


@dataclass(frozen=True)
class EditionDates:
    """One grant, renewal or correction: valid from the start of `begins_on` to the end of `expires_on`, in UTC.

    `corrects` is the place of the edition that a correction replaces, from `made_at` on. A grant or a
    renewal replaces nothing: it answers from its own first day on.
    """

    begins_on: date
    expires_on: date
    made_at: datetime | None = None
    corrects: int | None = None


@dataclass(frozen=True)
class Event:
    kind: Happening
    effective_at: datetime
    order: int
    """The order of recording: it decides only between events that took effect at the same moment."""
    edition: int | None = None
    """The place of the edition that it is about; None for what concerns the whole credential."""


@dataclass(frozen=True)
class Facts:
    """A credential: its editions, in any order in which a correction comes after what it corrects."""

    editions: tuple[EditionDates, ...]


@dataclass(frozen=True)
class Rules:
    """What the scheme says: for how many days after the last valid one renewal is still open."""

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


def standing(credential: Facts, events: Sequence[Event], rules: Rules, at: datetime) -> Answer:
    """Withdrawn over superseded over suspended over expired over valid.

    `at` is a moment in UTC; an event counts from its `effective_at` on, whenever it was recorded.
    """
    place = _answering(credential.editions, at)
    if place is None:
        return Answer(Standing.NOT_GRANTED, frozenset(), None, None)
    return edition_standing(credential, events, rules, at, place)


def edition_standing(
    credential: Facts, events: Sequence[Event], rules: Rules, at: datetime, place: int
) -> Answer:
    """How one edition stands by itself, as asked by whoever holds its document.

    Only a correction supersedes it; where a renewal has taken over, it has expired like any other.
    """
    edition = credential.editions[place]
    unmade = edition.corrects is not None and edition.made_at is not None and edition.made_at > at
    if unmade or at < _start_of(edition.begins_on):
        return Answer(Standing.NOT_GRANTED, frozenset(), place, None)
    so_far = sorted((e for e in events if e.effective_at <= at), key=lambda e: (e.effective_at, e.order))
    erased = frozenset({Mark.ERASED} if _is_erased(edition, so_far) else ())
    withdrawn = next((e for e in so_far if e.kind is Happening.WITHDRAWN), None)
    if withdrawn:
        return Answer(Standing.WITHDRAWN, erased, place, withdrawn.effective_at)
    superseded_at = _superseded_at(credential.editions, so_far, place, at)
    if superseded_at:
        return Answer(Standing.SUPERSEDED, erased, place, superseded_at)
    taken_over = _taken_over_at(credential.editions, edition, at)
    if taken_over:
        ended_at = min(taken_over, _start_of(edition.expires_on + timedelta(days=1)))
        return Answer(Standing.EXPIRED, erased, place, ended_at)
    pauses = [e for e in so_far if e.kind in (Happening.SUSPENDED, Happening.REINSTATED)]
    if pauses and pauses[-1].kind is Happening.SUSPENDED:
        return Answer(Standing.SUSPENDED, erased, place, pauses[-1].effective_at)
    said = _by_dates(credential, rules, place, at, pauses[-1].effective_at if pauses else None)
    return replace(said, marks=said.marks | erased)


def _by_dates(
    credential: Facts, rules: Rules, place: int, at: datetime, reinstated_at: datetime | None
) -> Answer:
    edition = credential.editions[place]
    on = at.astimezone(UTC).date()
    ended_at = _start_of(edition.expires_on + timedelta(days=1))
    if at >= ended_at:
        grace = on <= edition.expires_on + timedelta(days=rules.grace_days)
        return Answer(Standing.EXPIRED, frozenset({Mark.IN_GRACE} if grace else ()), place, ended_at)
    renewed = any(
        later.begins_on > edition.begins_on and (later.made_at is None or later.made_at <= at)
        for later in credential.editions
    )
    due = on >= validity.due_from(edition.expires_on) and not renewed
    began_at = _start_of(edition.begins_on)
    since = max(began_at, reinstated_at) if reinstated_at else began_at
    return Answer(Standing.VALID, frozenset({Mark.DUE} if due else ()), place, since)


def _answering(editions: Sequence[EditionDates], at: datetime) -> int | None:
    """The grant or renewal that began last, in its latest correction."""
    on = at.astimezone(UTC).date()
    begun = [
        (edition.begins_on, place)
        for place, edition in enumerate(editions)
        if edition.corrects is None and edition.begins_on <= on
    ]
    if not begun:
        return None
    place = max(begun)[1]
    while (correction := _correction_of(editions, place, at)) is not None:
        place = correction
    return place


def _correction_of(editions: Sequence[EditionDates], place: int, at: datetime) -> int | None:
    return next(
        (
            other
            for other, edition in enumerate(editions)
            if edition.corrects == place and edition.made_at is not None and edition.made_at <= at
        ),
        None,
    )


def _is_erased(edition: EditionDates, so_far: Sequence[Event]) -> bool:
    """Whether personal data was erased since it was made: one granted anew afterwards has a name again."""
    return any(
        e.kind is Happening.PERSONAL_DATA_ERASED
        and (edition.made_at is None or e.effective_at >= edition.made_at)
        for e in so_far
    )


def _superseded_at(
    editions: Sequence[EditionDates], so_far: Sequence[Event], place: int, at: datetime
) -> datetime | None:
    said = [e.effective_at for e in so_far if e.kind is Happening.SUPERSEDED and e.edition in (None, place)]
    correction = _correction_of(editions, place, at)
    if correction is not None:
        said.append(editions[correction].made_at or at)
    return min(said, default=None)


def _taken_over_at(editions: Sequence[EditionDates], edition: EditionDates, at: datetime) -> datetime | None:
    later = [
        _start_of(other.begins_on)
        for other in editions
        if other.corrects is None and other.begins_on > edition.begins_on
    ]
    return min((began for began in later if began <= at), default=None)


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
