"""What the log says of an event of the register: a salted digest, and the record that it is made of.

docs/algorithms/log.md. What may be shown to whoever holds the certificate stands in the record by itself; everything
else that the row says is bound by a second salted digest, so that a change of it shows and nothing of it can be guessed.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lms.kit import digests

VERSION = 1


@dataclass(frozen=True)
class Happened:
    """An event as the register has it: `shown` and `kept` are plain data with text keys."""

    shown: dict[str, Any]
    kept: dict[str, Any]


def record(happened: Happened, kept_salt: bytes) -> dict[str, Any]:
    """What is digested: the shown facts, and the digest of the others with their own salt."""
    rest = digests.digest(happened.kept | {"salt": kept_salt.hex()})
    return happened.shown | {"log": VERSION, "kept": rest}


def entry(told: dict[str, Any], salt: bytes) -> bytes:
    """The 32 bytes that stand in the log: SHA-256 over the salt and the record's canonical JSON."""
    return hashlib.sha256(salt + digests.canonical(told)).digest()


def carried(told: dict[str, Any], salt: bytes) -> bytes:
    """What a proof carries beside the path, so that the entry can be worked out again."""
    return digests.canonical({"record": told, "salt": salt.hex()})


def uncarried(data: bytes) -> tuple[dict[str, Any], bytes] | None:
    """The record and the salt out of a proof; None where it is anything else."""
    try:
        told = json.loads(data)
        return dict(told["record"]), bytes.fromhex(told["salt"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def moment(at: datetime) -> str:
    """A time as the record has it: UTC to the microsecond, the same text on every database."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
