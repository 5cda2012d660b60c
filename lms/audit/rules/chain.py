"""The chain of seals over the trail, as docs/algorithms/trail.md has it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

START = "0" * 64
NEVER_OPEN_SO_LONG = timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """An entry as it is digested; `organisation` as text."""

    id: int
    verb: str
    subject: str
    actor: int | None
    organisation: str | None
    at: datetime
    facts: Mapping[str, Any]
    behind: int | None = None
    origin: str | None = None


@dataclass(frozen=True)
class Sealed:
    """A seal, with the entry that it is of; None where that is not there."""

    place: int
    entry_id: int
    digest: str
    chain: str
    row: Row | None


@dataclass(frozen=True)
class Finding:
    """`kind` is changed, missing, broken or late; `says` is a sentence that names the entry or the place."""

    kind: str
    says: str


def digest(row: Row) -> str:
    """SHA-256 of an entry, as 64 hexadecimal digits."""
    told = {
        "id": row.id,
        "verb": row.verb,
        "subject": row.subject,
        "actor": row.actor,
        "organisation": row.organisation,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "facts": dict(row.facts),
    }
    # Named only where they are there: entries of before they were written down keep their digests.
    told |= {
        name: value for name, value in (("behind", row.behind), ("origin", row.origin)) if value is not None
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def link(before: str, digest: str, place: int) -> str:
    """The value of the chain at a place, from the one before it."""
    return hashlib.sha256(f"{before}{digest}{place}".encode()).hexdigest()


def findings(seals: Iterable[Sealed], *, heads: Mapping[int, str]) -> Iterator[Finding]:
    """What is not as it was sealed, reading the seals in order of place from the first on. `heads` are values of
    the chain by place that somebody noted."""
    place, chain, newest = 0, START, None
    for seal in seals:
        if seal.place != place + 1:
            yield Finding("broken", f"Of the seals after place {place}, the next one is {seal.place}.")
        elif seal.chain != link(chain, seal.digest, seal.place):
            yield Finding("broken", f"The seal at place {seal.place} does not follow from the one before it.")
        if heads.get(seal.place, seal.chain) != seal.chain:
            yield Finding("broken", f"At place {seal.place} the chain has not the value that was noted.")
        yield from _of_row(seal, newest)
        if seal.row is not None and (newest is None or seal.row.id > newest.id):
            newest = seal.row
        place, chain = seal.place, seal.chain
    for noted in sorted(heads):
        if noted > place:
            yield Finding("broken", f"The chain ends at place {place}, and one at place {noted} was noted.")


def _of_row(seal: Sealed, newest: Row | None) -> Iterator[Finding]:
    if seal.row is None:
        yield Finding("missing", f"Entry {seal.entry_id}, sealed at place {seal.place}, is not there.")
        return
    if digest(seal.row) != seal.digest:
        yield Finding("changed", f"Entry {seal.entry_id} ({seal.row.verb}) is not as it was sealed.")
    if newest and seal.row.id < newest.id and newest.at - seal.row.at > NEVER_OPEN_SO_LONG:
        yield Finding(
            "late", f"Entry {seal.entry_id} ({seal.row.verb}) was written in after entry {newest.id}."
        )
