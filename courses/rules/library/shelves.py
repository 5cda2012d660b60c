"""The whole library: every folder of it, read in the order in which things refer to each other."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from courses.rules.library import cases, courses, frameworks, glossaries, passages, translations
from courses.rules.library.texts import (
    CaseText,
    CourseText,
    FrameworkText,
    GlossaryText,
    LibraryText,
    PassageText,
    ProfileText,
    SharedText,
)
from lms.kit.content import Problems


def read(folders: Sequence[Path], problems: Problems) -> LibraryText:
    """Everything under `folders`; notes every fault, so that one run finds them all."""
    standards: dict[str, FrameworkText] = {}
    for path in _files(folders, "frameworks/*.yaml"):
        _put(standards, frameworks.read_framework(path, problems), path, problems)
    profiles: dict[str, ProfileText] = {}
    for path in _files(folders, "profiles/*.yaml"):
        _put(
            profiles, frameworks.read_profile(path, problems, frameworks=frozenset(standards)), path, problems
        )
    terms: dict[str, GlossaryText] = {}
    for path in _files(folders, "glossary/*.yaml"):
        if translations.language_of(path):
            continue
        taken = {term.key: other.key for other in terms.values() for term in other.terms}
        _put(terms, glossaries.read(path, problems, standards=standards, taken=taken), path, problems)
    shelf = courses.Shelf(problems)
    found: dict[str, CourseText] = {}
    for path in _files(folders, "courses/*/course.yaml"):
        _put(found, courses.read(path, shelf, profiles=profiles, standards=standards), path, problems)
    written = [text for course in found.values() for module in course.modules for text in module.lessons]
    glossaries.examine_marks(written, terms.values(), problems)
    shared: dict[str, PassageText] = {}
    for path in _files(folders, "passages/*.md"):
        _put(shared, passages.read(path, problems), path, problems)
    passages.examine(written, shared, problems)
    told: dict[str, CaseText] = {}
    for path in _files(folders, f"case/*/{cases.FILE}"):
        shelves = cases.Shelves(standards, found)
        _put(told, cases.read(path, problems, shelves=shelves), path, problems)
    ordered = sorted(found.values(), key=lambda course: (course.order, course.key))
    return LibraryText(
        frameworks=tuple(standards.values()),
        profiles=tuple(profiles.values()),
        shared=tuple(_shared(ordered, profiles)),
        courses=tuple(ordered),
        glossaries=tuple(terms.values()),
        cases=tuple(told.values()),
        passages=tuple(shared.values()),
    )


def _files(folders: Sequence[Path], pattern: str) -> Iterable[Path]:
    return (path for folder in folders for path in sorted(folder.glob(pattern)))


def _put[T: (FrameworkText, ProfileText, CourseText, GlossaryText, CaseText, PassageText)](
    shelf: dict[str, T], text: T | None, path: Path, problems: Problems
) -> None:
    if text is None:
        return
    if text.key in shelf:
        problems.add(path, 1, f"key '{text.key}' is already used by another file of this kind")
    shelf[text.key] = text


def _shared(found: Iterable[CourseText], profiles: Mapping[str, ProfileText]) -> Iterable[SharedText]:
    made: dict[str, SharedText] = {}
    for course in found:
        for module in course.modules:
            if module.shared and module.shared not in made and course.profile in profiles:
                framework = profiles[course.profile].framework
                made[module.shared] = SharedText(module.shared, module.title, framework, module.lessons)
    return made.values()
