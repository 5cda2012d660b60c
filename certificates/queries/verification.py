"""What anyone may know about a number: how it stands, and as many facts as they can show reason for."""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final

from certificates.models import Credential
from certificates.queries import credentials
from certificates.queries.credentials import CredentialView
from certificates.rules import names, numbers

_LINK: Final = re.compile(r"https?://[^/?#\s]+/(?:[^?#\s]*/)?v/(?P<number>[^/?#\s]+)", re.IGNORECASE)
_KEY: Final = re.compile(r"[?&]k=(?P<key>[A-Za-z0-9_-]+)")


class Naming(StrEnum):
    """What became of the name or key that came with the number."""

    NOT_GIVEN = "not_given"
    MATCHES = "matches"
    DIFFERS = "differs"
    KEY_FITS = "key_fits"
    KEY_LAPSED = "key_lapsed"


@dataclass(frozen=True)
class Asked:
    """What was asked: the text of the number, and what may have come with it."""

    number: str
    name: str = ""
    key: str = ""


@dataclass(frozen=True)
class Found:
    view: CredentialView | None
    """None when the credential did not exist yet on the day asked."""
    naming: Naming
    number: str

    @property
    def everything(self) -> bool:
        """Whether every printed fact may be shown."""
        return self.naming in (Naming.MATCHES, Naming.KEY_FITS)


def answer(asked: Asked, *, at: datetime) -> Found | None:
    """How the number stands at a moment; None when the register has never known it.

    Three statements at most. Raises numbers.Misspelt when the text cannot be a number.
    """
    number = numbers.parse(asked.number)
    row = credentials.with_history(Credential.objects.filter(folded=number.folded)).first()
    if row is None:
        return None
    seen = credentials.view(row, at)
    if seen and seen.erased:
        # Nothing is left that a name could be compared with, nor that a key could open.
        return Found(seen, Naming.NOT_GIVEN, row.number)
    printed = seen.edition.holder_name if seen else ""
    return Found(seen, _naming(asked, row, printed), row.number)


def unwrapped(asked: Asked) -> Asked:
    """A pasted verification link taken apart into number and key; anything else as it is."""
    text = asked.number.strip()
    link, key = _LINK.match(text), _KEY.search(text)
    if link is None:
        return asked
    return Asked(link["number"], asked.name, asked.key or (key["key"] if key else ""))


def moment(day: date, *, now: datetime) -> datetime:
    """The moment at which a day is answered for: now when it is today, else its last moment in UTC."""
    return now if day == now.date() else datetime.combine(day, time.max, UTC)


def _naming(asked: Asked, row: Credential, printed: str) -> Naming:
    if asked.key and hmac.compare_digest(asked.key.encode(), row.share_key.encode()):
        return Naming.KEY_FITS
    if asked.name.strip():
        return Naming.MATCHES if names.same(asked.name, printed) else Naming.DIFFERS
    return Naming.KEY_LAPSED if asked.key else Naming.NOT_GIVEN
