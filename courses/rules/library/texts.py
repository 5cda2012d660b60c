"""What the files of the library say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from lms.kit import digests

type Block = dict[str, Any]  # one block as the store of pages keeps it: type, value, id


@dataclass(frozen=True)
class ClauseText:
    ref: str
    title: str
    kind: str
    parent: str


@dataclass(frozen=True)
class FrameworkText:
    key: str
    title: str
    edition: str
    clauses: tuple[ClauseText, ...]
    objectives: tuple[str, ...] = ()
    risk_sources: tuple[str, ...] = ()

    def refs(self, kind: str) -> frozenset[str]:
        return frozenset(clause.ref for clause in self.clauses if clause.kind == kind)


@dataclass(frozen=True)
class DomainText:
    number: int
    key: str
    title: str
    weight: int
    summary: str


@dataclass(frozen=True)
class ProfileText:
    key: str
    title: str
    framework: str
    domains: tuple[DomainText, ...]


@dataclass(frozen=True)
class TermText:
    """One term of a glossary; `refs` are its clauses and controls, `see` the keys of other terms."""

    key: str
    term: str
    also: tuple[str, ...]
    text: str
    refs: tuple[str, ...]
    see: tuple[str, ...]

    @property
    def words(self) -> str:
        """Sixteen digits that change when a translation would have to say something else."""
        return digests.digest({"term": self.term, "also": self.also, "text": self.text})[:16]


@dataclass(frozen=True)
class TermWordsText:
    """A term in another language. `translates` is the digest of the words that it says (`TermText.words`)."""

    key: str
    translates: str
    term: str
    also: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class GlossaryWordsText:
    """Terms of a glossary in another language, as many as are translated."""

    key: str
    language: str
    terms: tuple[TermWordsText, ...]
    path: Path = field(compare=False)


@dataclass(frozen=True)
class GlossaryText:
    key: str
    title: str
    language: str
    framework: str
    terms: tuple[TermText, ...]
    translations: tuple[GlossaryWordsText, ...] = field(compare=False, default=())


@dataclass(frozen=True)
class TranslationText:
    """A lesson in another language. `translates` is the digest of the words that it says (`LessonText.words`)."""

    key: str
    language: str
    translates: str
    title: str
    outcomes: tuple[str, ...]
    references: tuple[str, ...]
    body: tuple[Block, ...]
    path: Path = field(compare=False)
    terms: Mapping[str, int] = field(compare=False, default_factory=dict)
    media: Mapping[str, Any] = field(compare=False, default_factory=dict)

    @property
    def digest(self) -> str:
        """Changes when anything that a reader sees changes, or when it says a newer text."""
        return digests.digest(
            {
                "translates": self.translates,
                "title": self.title,
                "outcomes": self.outcomes,
                "references": self.references,
                "body": self.body,
            }
        )


@dataclass(frozen=True)
class LessonText:
    key: str
    title: str
    minutes: int
    clauses: tuple[str, ...]
    controls: tuple[str, ...]
    outcomes: tuple[str, ...]
    references: tuple[str, ...]
    sample: bool
    checked_on: date | None
    review_by: date | None
    body: tuple[Block, ...]
    path: Path = field(compare=False)
    lines: Mapping[str, int] = field(compare=False)
    # The terms that its text explains, each with the line of its first mark.
    terms: Mapping[str, int] = field(compare=False, default_factory=dict)
    translations: tuple[TranslationText, ...] = field(compare=False, default=())
    # The files that its blocks name, by those names: paths in the library, or what the page editor keeps.
    media: Mapping[str, Any] = field(compare=False, default_factory=dict)

    @property
    def words(self) -> str:
        """Sixteen digits that change when anything changes that a translation would have to say otherwise."""
        said = {
            "title": self.title,
            "outcomes": self.outcomes,
            "references": self.references,
            "body": self.body,
        }
        return digests.digest(said)[:16]

    @property
    def refs(self) -> tuple[str, ...]:
        return (*self.clauses, *self.controls)

    @property
    def digest(self) -> str:
        """Changes when anything that a reader sees changes, and not when the file moves."""
        return digests.digest(
            {
                "title": self.title,
                "minutes": self.minutes,
                "refs": self.refs,
                "outcomes": self.outcomes,
                "references": self.references,
                "sample": self.sample,
                "checked_on": self.checked_on and self.checked_on.isoformat(),
                "review_by": self.review_by and self.review_by.isoformat(),
                "body": self.body,
            }
        )


@dataclass(frozen=True)
class ModuleText:
    """A module of a course. `shared` names the shared module whose lessons it takes, if it does."""

    key: str
    number: int
    domain: int
    title: str
    summary: str
    lessons: tuple[LessonText, ...]
    planned: tuple[str, ...]
    shared: str = ""

    @property
    def digest(self) -> str:
        return digests.digest(
            {
                "number": self.number,
                "domain": self.domain,
                "title": self.title,
                "summary": self.summary,
                "planned": self.planned,
                "shared": self.shared,
            }
        )


@dataclass(frozen=True)
class SharedText:
    """A folder of lessons that more than one course takes as a module. The first of them names it,
    and gives the framework that its lessons refer to."""

    key: str
    title: str
    framework: str
    lessons: tuple[LessonText, ...]


@dataclass(frozen=True)
class DayText:
    title: str
    text: str


@dataclass(frozen=True)
class ModuleWordsText:
    key: str
    title: str
    summary: str


@dataclass(frozen=True)
class CourseWordsText:
    """What a course and its modules are called and said to be in another language. `translates` is the digest of the words
    that it says (`CourseText.words`)."""

    key: str
    language: str
    translates: str
    title: str
    strapline: str
    summary: str
    modules: tuple[ModuleWordsText, ...]
    path: Path = field(compare=False)


@dataclass(frozen=True)
class CourseText:
    key: str
    order: int
    title: str
    strapline: str
    summary: str
    profile: str
    scheme: str
    days: int
    cpd_hours: int
    amount: int
    currency: str
    outcomes: tuple[str, ...]
    audience: tuple[str, ...]
    prerequisites: tuple[str, ...]
    day_plan: tuple[DayText, ...]
    modules: tuple[ModuleText, ...]
    translations: tuple[CourseWordsText, ...] = field(compare=False, default=())

    @property
    def words(self) -> str:
        """Sixteen digits that change when a translation would have to say something else."""
        modules = [[one.key, one.title, one.summary] for one in self.modules]
        return digests.digest([self.title, self.strapline, self.summary, modules])[:16]

    @property
    def digest(self) -> str:
        return digests.digest(
            {
                "order": self.order,
                "title": self.title,
                "strapline": self.strapline,
                "summary": self.summary,
                "profile": self.profile,
                "scheme": self.scheme,
                "days": self.days,
                "cpd_hours": self.cpd_hours,
                "outcomes": self.outcomes,
                "audience": self.audience,
                "prerequisites": self.prerequisites,
                "day_plan": [[day.title, day.text] for day in self.day_plan],
            }
        )


@dataclass(frozen=True)
class CaseDocumentText:
    """One version of a document (`good` or `flawed`), or a piece of evidence (no version).

    `answers` is what a learner is to find in it; `lessons` the keys of those that work with it.
    """

    key: str
    version: str
    title: str
    text: str
    refs: tuple[str, ...]
    lessons: tuple[str, ...]
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class CaseText:
    """A running case. `courses` are those that work with it, and whether they name the versions."""

    key: str
    title: str
    framework: str
    about: str
    courses: Mapping[str, bool]
    documents: tuple[CaseDocumentText, ...]


@dataclass(frozen=True)
class PassageText:
    """A passage that several lessons show; `text` is HTML."""

    key: str
    title: str
    text: str

    @property
    def digest(self) -> str:
        return digests.digest({"title": self.title, "text": self.text})


@dataclass(frozen=True)
class LibraryText:
    frameworks: tuple[FrameworkText, ...] = ()
    profiles: tuple[ProfileText, ...] = ()
    shared: tuple[SharedText, ...] = ()
    courses: tuple[CourseText, ...] = ()
    glossaries: tuple[GlossaryText, ...] = ()
    cases: tuple[CaseText, ...] = ()
    passages: tuple[PassageText, ...] = ()
