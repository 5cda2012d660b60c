"""Registers: what concerns every floor is gathered on the ground.

An app answers in its `contributions.py` and registers the answer in `apps.py`. Pages and commands
that span floors live in `lms.web` and know only these registers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
    """Says nothing (an empty string) when a thing that serving depends on is fine, else a sentence."""

    key: str
    order: int
    check: Callable[[], str]


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


LIBRARY: Register[LibraryPart] = Register("library of content")
DESK: Register[DeskPart] = Register("desk")
CATALOGUE: Register[CataloguePart] = Register("catalogue")
DEMONSTRATION: Register[DemonstrationPart] = Register("demonstration")
FIRST_RUN: Register[FirstRunPart] = Register("first run")
READINESS: Register[ReadinessPart] = Register("readiness")
NAVIGATION: Register[NavigationPart] = Register("navigation")
AGEING: Register[AgeingPart] = Register("ageing facts")
TOUCHED: Register[TouchedPart] = Register("touched by a clause")
HOLDERS: Register[HoldersPart] = Register("holders")
PERMISSIONS: Register[PermissionPart] = Register("permissions")


def permissions_of(person_id: int) -> frozenset[str]:
    """What a person may do anywhere. One statement."""
    return frozenset[str]().union(*(part.held(person_id) for part in PERMISSIONS))


def work_of(person_id: int) -> list[NavigationLink]:
    """The links to a person's work. One statement, however many parts offer links."""
    held = permissions_of(person_id)
    return [link for part in NAVIGATION for link in part.links(held)]
