"""What anyone may know about a number: how it stands, and as many facts as they can show reason for."""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final

from certificates.models import Credential
from certificates.queries import credentials
from certificates.queries.credentials import CredentialView, EditionView
from certificates.rules import names, numbers
from certificates.rules.standing import Standing

# What a holder may keep from those who come with the link; the number alone shows none of it.
HIDEABLE: Final = {"holder": "Name", "scope": "Scope"}

_LINK: Final = re.compile(r"https?://[^/?#\s]+/(?:[^?#\s]*/)?v/(?P<number>[^/?#\s]+)", re.IGNORECASE)
_KEY: Final = re.compile(r"[?&]k=(?P<key>[A-Za-z0-9_-]+)")


class Naming(StrEnum):
    """What became of the name or key that came with the number."""

    NOT_GIVEN = "not_given"
    MATCHES = "matches"
    DIFFERS = "differs"
    FORMER = "former"  # it stands on the document of an edition that answers no more: that edition is told of
    KEY_FITS = "key_fits"
    KEY_LAPSED = "key_lapsed"
    PAUSED = "paused"  # names were tried so often for this number that none is compared for a while


@dataclass(frozen=True)
class Asked:
    """What was asked: the text of the number, and what may have come with it."""

    number: str
    name: str = ""
    key: str = ""


@dataclass(frozen=True)
class Miss:
    """There is no answer: a typing error (`slip`), or a number that the register has never known."""

    slip: numbers.Misspelt | None = None


@dataclass(frozen=True)
class Found:
    view: CredentialView | None
    """None when the credential did not exist yet on the day asked; of the edition that bears the name, where it is FORMER."""
    naming: Naming
    number: str
    hidden: frozenset[str] = frozenset()
    """What the holder keeps from those who come with the link: codes of HIDEABLE."""

    @property
    def everything(self) -> bool:
        """Whether the printed facts may be shown, save those in `hidden`."""
        return self.naming in (Naming.MATCHES, Naming.KEY_FITS)

    @property
    def withheld(self) -> tuple[str, ...]:
        """The words for what is hidden."""
        return tuple(words for code, words in HIDEABLE.items() if code in self.hidden)

    @property
    def erased(self) -> bool:
        """Whether the personal data is gone: number, scheme, level, dates and changes go on answering."""
        return self.view is not None and self.view.erased


def answer(asked: Asked, *, at: datetime, names_rest: bool = False) -> Found | None:
    """How the number stands at a moment; None when the register has never known it.

    Where `names_rest`, no name is compared. Three statements at most. Raises numbers.Misspelt when the
    text cannot be a number.
    """
    number = numbers.parse(asked.number)
    row = credentials.asked_for(number.folded)
    return _found(row, asked, at, names_rest) if row else None


def answers(asked: Sequence[Asked], *, at: datetime) -> list[Found | Miss]:
    """An answer for each that was asked, in order, or why there is none. Three statements for all together."""
    read: list[str | Miss] = []
    for one in asked:
        try:
            read.append(numbers.parse(one.number).folded)
        except numbers.Misspelt as slip:
            read.append(Miss(slip))
    wanted = {number for number in read if isinstance(number, str)}
    rows = {row.folded: row for row in credentials.with_history(Credential.objects.filter(folded__in=wanted))}
    told: list[Found | Miss] = []
    for one, number in zip(asked, read, strict=True):
        if isinstance(number, Miss):
            told.append(number)
        elif number in rows:
            told.append(_found(rows[number], one, at, False))
        else:
            told.append(Miss())
    return told


def _found(row: Credential, asked: Asked, at: datetime, names_rest: bool) -> Found:
    seen = credentials.view(row, at)
    if seen and seen.erased:
        # Nothing is left that a name could be compared with, nor that a key could open.
        return Found(seen, Naming.NOT_GIVEN, row.number)
    naming = _naming(asked, row, seen.edition.holder_name if seen else "", names_rest)
    former = _former(asked.name, seen) if seen and naming is Naming.DIFFERS else None
    if seen and former:
        return Found(replace(seen, edition=former.edition, answer=former.answer), Naming.FORMER, row.number)
    hidden = frozenset(row.hidden) & set(HIDEABLE) if naming is Naming.KEY_FITS else frozenset()
    return Found(seen, naming, row.number, hidden)


def _former(name: str, seen: CredentialView) -> EditionView | None:
    """The newest edition before the answering one that bears this name; None when none does."""
    begun = [one for one in seen.others if one.answer.standing is not Standing.NOT_GRANTED]
    return next((one for one in reversed(begun) if names.same(name, one.edition.holder_name)), None)


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


def _naming(asked: Asked, row: Credential, printed: str, names_rest: bool) -> Naming:
    fits = bool(asked.key) and hmac.compare_digest(asked.key.encode(errors="replace"), row.share_key.encode())
    # Who comes with the link and types the name as well sees what the holder hides from the link alone.
    if fits and not (row.hidden and asked.name.strip() and not names_rest):
        return Naming.KEY_FITS
    if asked.name.strip():
        if names_rest:
            return Naming.PAUSED
        return Naming.MATCHES if names.same(asked.name, printed) else Naming.DIFFERS
    return Naming.KEY_LAPSED if asked.key else Naming.NOT_GIVEN
