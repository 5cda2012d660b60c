"""Running cases, brought to what their files say."""

from collections.abc import Iterable
from typing import Any

from courses.actions.loading import pairs
from courses.actions.loading.tally import Tally, differs
from courses.models import (
    Case,
    CaseCourse,
    CaseDocument,
    CaseKind,
    Clause,
    CoursePage,
    Framework,
    LessonPage,
    ModulePage,
)
from courses.rules.library.texts import CaseDocumentText, CaseText


def load(cases: Iterable[CaseText], tally: Tally) -> None:
    """Makes each case, its documents and the courses that work with it those of its files.

    Cases are written in files alone: what left them goes. The number of statements doesn't grow with
    that of the documents.
    """
    for text in cases:
        row = _case(text, tally)
        _courses(row, text, tally)
        fresh, touched, gone = _documents(row, text)
        touched |= _links(row, text)
        touched -= fresh
        tally.created += len(fresh)
        tally.changed += len(touched) + gone
        tally.unchanged += len(text.documents) - len(fresh) - len(touched)


def _case(text: CaseText, tally: Tally) -> Case:
    framework = Framework.objects.get(key=text.framework)
    wanted: dict[str, Any] = {"title": text.title, "about": text.about, "framework_id": framework.pk}
    row = Case.objects.filter(key=text.key).first()
    if row is None:
        tally.created += 1
        return Case.objects.create(key=text.key, **wanted)
    if differs(row, wanted):
        row.save()
        tally.changed += 1
    else:
        tally.unchanged += 1
    return row


def _courses(case: Case, text: CaseText, tally: Tally) -> None:
    ids = dict(CoursePage.objects.filter(key__in=text.courses).values_list("key", "pk"))
    wanted = {ids[key]: named for key, named in text.courses.items()}
    held = {use.course_id: use.named for use in case.uses.all()}
    if held != wanted:
        case.uses.all().delete()
        CaseCourse.objects.bulk_create(
            [CaseCourse(case=case, course_id=pk, named=named) for pk, named in wanted.items()]
        )
        tally.changed += bool(held)


def slug_of(text: CaseDocumentText, place: int) -> str:
    """The address of a document's version in its place, the first or the second; of evidence, its key."""
    return f"{text.key}-{place}" if text.version else text.key


def _slugs(text: CaseText) -> list[tuple[str, CaseDocumentText]]:
    """Every document with its address. Both versions follow each other."""
    seen: set[str] = set()
    found = []
    for document in text.documents:
        found.append((slug_of(document, 1 + (document.key in seen)), document))
        seen.add(document.key)
    return found


def _documents(case: Case, text: CaseText) -> tuple[set[int], set[int], int]:
    """Writes the documents; returns the ids of the new, those of the changed, and how many went."""
    rows = {row.slug: row for row in case.documents.all()}
    wanted = _slugs(text)
    gone = set(rows) - {slug for slug, _ in wanted}
    if gone:
        case.documents.filter(slug__in=gone).delete()
    fresh, changed = [], []
    for position, (slug, document) in enumerate(wanted, 1):
        values = _values(document, position)
        row = rows.get(slug)
        if row is None:
            fresh.append(CaseDocument(case=case, slug=slug, **values))
        elif differs(row, values):
            changed.append(row)
    CaseDocument.objects.bulk_create(fresh)
    CaseDocument.objects.bulk_update(
        changed, ["kind", "key", "version", "position", "title", "text", "answers"]
    )
    return {row.pk for row in fresh}, {row.pk for row in changed}, len(gone)


def _values(document: CaseDocumentText, position: int) -> dict[str, Any]:
    return {
        "kind": CaseKind.DOCUMENT if document.version else CaseKind.EVIDENCE,
        "key": document.key,
        "version": document.version,
        "position": position,
        "title": document.title,
        "text": document.text,
        "answers": dict(document.answers),
    }


def _links(case: Case, text: CaseText) -> set[int]:
    """Writes what documents point at; returns the ids of those whose pointers changed."""
    ids = dict(case.documents.values_list("slug", "pk"))
    clauses = dict(Clause.objects.filter(framework=case.framework_id).values_list("ref", "pk"))
    lessons = _lessons(text)
    documents = [(ids[slug], document) for slug, document in _slugs(text)]
    refs = {(pk, clauses[ref]) for pk, document in documents for ref in document.refs}
    taught = {
        (pk, page) for pk, document in documents for key in document.lessons for page in lessons.get(key, ())
    }
    moved = pairs.put(CaseDocument.clauses.through, "casedocument_id", "clause_id", refs, ids.values())
    return moved | pairs.put(
        CaseDocument.lessons.through, "casedocument_id", "lessonpage_id", taught, ids.values()
    )


def _lessons(text: CaseText) -> dict[str, list[int]]:
    """The pages of the lessons with each key, in the courses of the case and in what these share."""
    courses = list(CoursePage.objects.filter(key__in=text.courses).values_list("path", flat=True))
    shared = [
        key
        for path in courses
        for key in ModulePage.objects.filter(path__startswith=path, shares__isnull=False).values_list(
            "shares__key", flat=True
        )
    ]
    homes = [*text.courses, *(f"shared/{key}" for key in shared)]
    found: dict[str, list[int]] = {}
    for key, pk in LessonPage.objects.filter(home__in=homes).values_list("key", "pk"):
        found.setdefault(key, []).append(pk)
    return found
