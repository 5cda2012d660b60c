"""The form of an archive of sittings' events: one gzip member for each sitting, one after the other.

Each member is a line of JSON, so that `zcat` shows the whole and a reader who knows where one begins need read no more than
that. The digests of events are left out: they follow from the events by the chain's rule (rules/chain.py), and the last of
them is the head on the receipt, which shows whether anything was changed.
"""

import gzip
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from exams.rules import chain
from exams.rules.chain import EPOCH, MICROSECOND, Link

FORMAT = "auditorium-events/1"


class Unreadable(Exception):
    """The bytes are not what an archive holds of this sitting."""


@dataclass(frozen=True)
class LateEvent:
    """An event that came too late: no part of the chain."""

    epoch: int
    seq: int
    position: int
    value: Any
    at: datetime
    stamped_at: datetime | None


@dataclass(frozen=True)
class Kept:
    """What was said in one sitting, in the order in which it arrived."""

    sitting: str
    form_digest: str
    links: tuple[Link, ...]
    late: tuple[LateEvent, ...]


def member(kept: Kept) -> bytes:
    """A sitting as it stands in an archive: the same bytes for the same events."""
    said = {
        "format": FORMAT,
        "sitting": kept.sitting,
        "form": kept.form_digest,
        "events": [
            [one.epoch, one.seq, one.position, one.value, _micro(one.at), _micro(one.stamped_at)]
            for one in kept.links
        ],
        "late": [
            [one.epoch, one.seq, one.position, one.value, _micro(one.at), _micro(one.stamped_at)]
            for one in kept.late
        ],
    }
    # Not in the canonical form of digests, which brings texts into another normal form: what was said stays as it was.
    line = json.dumps(said, separators=(",", ":"), ensure_ascii=True) + "\n"
    return gzip.compress(line.encode(), mtime=0)


def read(data: bytes, *, sitting: str, form_digest: str) -> Kept:
    """A member read back, its digests worked out by the chain's rule. Raises Unreadable where it is of another sitting or
    form, or damaged."""
    try:
        said = json.loads(gzip.decompress(data))
        if (said["format"], said["sitting"], said["form"]) != (FORMAT, sitting, form_digest):
            raise Unreadable(f"it is not of sitting {sitting}")
        links = tuple(_chained(said["events"], sitting, form_digest))
        late = tuple(
            LateEvent(epoch, seq, position, value, _time(at), _time_or_none(stamp))
            for epoch, seq, position, value, at, stamp in said["late"]
        )
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, IndexError) as fault:
        raise Unreadable(f"it can't be read: {fault}") from None
    return Kept(sitting, form_digest, links, late)


def _chained(rows: Iterable[list[Any]], sitting: str, form_digest: str) -> Iterable[Link]:
    before = chain.root(sitting=sitting, form_digest=form_digest)
    for number, (epoch, seq, position, value, at, stamped_at) in enumerate(rows, 1):
        moment, stamp = _time(at), _time_or_none(stamped_at)
        before = chain.link(
            before, number=number, epoch=epoch, seq=seq, position=position, value=value, at=moment, stamped_at=stamp
        )  # fmt: skip
        yield Link(number, epoch, seq, position, value, moment, stamp, before)


def _micro(at: datetime | None) -> int | None:
    return None if at is None else (at - EPOCH) // MICROSECOND


def _time(micro: int) -> datetime:
    return EPOCH + micro * MICROSECOND


def _time_or_none(micro: int | None) -> datetime | None:
    return None if micro is None else _time(micro)
