"""A sealed file of answers: what a candidate's page makes when nothing can reach the server.

The format is described in docs/api-sittings.md. The seal shows that the file was made by a page of this
sitting and not edited since; the times in it remain a claim of that page.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from exams.rules import acceptance
from exams.rules.acceptance import Event
from lms.kit import digests

FORMAT = "answers/1"
MOST_BYTES = 512 * 1024
MOST_EVENTS = 5_000
MEMBERS = {"auditorium", "sitting", "form", "made_at", "head", "events", "seal"}
EVENT = {"epoch", "seq", "position", "value", "time"}


class Fault(StrEnum):
    TOO_LARGE = "too-large"
    NOT_JSON = "not-json"
    NOT_AN_ANSWER_FILE = "not-an-answer-file"
    WRONG_SITTING = "wrong-sitting"
    WRONG_FORM = "wrong-form"
    SEAL_BROKEN = "seal-broken"


class BadFile(Exception):
    """The file can't be taken. Carries `fault`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Answers:
    """A file whose seal holds: its content, the digest of all of it, and its events in their order."""

    content: Mapping[str, Any]
    digest: str
    events: tuple[Event, ...]


def read(said: bytes, *, sitting: str, form_digest: str, key: bytes) -> Answers:
    """The answers in a file, whose seal is checked with the 32 bytes of `key`. Raises BadFile."""
    if len(said) > MOST_BYTES:
        raise BadFile(Fault.TOO_LARGE)
    try:
        content = json.loads(said)
    except (ValueError, RecursionError):
        raise BadFile(Fault.NOT_JSON) from None
    return check(content, sitting=sitting, form_digest=form_digest, key=key)


def check(content: Any, *, sitting: str, form_digest: str, key: bytes) -> Answers:
    """Like `read`, of a file that is parsed already."""
    found = events(content)
    if content["sitting"] != sitting:
        raise BadFile(Fault.WRONG_SITTING)
    if content["form"] != form_digest:
        raise BadFile(Fault.WRONG_FORM)
    try:
        expected = seal(content, key=key)
        digest = digests.digest(content)
    except (TypeError, ValueError, RecursionError):
        # No page of ours writes what has no canonical form, such as 0.5 or half a character.
        raise BadFile(Fault.NOT_AN_ANSWER_FILE) from None
    # Compared in constant time: the time of a refusal must not tell how much of a guess was right.
    if not hmac.compare_digest(expected.encode(), content["seal"].encode(errors="replace")):
        raise BadFile(Fault.SEAL_BROKEN)
    return Answers(content, digest, found)


def seal(content: Mapping[str, Any], *, key: bytes) -> str:
    """The seal over everything in a file but its seal: HMAC-SHA256 in base64url without padding."""
    said = digests.canonical({name: value for name, value in content.items() if name != "seal"})
    return urlsafe_b64encode(hmac.new(key, said, hashlib.sha256).digest()).rstrip(b"=").decode()


def key_of(said: str) -> bytes:
    """The bytes of a key that was handed out in base64url; raises ValueError."""
    try:
        return urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except NotBase64:
        raise ValueError("no base64url") from None


def admissible(
    events: Iterable[Event],
    *,
    stored: Collection[tuple[int, int]],
    shapes: Mapping[str, tuple[str, Any]],
    started_at: datetime,
    ended_at: datetime,
    last_epoch: int,
) -> tuple[Event, ...]:
    """The events that two persons may admit: stamped while the sitting ran, of an epoch that was given out,
    fit for the form, and not stored already as (epoch, seq). Of a number that comes twice the first is taken."""
    known, found = set(stored), []
    for event in events:
        number = (event.epoch, event.seq)
        in_time = event.stamped_at is not None and started_at <= event.stamped_at <= ended_at
        if not in_time or number in known or event.epoch > last_epoch:
            continue
        if acceptance.refusal(event=event, shapes=shapes, earlier=set()) is None:
            known.add(number)
            found.append(event)
    return tuple(found)


def events(content: Any) -> tuple[Event, ...]:
    """The events of a content that has the shape of a file; raises BadFile."""
    if not isinstance(content, dict) or set(content) != MEMBERS or content["auditorium"] != FORMAT:
        raise BadFile(Fault.NOT_AN_ANSWER_FILE)
    texts = (content[name] for name in ("sitting", "form", "made_at", "head", "seal"))
    listed = content["events"]
    if not all(isinstance(text, str) for text in texts) or not isinstance(listed, list):
        raise BadFile(Fault.NOT_AN_ANSWER_FILE)
    if len(listed) > MOST_EVENTS:
        raise BadFile(Fault.TOO_LARGE)
    if _time(content["made_at"]) is None:
        raise BadFile(Fault.NOT_AN_ANSWER_FILE)
    return tuple(_event(one) for one in listed)


def _event(said: Any) -> Event:
    if not isinstance(said, dict) or set(said) != EVENT:
        raise BadFile(Fault.NOT_AN_ANSWER_FILE)
    epoch, seq, position = said["epoch"], said["seq"], said["position"]
    if not all(type(n) is int and 1 <= n <= acceptance.MOST_SEQ for n in (epoch, seq, position)):
        raise BadFile(Fault.NOT_AN_ANSWER_FILE)
    stamped_at = _time(said["time"])
    if stamped_at is None:
        raise BadFile(Fault.NOT_AN_ANSWER_FILE)
    return Event(epoch, seq, position, said["value"], stamped_at)


def _time(said: Any) -> datetime | None:
    try:
        read = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return None
    return read if read.tzinfo else None
