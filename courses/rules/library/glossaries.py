"""Glossary files: what terms mean, and what of the standard each belongs to."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from courses.rules.library import frameworks, words
from courses.rules.library.lessons import key_of
from courses.rules.library.prose import curly
from courses.rules.library.texts import FrameworkText, GlossaryText, LessonText, TermText, TranslationText
from lms.kit.content import Node, Problem, Problems, read_yaml


def read(
    path: Path,
    problems: Problems,
    *,
    standards: Mapping[str, FrameworkText],
    taken: Mapping[str, str] | None = None,
) -> GlossaryText | None:
    """The glossary in `path`; notes names and keys that stand twice and references that lead nowhere.

    `taken` has the keys of terms in other glossaries, by which their pages are addressed.
    """
    node = read_yaml(path, problems)
    if node is None:
        return None
    node.only("key", "framework", "title", "language", "terms")
    framework = standards.get(node.text("framework"))
    if framework is None and node.has("framework"):
        node.complain(f"there is no framework '{node.text('framework')}'", "framework")
    rows = tuple((row, _term(row, framework)) for row in node.nodes("terms"))
    _examine(rows, taken or {})
    made = GlossaryText(
        key=key_of(node),
        title=curly(node.text("title", most=200)),
        language=node.text("language", "en", most=12),
        framework=framework.key if framework else "",
        terms=tuple(term for _, term in rows),
    )
    return words.of_glossary(made, path, problems)


def _term(row: Node, framework: FrameworkText | None) -> TermText:
    row.only("key", "term", "also", "text", "clauses", "controls", "see")
    refs = tuple(_refs(row, framework))
    return TermText(
        key=key_of(row),
        term=curly(row.text("term", most=120)),
        also=tuple(map(curly, row.texts("also", ()))),
        text=curly(row.text("text", most=1000)),
        refs=refs,
        see=row.texts("see", ()),
    )


def _refs(row: Node, framework: FrameworkText | None) -> Iterator[str]:
    for kind, key in ((frameworks.CLAUSE, "clauses"), (frameworks.CONTROL, "controls")):
        for ref in row.texts(key, ()):
            if framework and ref not in framework.refs(kind):
                row.complain(f"'{ref}' is not a {kind} of {framework.title}", key)
            yield ref


def _examine(rows: tuple[tuple[Node, TermText], ...], taken: Mapping[str, str]) -> None:
    """No key and no name stands twice, and `see` leads to other terms."""
    keys: dict[str, int] = {}
    names: dict[str, int] = {}
    for row, term in rows:
        if term.key in keys:
            row.complain(f"the key '{term.key}' already stands at line {keys[term.key]}", "key")
        if term.key in taken:
            row.complain(f"the key '{term.key}' is already used by the glossary '{taken[term.key]}'", "key")
        keys.setdefault(term.key, row.line)
        for name in {name.casefold() for name in (term.term, *term.also)}:
            if name in names:
                row.complain(f"'{name}' is already explained at line {names[name]}", "term")
            names.setdefault(name, row.line)
    for row, term in rows:
        for key in term.see:
            if key not in keys or key == term.key:
                row.complain(f"'see' names '{key}', which is no other term of this glossary", "see")


def examine_marks(
    lessons: Iterable[LessonText], glossaries: Iterable[GlossaryText], problems: Problems
) -> None:
    """Notes marks in lessons that name no term."""
    known = {term.key for glossary in glossaries for term in glossary.terms}
    texts: list[LessonText | TranslationText] = []
    for lesson in lessons:
        texts += [lesson, *lesson.translations]
    for text in texts:
        for key, line in text.terms.items():
            fault = Problem(text.path, line, f"there is no term '{key}' in a glossary")
            # A lesson that two courses share has its fault named once.
            if key not in known and fault not in problems.items:
                problems.items.append(fault)
