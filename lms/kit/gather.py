"""Registers: what concerns every floor is gathered on the ground.

An app answers in its `contributions.py` and registers the answer in `apps.py`. Pages and commands
that span floors live in `lms.web` and know only these registers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from lms.kit.content import Problems


class Part(Protocol):
    """What a register holds: something with a key of its own and a place in the order."""

    @property
    def key(self) -> str: ...
    @property
    def order(self) -> int: ...


class Register[P: Part]:
    """Parts by key, in order. Adding a key again replaces the part, so that a reload does no harm."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._parts: dict[str, P] = {}

    def add(self, part: P) -> None:
        self._parts[part.key] = part

    def __iter__(self) -> Iterator[P]:
        return iter(sorted(self._parts.values(), key=lambda part: (part.order, part.key)))

    def __len__(self) -> int:
        return len(self._parts)


@dataclass(frozen=True)
class LoadCount:
    """What one part of the library did: rows made, changed, found as they were, and left alone
    because somebody edited them here since the last load (`kept`), with a sentence for each note."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class WriteCount:
    """What one part wrote back: files written, files that said the same already, and a sentence for each note."""

    written: int = 0
    unchanged: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LibraryPart:
    """One app's part of the library of content.

    `read` gets the folders to read (the app's own `library/`, then that of `LIBRARY_DIR` if any) and
    notes every fault with file and line; nothing is written by any part while there is one.
    `write` gets what `read` returned and runs inside one transaction with all other parts.
    `export` is the way back: it writes what the tables hold into a folder like `library/`, and leaves out
    what stands in the second folder, if any: a key may stand in one file only.
    """

    key: str
    order: int
    read: Callable[[Sequence[Path], Problems], Any]
    write: Callable[[Any], LoadCount]
    export: Callable[[Path, Path | None], WriteCount] = lambda *_: WriteCount()


@dataclass(frozen=True)
class DeskQuery:
    """Whose desk, and when."""

    person_id: int
    at: datetime


@dataclass(frozen=True)
class DeskCard:
    """One thing on a person's desk: what it is, how it stands, and the one thing to do next.

    `group` is `next`, `learning`, `exams`, `certificates` or `work`; `standing` a standing class
    (`valid`, `due`, `suspended`, `ended`) or empty; `percent` a progress of 0 to 100 or None.
    """

    key: str
    group: str
    eyebrow: str
    title: str
    text: str
    url: str
    action: str
    standing: str = ""
    standing_label: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    percent: int | None = None


@dataclass(frozen=True)
class DeskPart:
    key: str
    order: int
    cards: Callable[[DeskQuery], Sequence[DeskCard]]


@dataclass(frozen=True)
class Offer:
    """Something the institution offers in public: a course, an exam, a certification scheme.

    `seed` is a hex digest from which its rosette is drawn; `further_urls` are other public pages of it.
    """

    key: str
    kind: str
    title: str
    strapline: str
    url: str
    seed: str
    facts: tuple[tuple[str, str], ...] = ()
    further_urls: tuple[str, ...] = ()


@dataclass(frozen=True)
class CataloguePart:
    """What an app offers in public, and the addresses of its other public pages."""

    key: str
    order: int
    offers: Callable[[], Sequence[Offer]]
    further: Callable[[], Sequence[str]] = tuple


@dataclass(frozen=True)
class DemonstrationPart:
    """Makes what only the demonstration has; idempotent; returns lines to print."""

    key: str
    order: int
    make: Callable[[], Sequence[str]]


@dataclass(frozen=True)
class FirstRunPart:
    """Makes what an app needs before it serves, and says what it made; run again it makes nothing."""

    key: str
    order: int
    make: Callable[[], Sequence[str]]


@dataclass(frozen=True)
class ReadinessPart:
    """Says nothing (an empty string) when a thing that serving depends on is fine, else a sentence.

    `stops` says that without it a machine must not serve at all; what doesn't stop it is told to the operator.
    """

    key: str
    order: int
    check: Callable[[], str]
    stops: bool = True

    def says(self) -> str:
        """The same, with what `check` raised as a sentence: whoever asks after faults must not end by one."""
        try:
            return self.check()
        except Exception as fault:
            return f"{type(fault).__name__}: {fault}"[:200]


def nothing() -> None:
    """For a part with nothing to do first."""


@dataclass(frozen=True)
class ProofPart:
    """A command that ends with 0 where everything of an app is what it was. `settle` first does what a worker
    would do within the next minutes, so that what has only just been written isn't taken for a fault."""

    key: str
    order: int
    command: str
    settle: Callable[[], object] = nothing


@dataclass(frozen=True)
class Figure:
    """One measured value, as Prometheus names it: `name` in snake case with its unit at the end (`_seconds`,
    `_total` for what only grows), `words` for its help line, `labels` as pairs."""

    name: str
    words: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FiguresPart:
    """What an app tells of its state at this moment, read from the database."""

    key: str
    order: int
    read: Callable[[], Sequence[Figure]]


@dataclass(frozen=True)
class AgeingFact:
    """A text with claims that age: what it is, where it is edited, when it was checked and is to be again.

    `refs` are the clauses and controls of `framework` that it is about.
    """

    title: str
    within: str
    url: str
    checked_on: date
    review_by: date
    framework: str
    refs: tuple[str, ...]


@dataclass(frozen=True)
class AgeingPart:
    """What is to be checked again until a day, for people who hold `permission`."""

    key: str
    order: int
    permission: str
    facts: Callable[[date], Sequence[AgeingFact]]


@dataclass(frozen=True)
class TouchedPart:
    """What else rests on clauses: by framework and reference the names of things, such as items by their codes.
    `label` is their common name in the plural. Of people (`counted`) no more is told than how many they are."""

    key: str
    order: int
    label: str
    names: Callable[[], Mapping[tuple[str, str], frozenset[str]]]
    counted: bool = False


@dataclass(frozen=True)
class HoldersPart:
    """Who holds a valid credential in one of these schemes on a day: their ids. One statement each."""

    key: str
    order: int
    holders: Callable[[Sequence[str], date], frozenset[int]]


@dataclass(frozen=True)
class NavigationLink:
    label: str
    url: str


@dataclass(frozen=True)
class NavigationPart:
    """Links to work, for a person who holds these permissions."""

    key: str
    order: int
    links: Callable[[frozenset[str]], Sequence[NavigationLink]]


@dataclass(frozen=True)
class PermissionPart:
    """What a person may do anywhere: asked once for all links of a page."""

    key: str
    order: int
    held: Callable[[int], frozenset[str]]


@dataclass(frozen=True)
class AccountPart:
    """Pages of a person about themselves, for the side navigation of their account; `links` is asked on each page,
    since words depend on the language."""

    key: str
    order: int
    links: Callable[[], Sequence[NavigationLink]]


@dataclass(frozen=True)
class OrganisationPart:
    """Pages about one organisation, by its short name, for somebody who holds these permissions in it."""

    key: str
    order: int
    links: Callable[[str, frozenset[str]], Sequence[NavigationLink]]


@dataclass(frozen=True)
class NamesPart:
    """Where a person asks for another name once documents carry the one they have; empty while none does."""

    key: str
    order: int
    changed_at: Callable[[int], str]


@dataclass(frozen=True)
class SignInPart:
    """Rules of signing in that accounts can't know.

    `needs_second_factor` by person; `way` is the address at which a person must sign in who comes by that provider
    (None: by password or passkey), or empty where they may go on; `domains` are the mail domains for which an outside provider, by the number of its row, may speak (None:
    not a provider of ours to judge); `arrived` is told inside a transaction of whoever has signed in, and by which
    provider (None: by password or passkey).
    """

    key: str
    order: int
    needs_second_factor: Callable[[int], bool]
    way: Callable[[int, int | None], str]
    domains: Callable[[int], frozenset[str] | None]
    arrived: Callable[[int, int | None], None]


@dataclass(frozen=True)
class DrawnPart:
    """A document drawn from the code: `key` is its path from the top of the repository."""

    key: str
    order: int
    text: Callable[[], str]


@dataclass(frozen=True)
class Reader:
    """How a person wants to be written to."""

    name: str
    email: str
    language: str
    time_zone: str


@dataclass(frozen=True)
class ReaderPart:
    """Readers by their ids; unknown ids are left out. One statement."""

    key: str
    order: int
    readers: Callable[[Sequence[int]], Mapping[int, Reader]]


class Category(StrEnum):
    """What a notice is about. The first two are binding: nobody can turn them off."""

    ACCOUNT = "account"  # letters that open doors; never shown beside the mail
    RECORD = "record"  # results, decisions, standing, payments
    LEARNING = "learning"
    DATES = "dates"
    REMINDERS = "reminders"
    WORK = "work"


@dataclass(frozen=True)
class NoticeKindsPart:
    """The category of each kind of notice of an app; a name that ends in a dot is that of all kinds that begin so.
    A kind that nobody names is binding."""

    key: str
    order: int
    kinds: Mapping[str, Category]


@dataclass(frozen=True)
class Holding:
    """A table with rows about people, and what becomes of them when a person has themselves erased.

    `model` is app.Model, `path` the lookup that leads from a row to the person, `without` the fields that an export
    leaves out (secrets, keys), `only` further lookups (a result before its release is nobody's). `kept` says why the rows stay, by number and without a name; empty, they are deleted.
    """

    model: str
    path: str
    title: str
    kept: str = ""
    without: tuple[str, ...] = ()
    only: tuple[tuple[str, Any], ...] = ()


def _nothing(person_id: int) -> None:
    """An app that has only rows to delete needs no more."""


def _no_hindrance(person_id: int) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class ElsewhereHeld:
    """Rows about a person that stand in no table: in files of an archive, for one. The fields are those of an export: `name`
    of its file, `head` of its columns; the values are plain ones."""

    name: str
    title: str
    kept: str
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def _nowhere_else(person_id: int) -> Sequence[ElsewhereHeld]:
    return ()


@dataclass(frozen=True)
class PersonalPart:
    """What an app holds about a person.

    `hinders` gives a sentence for each thing that must end first; `erase` does, within the transaction of an erasure,
    what deleting rows does not; `elsewhere` reads what stands in no table, for an export.
    """

    key: str
    order: int
    title: str
    holdings: tuple[Holding, ...]
    hinders: Callable[[int], Sequence[str]] = _no_hindrance
    erase: Callable[[int], None] = _nothing
    elsewhere: Callable[[int], Sequence[ElsewhereHeld]] = _nowhere_else


@dataclass(frozen=True)
class RetentionPart:
    """What is let go of by age. `forget` gets the moment before which it goes, and says how many rows it took; how
    many days it stays stands in the settings under `key`."""

    key: str
    order: int
    what: str
    why: str
    forget: Callable[[datetime], int]


LIBRARY: Register[LibraryPart] = Register("library of content")
DESK: Register[DeskPart] = Register("desk")
CATALOGUE: Register[CataloguePart] = Register("catalogue")
DEMONSTRATION: Register[DemonstrationPart] = Register("demonstration")
FIRST_RUN: Register[FirstRunPart] = Register("first run")
READINESS: Register[ReadinessPart] = Register("readiness")
FIGURES: Register[FiguresPart] = Register("figures")
PROOFS: Register[ProofPart] = Register("proofs")
NAVIGATION: Register[NavigationPart] = Register("navigation")
AGEING: Register[AgeingPart] = Register("ageing facts")
TOUCHED: Register[TouchedPart] = Register("touched by a clause")
HOLDERS: Register[HoldersPart] = Register("holders")
PERMISSIONS: Register[PermissionPart] = Register("permissions")
ACCOUNT: Register[AccountPart] = Register("account")
ORGANISATION: Register[OrganisationPart] = Register("organisation")
NAMES: Register[NamesPart] = Register("names that documents carry")
SIGN_IN: Register[SignInPart] = Register("rules of signing in")
DRAWN: Register[DrawnPart] = Register("drawn documents")
READERS: Register[ReaderPart] = Register("readers")
PERSONAL: Register[PersonalPart] = Register("what is held about people")
RETENTION: Register[RetentionPart] = Register("what is let go of by age")
NOTICE_KINDS: Register[NoticeKindsPart] = Register("kinds of notices")


def permissions_of(person_id: int) -> frozenset[str]:
    """What a person may do anywhere. One statement."""
    return frozenset[str]().union(*(part.held(person_id) for part in PERMISSIONS))


def work_of(person_id: int) -> list[NavigationLink]:
    """The links to a person's work. One statement, however many parts offer links."""
    held = permissions_of(person_id)
    return [link for part in NAVIGATION for link in part.links(held)]


def readers(person_ids: Sequence[int]) -> dict[int, Reader]:
    """How these people want to be written to; unknown ids are left out."""
    return {key: reader for part in READERS for key, reader in part.readers(person_ids).items()}


def category_of(kind: str) -> Category:
    """What a notice of this kind is about; binding where no app says."""
    known = {name: category for part in NOTICE_KINDS for name, category in part.kinds.items()}
    if kind in known:
        return known[kind]
    of_all = (category for name, category in known.items() if name.endswith(".") and kind.startswith(name))
    return next(of_all, Category.RECORD)
