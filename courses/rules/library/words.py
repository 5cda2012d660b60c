"""Courses and glossaries in other languages: `course.de.yaml` beside `course.yaml`, `iso-42001.de.yaml` beside `iso-42001.yaml`."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from courses.rules.library.prose import curly
from courses.rules.library.texts import (
    CourseText,
    CourseWordsText,
    GlossaryText,
    GlossaryWordsText,
    ModuleWordsText,
    TermWordsText,
)
from courses.rules.library.translations import language_of
from lms.kit.content import Node, Problems, read_yaml


def of_course(text: CourseText, path: Path, problems: Problems) -> CourseText:
    """The course in `path` with what lies beside it in other languages, in the order of these."""
    found = (_course(node, text, other) for other, node in _beside(path, text.key, problems))
    return replace(text, translations=tuple(found))


def of_glossary(text: GlossaryText, path: Path, problems: Problems) -> GlossaryText:
    """The glossary in `path` with what lies beside it in other languages, in the order of these."""
    found = (_glossary(node, text, other) for other, node in _beside(path, text.key, problems))
    return replace(text, translations=tuple(found))


def _beside(path: Path, key: str, problems: Problems) -> Iterator[tuple[Path, Node]]:
    for other in sorted(path.parent.glob(f"{path.stem}.*.yaml")):
        node = read_yaml(other, problems) if language_of(other) else None
        if node is None:
            continue
        if node.text("key", most=80) != key:
            node.complain(f"the file beside it has the key '{key}'", "key")
        yield other, node


def _course(node: Node, text: CourseText, path: Path) -> CourseWordsText:
    node.only("key", "translates", "title", "strapline", "summary", "modules")
    return CourseWordsText(
        key=text.key,
        language=language_of(path),
        translates=node.text("translates", most=16),
        title=curly(node.text("title", most=200)),
        strapline=curly(node.text("strapline", "", most=300)),
        summary=curly(node.text("summary", "", most=2000)),
        modules=tuple(_modules(node, {one.key for one in text.modules})),
        path=path,
    )


def _modules(node: Node, known: set[str]) -> Iterator[ModuleWordsText]:
    for row in node.nodes("modules", ()):
        row.only("key", "title", "summary")
        key = row.text("key", most=80)
        if key not in known:
            row.complain(f"the course has no module '{key}', or it stands here twice", "key")
        known.discard(key)
        title, summary = row.text("title", most=200), row.text("summary", "", most=1000)
        yield ModuleWordsText(key, curly(title), curly(summary))


def _glossary(node: Node, text: GlossaryText, path: Path) -> GlossaryWordsText:
    node.only("key", "terms")
    terms = tuple(_terms(node, {one.key for one in text.terms}))
    return GlossaryWordsText(text.key, language_of(path), terms, path)


def _terms(node: Node, known: set[str]) -> Iterator[TermWordsText]:
    for row in node.nodes("terms"):
        row.only("key", "translates", "term", "also", "text")
        key = row.text("key", most=80)
        if key not in known:
            row.complain(f"the glossary has no term '{key}', or it stands here twice", "key")
        known.discard(key)
        yield TermWordsText(
            key=key,
            translates=row.text("translates", most=16),
            term=curly(row.text("term", most=120)),
            also=tuple(map(curly, row.texts("also", ()))),
            text=curly(row.text("text", most=1000)),
        )
