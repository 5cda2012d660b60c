"""Whether the register is what its log says it was: everything worked out anew and compared (docs/algorithms/log.md)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Subquery

from certificates.models import (
    Badge,
    Checkpoint,
    CheckpointStamp,
    Credential,
    CredentialEvent,
    Edition,
    Leaf,
    LeafSalt,
    Tile,
    guards,
)
from certificates.queries import log
from certificates.rules import badges as rule
from certificates.rules import merkle, notes, records
from certificates.rules.standing import Happening
from certificates.states import CredentialState
from lms.db import append_only
from lms.kit import digests
from lms.web import sealing, timestamping

# How long before a checkpoint an event may have been recorded that is not in it: longer than any transaction waits.
TOLERANCE: Final = timedelta(minutes=10)
AT_ONCE: Final = 1_000
_AFTER: Final = {
    Happening.SUSPENDED.value: CredentialState.SUSPENDED,
    Happening.REINSTATED.value: CredentialState.GRANTED,
    Happening.WITHDRAWN.value: CredentialState.WITHDRAWN,
}


class Flaw(StrEnum):
    GUARD_MISSING = "guard_missing"
    CHANGED = "changed"
    REMOVED = "removed"
    BACKDATED = "backdated"
    NOT_ENTERED = "not_entered"
    SALT_GONE = "salt_gone"
    ENTRY_GONE = "entry_gone"
    TILE = "tile"
    ROOT = "root"
    SIGNATURE = "signature"
    CUT_OFF = "cut_off"
    DIGEST = "digest"
    NAME_GONE = "name_gone"
    NO_EVENT = "no_event"
    STATE = "state"
    BADGE = "badge"
    INDEX = "index"
    WITNESS = "witness"
    STAMP = "stamp"


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was; `facts` name it, for the words at the edge."""

    flaw: Flaw
    facts: dict[str, Any]


@dataclass
class Audit:
    """What was looked at; `faults` must be gone through to the end for the numbers to be whole."""

    at: datetime
    events: int = 0
    erased: int = 0
    checkpoints: int = 0
    editions: int = 0
    _whole: bool = field(default=True, repr=False)

    def faults(self) -> Iterator[Fault]:
        """Every fault of register and log, one after the other. Reads all of both."""
        for name in [*append_only.missing(), *sorted(guards.missing(connection))]:
            yield Fault(Flaw.GUARD_MISSING, {"guard": name})
        yield from self._entries()
        yield from _stamps()
        yield from self._left_out()
        yield from self._editions()
        yield from _states()
        yield from _badges()

    def witnessed(self, kept: notes.Checkpoint) -> Iterator[Fault]:
        """Whether this log begins with what a witness has kept of it."""
        size = Leaf.objects.count()
        if kept.size > size:
            yield Fault(Flaw.CUT_OFF, {"size": kept.size, "entries": size})
        elif kept.size and log.root(kept.size) != kept.root:
            yield Fault(Flaw.WITNESS, {"size": kept.size})

    def _entries(self) -> Iterator[Fault]:
        edge, ahead = merkle.Edge(), Checkpoint.objects.order_by("size", "pk").iterator(chunk_size=AT_ONCE)
        due, last = next(ahead, None), None
        keys, erased_by = log.public_keys(), _erasures()
        for leaf, event, salts in _leaves():
            if leaf.index != edge.size and self._whole:
                self._whole = False  # from here on no root can fit, which is said once
                yield Fault(Flaw.ENTRY_GONE, {"index": edge.size})
            yield from self._entry(leaf, event, salts, erased_by)
            if event and last and event.recorded_at < last.made_at - TOLERANCE:
                yield Fault(Flaw.BACKDATED, _named(event) | {"before": last.made_at})
            for level, number, hashes in edge.append([merkle.leaf(bytes(leaf.entry))]):
                yield from self._tile(level, number, hashes)
            while due and due.size <= edge.size:
                yield from self._checkpoint(due, edge, keys)
                last, due = due, next(ahead, None)
        if due:
            yield Fault(Flaw.CUT_OFF, {"size": due.size, "entries": edge.size})

    def _entry(
        self, leaf: Leaf, event: CredentialEvent | None, salts: LeafSalt | None, erased_by: dict[int, int]
    ) -> Iterator[Fault]:
        self.events += 1
        if event is None:
            facts = {"event": leaf.event_id, "index": leaf.index, "logged_at": leaf.logged_at}
            yield Fault(Flaw.REMOVED, facts)
        elif salts is None:
            self.erased += 1
            if event.pk >= erased_by.get(event.credential_id, 0):
                yield Fault(Flaw.SALT_GONE, _named(event))
        else:
            told = records.record(log.happened(event), bytes(salts.kept_salt))
            if records.entry(told, bytes(salts.salt)) != bytes(leaf.entry):
                yield Fault(Flaw.CHANGED, _named(event) | {"logged_at": leaf.logged_at})

    def _tile(self, level: int, number: int, hashes: list[bytes]) -> Iterator[Fault]:
        row = Tile.objects.filter(level=level, number=number).first()
        if self._whole and (row is None or row.parts != hashes or bytes(row.root) != merkle.root(hashes)):
            yield Fault(Flaw.TILE, {"level": level, "number": number})

    def _checkpoint(self, row: Checkpoint, edge: merkle.Edge, keys: list[Any]) -> Iterator[Fault]:
        self.checkpoints += 1
        facts = {"size": row.size, "made_at": row.made_at}
        if self._whole and (row.size != edge.size or edge.root() != bytes(row.root)):
            yield Fault(Flaw.ROOT, facts)
        try:
            signed = notes.checkpoint(row.note, keys)
        except notes.NotGenuine:
            signed = None
        if signed is None or (signed.size, signed.root) != (row.size, bytes(row.root)):
            yield Fault(Flaw.SIGNATURE, facts)

    def _left_out(self) -> Iterator[Fault]:
        """Events without an entry: younger than the last checkpoint they may wait a little, older ones were put in later."""
        head = log.current()
        for event in log.unlogged(everything=True).iterator(chunk_size=AT_ONCE):
            if head and event.recorded_at < head.made_at - TOLERANCE:
                yield Fault(Flaw.BACKDATED, _named(event) | {"before": head.made_at})
            elif event.recorded_at < self.at - log.LATE:
                yield Fault(Flaw.NOT_ENTERED, _named(event))

    def _editions(self) -> Iterator[Fault]:
        issued = CredentialEvent.objects.filter(edition=OuterRef("pk"), kind__in=log.ISSUING)
        gone = CredentialEvent.objects.filter(
            credential=OuterRef("credential"),
            kind=Happening.PERSONAL_DATA_ERASED.value,
            recorded_at__gte=OuterRef("made_at"),
        )
        rows = Edition.objects.select_related("credential", "particulars")
        rows = rows.annotate(has_event=Exists(issued), was_erased=Exists(gone)).order_by("pk")
        for edition in rows.iterator(chunk_size=AT_ONCE):
            self.editions += 1
            facts = {"credential": edition.credential.number, "edition": edition.number}
            if not edition.has_event:
                yield Fault(Flaw.NO_EVENT, facts)
            if edition.holder_name and digests.digest(edition.claims) != edition.digest:
                yield Fault(Flaw.DIGEST, facts)
            if not edition.holder_name and not edition.was_erased:
                yield Fault(Flaw.NAME_GONE, facts)


