"""The running case of a course, as its learners may see it.

What a learner is to find leaves here only as decision 0007 allows: a piece of evidence never comes with its
finding, and the versions of a document are told apart only where the course names them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from courses.models import CaseCourse, CaseDocument, CaseKind, CaseVersion, LessonPage
from courses.queries.lessons import Ref


@dataclass(frozen=True)
class Flaw:
    """A fault of a document: where it lies, what it falls short of, and why."""

    where: str
    requirement: str
    why: str


@dataclass(frozen=True)
class Version:
    slug: str
    label: str


@dataclass(frozen=True)
class Entry:
    """A document with its versions in order, or a piece of evidence, which has one without a label."""

    title: str
    versions: tuple[Version, ...]

    @property
    def slug(self) -> str:
        return self.versions[0].slug


@dataclass(frozen=True)
class CaseView:
    """A case in the classroom of one course."""

    key: str
    title: str
    about: str
    named: bool
    documents: tuple[Entry, ...]
    evidence: tuple[Entry, ...]


@dataclass(frozen=True)
class Sheet:
    """One version of a document, or one piece of evidence, to be read. `flaws` only where versions are named."""

    slug: str
    title: str
    label: str
    html: str
    refs: tuple[Ref, ...]
    flaws: tuple[Flaw, ...]
    evidence: bool


NAMES = {CaseVersion.GOOD: "Does its work", CaseVersion.FLAWED: "Has faults"}
PLACES = ("First version", "Second version")


def case_of(course_id: int) -> CaseView | None:
    """The case that a course works with, or None. Two statements."""
    use = _use(course_id)
    if use is None:
        return None
    rows = list(use.case.documents.only("case_id", "kind", "key", "version", "slug", "title", "position"))
    return CaseView(
        key=use.case.key,
        title=use.case.title,
        about=use.case.about,
        named=use.named,
        documents=_entries((row for row in rows if row.kind == CaseKind.DOCUMENT), use.named),
        evidence=_entries((row for row in rows if row.kind == CaseKind.EVIDENCE), use.named),
    )


def title_of(course_id: int) -> str:
    """The title of the case that a course works with, or nothing. One statement."""
    return CaseCourse.objects.filter(course_id=course_id).values_list("case__title", flat=True).first() or ""


def sheet(course_id: int, slug: str) -> Sheet | None:
    """One document of a course's case, or None. Three statements."""
    use = _use(course_id)
    row = use.case.documents.filter(slug=slug).prefetch_related("clauses").first() if use else None
    return None if row is None or use is None else _sheet(row, use.named)


def evidence(course_id: int) -> tuple[Sheet, ...]:
    """Every piece of evidence of a course's case, in order. Three statements."""
    use = _use(course_id)
    if use is None:
        return ()
    rows = use.case.documents.filter(kind=CaseKind.EVIDENCE).prefetch_related("clauses")
    return tuple(_sheet(row, use.named) for row in rows)


def used_by(lesson: LessonPage, course_id: int) -> tuple[tuple[Entry, ...], bool]:
    """The documents that a lesson works with in this course, and whether it works with the evidence.
    One statement."""
    rows = CaseDocument.objects.filter(lessons=lesson, case__uses__course=course_id)
    named = rows.values_list("kind", "slug", "title", "key", "version").order_by("position")
    found = [CaseDocument(kind=k, slug=s, title=t, key=key, version=v) for k, s, t, key, v in named]
    documents = [row for row in found if row.kind == CaseKind.DOCUMENT]
    return _entries(documents, named=False), len(documents) < len(found)


def _use(course_id: int) -> CaseCourse | None:
    return CaseCourse.objects.filter(course_id=course_id).select_related("case").first()


def _entries(rows: Iterable[CaseDocument], named: bool) -> tuple[Entry, ...]:
    groups = [list(group) for _, group in groupby(rows, lambda row: row.key)]
    return tuple(
        Entry(group[0].title, tuple(Version(row.slug, _label(row, named)) for row in group))
        for group in groups
    )


def _label(row: CaseDocument, named: bool) -> str:
    if row.kind == CaseKind.EVIDENCE:
        return ""
    return NAMES[CaseVersion(row.version)] if named else PLACES[row.slug.endswith("-2")]


def _sheet(row: CaseDocument, named: bool) -> Sheet:
    document = row.kind == CaseKind.DOCUMENT
    clauses = sorted(row.clauses.all(), key=lambda clause: clause.position)
    return Sheet(
        slug=row.slug,
        title=row.title,
        label=_label(row, named),
        html=row.text,
        refs=tuple(Ref(clause.ref, clause.title, clause.kind) for clause in clauses),
        flaws=tuple(Flaw(**flaw) for flaw in row.answers["flaws"]) if document and named else (),
        evidence=not document,
    )
