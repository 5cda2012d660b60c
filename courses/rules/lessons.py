"""A lesson as it is read: parts in order, each with an anchor that a learner's place can name."""

import html as entities
import re
from collections.abc import Iterable
from dataclasses import dataclass

from courses.rules.checks import Check

_HEADING = re.compile(r"<h([234])(?: [^>]*)?>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Heading:
    anchor: str
    title: str
    level: int


@dataclass(frozen=True)
class Part:
    """One part of a lesson. `kind` names its template and says which of the fields it fills; the `url` of a term is its key."""

    kind: str
    anchor: str
    title: str = ""
    html: str = ""
    minutes: int | None = None
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    check: Check | None = None
    url: str = ""
    captions: str = ""  # where those of a video are
    width: int = 0
    height: int = 0
    block: str = ""  # the id that the page editor knows it by
    language: str = ""  # of the meaning of a term, where it is another than that of the original lessons


@dataclass(frozen=True)
class Meaning:
    """What a term means. `name` is the id of the sheet that shows it: no anchor of a text has an underscore. `language` is
    that of a translation."""

    key: str
    term: str
    text: str
    language: str = ""

    @property
    def name(self) -> str:
        return f"term_{self.key}"


@dataclass(frozen=True)
class Lesson:
    """A lesson's parts, its headings of the second level, and the terms that it explains."""

    parts: tuple[Part, ...]
    contents: tuple[Heading, ...]
    meanings: tuple[Meaning, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        return tuple(part.check for part in self.parts if part.check)

    @property
    def exercises(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.kind == "exercise")

    def check(self, key: str) -> Check | None:
        return next((check for check in self.checks if check.key == key), None)


def anchor_of(title: str, taken: Iterable[str]) -> str:
    """A readable anchor for a title, unlike every one in `taken`."""
    used = set(taken)
    stem = _NOT_WORD.sub("-", title.lower()).strip("-")[:48].strip("-") or "part"
    name, count = stem, 1
    while name in used:
        count += 1
        name = f"{stem}-{count}"
    return name


def with_anchors(html: str, taken: Iterable[str]) -> tuple[str, tuple[Heading, ...]]:
    """The same text, with an id on each heading, and those headings."""
    used = set(taken)
    found: list[Heading] = []

    def mark(match: re.Match[str]) -> str:
        level, inner = match.groups()
        title = entities.unescape(_TAG.sub("", inner)).strip()
        anchor = anchor_of(title, used)
        used.add(anchor)
        found.append(Heading(anchor, title, int(level)))
        return f'<h{level} id="{anchor}">{inner}</h{level}>'

    return _HEADING.sub(mark, html), tuple(found)
