"""What stands in the way of an exam day, found the days before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction


class Trouble(StrEnum):
    """A code for each finding; its words are in the command that prints it."""

    NO_FORM = "no-form"
    FORM_CHANGED = "form-changed"
    FORM_LENGTH = "form-length"
    ITEM_STATE = "item-state"
    LANGUAGE_MISSING = "language-missing"
    TOO_MANY = "too-many"
    OUTSIDE = "outside"
    CUT_SHORT = "cut-short"
    UNDECIDED = "undecided"
    FACTOR_DIFFERS = "factor-differs"
    FORMS_MET = "forms-met"
    NOBODY_WATCHES = "nobody-watches"


@dataclass(frozen=True)
class Paper:
    """An open form: `stated` and `counted` are its length by itself and by its rows, `wanted` by the blueprint;
    `retired` names items that are neither live nor tried out; `whole` whether its digest is that of its content."""

    number: int
    stated: int
    counted: int
    wanted: int
    whole: bool
    retired: tuple[str, ...]
    languages: frozenset[str]


@dataclass(frozen=True)
class Entered:
    """An entry: `granted` is the factor that its candidate's accommodation gives today (None: none was granted)."""

    uuid: str
    language: str
    factor: Fraction
    granted: Fraction | None
    undecided: bool
    starts_at: datetime | None
    met: frozenset[int]


@dataclass(frozen=True)
class Span:
    opens_at: datetime
    closes_at: datetime
    ends_sittings: bool
    places: int | None
    entered: tuple[Entered, ...]


@dataclass(frozen=True)
class Day:
    """An exam, with the windows looked at. `watchers` is how many people may invigilate it, None where nobody has to."""

    exam: str
    limit: timedelta
    languages: frozenset[str]
    papers: tuple[Paper, ...]
    spans: tuple[Span, ...]
    watchers: int | None


@dataclass(frozen=True)
class Finding:
    trouble: Trouble
    about: str
    detail: str = ""


def look(day: Day) -> Sequence[Finding]:
    """Everything that would go wrong, or be unfair, as things stand now. Empty when nothing would."""
    return [*_papers(day), *_watch(day), *(one for span in day.spans for one in _span(day, span))]


def _papers(day: Day) -> Iterator[Finding]:
    if not day.papers:
        yield Finding(Trouble.NO_FORM, day.exam)
    for paper in day.papers:
        about = f"form {paper.number}"
        if not paper.whole:
            yield Finding(Trouble.FORM_CHANGED, about)
        if not paper.stated == paper.counted == paper.wanted:
            yield Finding(Trouble.FORM_LENGTH, about, f"{paper.stated}, {paper.counted}, {paper.wanted}")
        for item in paper.retired:
            yield Finding(Trouble.ITEM_STATE, about, item)
        for language in sorted(day.languages - paper.languages):
            yield Finding(Trouble.LANGUAGE_MISSING, about, language)


def _watch(day: Day) -> Iterator[Finding]:
    if day.watchers == 0:
        yield Finding(Trouble.NOBODY_WATCHES, day.exam)


def _span(day: Day, span: Span) -> Iterator[Finding]:
    about = f"window of {span.opens_at:%Y-%m-%d %H:%M} UTC"
    if span.places is not None and len(span.entered) > span.places:
        yield Finding(Trouble.TOO_MANY, about, f"{len(span.entered)} of {span.places}")
    for entry in span.entered:
        yield from _entry(day, span, entry)


def _entry(day: Day, span: Span, entry: Entered) -> Iterator[Finding]:
    about = f"entry {entry.uuid}"
    if entry.starts_at is not None:
        if not span.opens_at <= entry.starts_at <= span.closes_at:
            yield Finding(Trouble.OUTSIDE, about)
        # Whoever begins on time and takes all the time allowed must be done before the window ends everything.
        elif span.ends_sittings and entry.starts_at + day.limit * float(entry.factor) > span.closes_at:
            yield Finding(Trouble.CUT_SHORT, about)
    if entry.undecided:
        yield Finding(Trouble.UNDECIDED, about)
    if entry.granted is not None and entry.granted != entry.factor:
        yield Finding(Trouble.FACTOR_DIFFERS, about, f"{entry.factor}, {entry.granted}")
    usable = [paper.number for paper in day.papers if not entry.language or entry.language in paper.languages]
    if day.papers and not usable:
        yield Finding(Trouble.LANGUAGE_MISSING, about, entry.language)
    elif usable and set(usable) <= entry.met:
        yield Finding(Trouble.FORMS_MET, about)
