"""The chain of hashes over the response events of a sitting.

Each link is SHA-256 over the link before it and the event in canonical JSON; the first stands on a root that binds
sitting and form. Whoever changes, removes or inserts an event would have to change every later link, and the last one
stands on the candidate's receipt.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lms.kit import digests

VERSION = 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Link:
    """One event as it stands in the chain; `number` counts from 1 in the order of arrival."""

    number: int
    epoch: int
    seq: int
    position: int
    value: Any
    at: datetime
    stamped_at: datetime | None
    digest: bytes


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold, and what is wrong there."""

    number: int
    says: str


def root(*, sitting: str, form_digest: str) -> bytes:
    """What the first event of a sitting is chained to: 32 bytes."""
    return hashlib.sha256(
        digests.canonical({"chain": VERSION, "sitting": sitting, "form": form_digest})
    ).digest()


def link(
    before: bytes,
    *,
    number: int,
    epoch: int,
    seq: int,
    position: int,
    value: Any,
    at: datetime,
    stamped_at: datetime | None,
) -> bytes:
    """The digest of an event chained to `before`; both are 32 bytes. Times count to the microsecond, in UTC."""
    said = [
        number,
        epoch,
        seq,
        position,
        value,
        _micro(at),
        None if stamped_at is None else _micro(stamped_at),
    ]
    return hashlib.sha256(before + digests.canonical(said)).digest()


def first_break(
    links: Sequence[Link], *, sitting: str, form_digest: str, head: str = "", length: int | None = None
) -> Break | None:
    """The first place at which the chain does not hold, or None when it does.

    `links` come in the order of their numbers. For a sitting that has ended, `head` (64 hexadecimal
    digits) and `length` are those of its receipt: they show what was cut off at the end.
    """
    before = root(sitting=sitting, form_digest=form_digest)
    for expected, one in enumerate(links, 1):
        if one.number != expected:
            return Break(expected, f"event {expected} is missing; event {one.number} follows")
        if not _follows(before, one):
            return Break(one.number, f"event {one.number} was changed, or its digest was")
        before = one.digest
    if length is not None and length != len(links):
        return Break(len(links) + 1, f"{length} events were counted at the end and {len(links)} are there")
    if head and before.hex() != head:
        return Break(len(links), "the last event is not the one on the receipt")
    return None


def _follows(before: bytes, one: Link) -> bool:
    try:
        worked_out = link(
            before, number=one.number, epoch=one.epoch, seq=one.seq, position=one.position, value=one.value,
            at=one.at, stamped_at=one.stamped_at,
        )  # fmt: skip
    except TypeError:  # a value that has no canonical form never came through this house
        return False
    return worked_out == one.digest


def head_of(links: Iterable[Link], *, sitting: str, form_digest: str) -> bytes:
    """The digest of the last event, or the root where there is none."""
    head = root(sitting=sitting, form_digest=form_digest)
    for one in links:
        head = one.digest
    return head


def _micro(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND
