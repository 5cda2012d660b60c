"""Running cases: a folder with `case.md`, two versions of each document, and `evidence/`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from courses.rules.library import frameworks, prose
from courses.rules.library.lessons import key_of
from courses.rules.library.prose import curly
from courses.rules.library.texts import CaseDocumentText, CaseText, CourseText, FrameworkText
from lms.kit import digests
from lms.kit.content import Node, Problems, read_markdown

FILE, EVIDENCE = "case.md", "evidence/*.md"
GOOD, FLAWED = "good", "flawed"
NAMED, UNNAMED = "named", "unnamed"
FINDINGS = ("conformity", "opportunity", "nonconformity")
GRADES = ("minor", "major")
FACTS = ("key", "title", "kind", "clauses", "controls")


@dataclass(frozen=True)
class Shelves:
    """What a case may refer to."""

    standards: Mapping[str, FrameworkText]
    courses: Mapping[str, CourseText]

    def lessons(self, courses: Sequence[str]) -> frozenset[str]:
        """The keys of all lessons of these courses."""
        found = [self.courses[key] for key in courses if key in self.courses]
        return frozenset(text.key for course in found for module in course.modules for text in module.lessons)


@dataclass
class _Reading:
    """One case while it is read."""

    folder: Path
    problems: Problems
    framework: FrameworkText | None
    lessons: frozenset[str]
    seen: set[Path] = field(default_factory=set)


def read(path: Path, problems: Problems, *, shelves: Shelves) -> CaseText | None:
    """The case whose `case.md` is `path`; notes versions that are missing, and answers that don't fit."""
    parts = read_markdown(path, problems)
    if parts is None:
        return None
    front, body, line = parts
    front.only("key", "title", "framework", "courses", "documents", "evidence")
    framework = shelves.standards.get(front.text("framework"))
    if framework is None and front.has("framework"):
        front.complain(f"there is no framework '{front.text('framework')}'", "framework")
    courses = dict(_courses(front, shelves))
    reading = _Reading(path.parent, problems, framework, shelves.lessons(tuple(courses)))
    key = key_of(front)
    documents = (*_documents(key, front, reading), *_evidence(front, reading))
    for stray in sorted(set(path.parent.glob("*.md")) - reading.seen - {path}):
        problems.add(stray, 1, f"{FILE} names no document for this file")
    return CaseText(
        key=key,
        title=curly(front.text("title", most=200)),
        framework=framework.key if framework else "",
        about=prose.document(body, path, line, problems),
        courses=courses,
        documents=documents,
    )


def _courses(front: Node, shelves: Shelves) -> Iterator[tuple[str, bool]]:
    """The keys of the courses that work with it, and whether versions are named there."""
    for row in front.nodes("courses"):
        row.only("key", "versions")
        key, versions = row.text("key"), row.text("versions")
        if key not in shelves.courses:
            row.complain(f"there is no course '{key}'", "key")
        if versions not in (NAMED, UNNAMED):
            row.complain(f"'versions' is '{NAMED}' or '{UNNAMED}'", "versions")
        yield key, versions == NAMED


def _documents(case: str, front: Node, reading: _Reading) -> Iterator[CaseDocumentText]:
    for row in front.nodes("documents"):
        row.only("key", "lessons")
        key = key_of(row)
        lessons = _lessons(row, reading)
        pair = [_version(key, version, lessons, reading) for version in (GOOD, FLAWED)]
        found = [text for text in pair if text]
        if len({text.title for text in found}) > 1:
            row.complain(f"both versions of '{key}' bear one title, or it would tell them apart", "key")
        # Which comes first is settled by a digest: an order of ours would tell them apart.
        yield from reversed(found) if _turned(case, key) else found


def _turned(case: str, key: str) -> bool:
    return int(digests.digest({"case": case, "document": key})[:2], 16) % 2 == 1


def _lessons(row: Node, reading: _Reading) -> tuple[str, ...]:
    keys = row.texts("lessons", ())
    for key in keys:
        if key not in reading.lessons:
            row.complain(f"no course of this case has a lesson '{key}'", "lessons")
    return keys


def _version(key: str, version: str, lessons: tuple[str, ...], reading: _Reading) -> CaseDocumentText | None:
    path = reading.folder / f"{key}-{version}.md"
    reading.seen.add(path)
    parts = read_markdown(path, reading.problems)
    if parts is None:
        return None
    front, body, line = parts
    front.only(*FACTS, "version", "flaws")
    if front.text("version") != version:
        front.complain(f"'version' is '{version}', as the file's name says", "version")
    flaws = [dict(_flaw(row)) for row in front.nodes("flaws", ())]
    if (version == FLAWED) != bool(flaws):
        front.complain("a flawed version lists its 'flaws', a good one has none", "flaws")
    return _text(
        front, body, line, path, reading, key=key, version=version, lessons=lessons, answers={"flaws": flaws}
    )


def _flaw(row: Node) -> Iterator[tuple[str, str]]:
    row.only("where", "requirement", "why")
    for name in ("where", "requirement", "why"):
        yield name, curly(row.text(name, most=1000))


def _evidence(front: Node, reading: _Reading) -> Iterator[CaseDocumentText]:
    row = front.node("evidence", None)
    row.only("lessons")
    lessons = _lessons(row, reading)
    read_of = [
        (path, read_markdown(path, reading.problems)) for path in sorted(reading.folder.glob(EVIDENCE))
    ]
    found = [(parts[0], _piece(*parts, path, lessons, reading)) for path, parts in read_of if parts]
    keys = [text.key for _, text in found]
    for place, (front, text) in enumerate(found):
        if text.key in keys[:place]:
            front.complain(f"another piece of evidence has the key '{text.key}'", "key")
        for key in text.answers["with"]:
            if key not in keys or key == text.key:
                front.complain(f"'with' names '{key}', which is no other piece of evidence", "with")
        yield text


def _piece(
    front: Node, body: str, line: int, path: Path, lessons: tuple[str, ...], reading: _Reading
) -> CaseDocumentText:
    front.only(*FACTS, "finding", "grade", "requirement", "gap", "with")
    finding, told = front.text("finding"), ("grade", "requirement", "gap")
    if finding not in FINDINGS:
        front.complain(f"'finding' is one of {', '.join(FINDINGS)}", "finding")
    if finding != "nonconformity" and any(front.has(name) for name in told):
        front.complain("only a nonconformity has 'grade', 'requirement' and 'gap'", "finding")
    answers: dict[str, Any] = {"finding": finding, "with": list(front.texts("with", ()))}
    if finding == "nonconformity":
        answers |= {name: curly(front.text(name, most=1000)) for name in told}
        if front.has("grade") and answers["grade"] not in GRADES:
            front.complain(f"'grade' is one of {', '.join(GRADES)}", "grade")
    return _text(
        front, body, line, path, reading, key=key_of(front), version="", lessons=lessons, answers=answers
    )


def _text(
    front: Node,
    body: str,
    line: int,
    path: Path,
    reading: _Reading,
    *,
    key: str,
    version: str,
    lessons: tuple[str, ...],
    answers: dict[str, Any],
) -> CaseDocumentText:
    front.text("kind", most=80)
    title = curly(front.text("title", most=200))
    return CaseDocumentText(
        key=key,
        version=version,
        title=title,
        text=prose.document(body, path, line, reading.problems, of="" if version else title),
        refs=tuple(_refs(front, reading.framework)),
        lessons=lessons,
        answers=answers,
    )


def _refs(front: Node, framework: FrameworkText | None) -> Iterator[str]:
    for kind, name in ((frameworks.CLAUSE, "clauses"), (frameworks.CONTROL, "controls")):
        for ref in front.texts(name, ()):
            if framework and ref not in framework.refs(kind):
                front.complain(f"'{ref}' is not a {kind} of {framework.title}", name)
            yield ref