def _leaves() -> Iterator[tuple[Leaf, CredentialEvent | None, LeafSalt | None]]:
    """Every entry in its order, with its event and its salts where there still are."""
    after = -1
    while leaves := list(Leaf.objects.filter(index__gt=after).order_by("index")[:AT_ONCE]):
        after = leaves[-1].index
        ids = [leaf.event_id for leaf in leaves]
        events = CredentialEvent.objects.select_related("credential", "edition").in_bulk(ids)
        salts = LeafSalt.objects.in_bulk([leaf.index for leaf in leaves])
        for leaf in leaves:
            yield leaf, events.get(leaf.event_id), salts.get(leaf.index)


def _stamps() -> Iterator[Fault]:
    """Time stamps that are about another checkpoint, or not by the authority; where none is configured, none is checked."""
    authority = timestamping.authority()
    for row in CheckpointStamp.objects.select_related("checkpoint").iterator() if authority else ():
        assert authority is not None  # narrowed for the types
        note = row.checkpoint.note.encode()
        try:
            at = sealing.time_stamped_at(bytes(row.token), note, authority=authority)
        except timestamping.NoTimeStamp:
            at = None
        if at != row.at:
            yield Fault(Flaw.STAMP, {"size": row.checkpoint.size, "at": row.at})


def _states() -> Iterator[Fault]:
    """Credentials whose state, which lists go by, is not what their last event says."""
    moves = CredentialEvent.objects.filter(credential=OuterRef("pk"), kind__in=_AFTER).order_by("-pk")
    rows = Credential.objects.annotate(moved=Subquery(moves.values("kind")[:1])).order_by("pk")
    said = rows.values_list("number", "state", "moved")
    for number, state, moved in said.iterator(chunk_size=AT_ONCE):
        expected = _AFTER[moved] if moved else CredentialState.GRANTED
        if state != expected:
            yield Fault(Flaw.STATE, {"credential": number, "state": state, "expected": expected.value})


def _badges() -> Iterator[Fault]:
    """Signed forms that are not the bytes that were issued, or that point at another place in the status lists than their
    edition has: then nobody would see that it was withdrawn."""
    rows = Badge.objects.exclude(body="").select_related("edition__credential", "edition__status_place")
    for badge in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
        edition = badge.edition
        facts = {"credential": edition.credential.number, "edition": edition.number, "profile": badge.profile}
        facts |= {"revision": badge.revision}
        if hashlib.sha256(badge.body.encode()).hexdigest() != badge.digest:
            yield Fault(Flaw.BADGE, facts)
            continue
        place = getattr(edition, "status_place", None)
        if place is None or rule.places(badge.body) != {(place.list_number, place.list_index)}:
            yield Fault(Flaw.INDEX, facts)


def _erasures() -> dict[int, int]:
    """Of each credential whose personal data was erased, the last event that says so."""
    rows = CredentialEvent.objects.filter(kind=Happening.PERSONAL_DATA_ERASED.value).order_by()
    return dict(rows.values("credential").annotate(last=Max("pk")).values_list("credential", "last"))


def _named(event: CredentialEvent) -> dict[str, Any]:
    return {
        "event": event.pk,
        "credential": event.credential.number,
        "kind": event.kind,
        "recorded_at": event.recorded_at,
    }
