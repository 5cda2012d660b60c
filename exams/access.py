"""Who may do what in exams, and the token with which a page of a sitting may write."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

MARK = "auditorium:sitting:1"


class BadToken(Exception):
    """The token is missing, damaged, or belongs to another sitting."""


@dataclass(frozen=True)
class Holder:
    """Who writes in a sitting, and with which epoch the page was opened."""

    person_id: int
    epoch: int


def token(*, sitting_uuid: UUID, person_id: int, epoch: int) -> str:
    """A token bound to sitting, person and epoch. It opens this one sitting and no account."""
    return f"{person_id}.{epoch}.{_mac(sitting_uuid, person_id, epoch)}"


def holder(given: str, *, sitting_uuid: UUID) -> Holder:
    """Whom the token names; raises BadToken. Reads no session and no table."""
    parts = given.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts[:2]):
        raise BadToken
    person_id, epoch = int(parts[0]), int(parts[1])
    # Compared in constant time: the time of a refusal must not tell how much of a guess was right.
    if not hmac.compare_digest(_mac(sitting_uuid, person_id, epoch).encode(), parts[2].encode()):
        raise BadToken
    return Holder(person_id, epoch)


def _mac(sitting_uuid: UUID, person_id: int, epoch: int) -> str:
    said = f"{MARK}:{sitting_uuid}:{person_id}:{epoch}".encode()
    mac = hmac.new(settings.SECRETS.sitting_token.encode(), said, hashlib.sha256).digest()
    return urlsafe_b64encode(mac).rstrip(b"=").decode()
