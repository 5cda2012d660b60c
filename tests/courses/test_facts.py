"""Every clause and every control that the library names is there, and has the title that the facts give it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from courses.rules.library import frameworks
from courses.rules.library.texts import FrameworkText
from lms.kit.content import Problems

ROOT = Path(settings.BASE_DIR)
FACTS = (ROOT / "docs" / "subjects" / "iso-42001.md").read_text()
FILES = sorted(
    path
    for folder in (ROOT / "courses" / "library", ROOT / "exams" / "library")
    for path in folder.rglob("*")
    if path.suffix in (".md", ".yaml")
)
CONTROL = re.compile(r"\b[AB](\.\d+(?:\.\d+)*)\b")
# "clauses 6.1.2, 6.1.3 and 8.2"; a number alone may be a time of day or a release.
CLAUSES = re.compile(r"[Cc]lauses? ((?:\d+(?:\.\d+)*)(?:(?:, | and | to | or )\d+(?:\.\d+)*)*)")


@pytest.fixture(scope="module")
def framework() -> FrameworkText:
    problems = Problems()
    found = frameworks.read_framework(
        ROOT / "courses" / "library" / "frameworks" / "iso-42001.yaml", problems
    )
    assert found is not None
    return found


def told(begin: str, end: str, ref: str) -> dict[str, str]:
    """The titles that stand behind references in a part of the facts, in lower case and without what explains them."""
    text = FACTS[FACTS.index(begin) : FACTS.index(end)]
    found = re.findall(rf"(?<![\w.])({ref}) (.+?)(?= ·| \(|, \d|\)|\n)", text)
    return {name: title.lower() for name, title in found}


def test_controls_have_the_titles_of_the_facts(framework: FrameworkText) -> None:
    said = told("## The 38 controls", "The x.1 rows", r"A(?:\.\d+){2,3}")
    ours = {one.ref: one.title.lower() for one in framework.clauses if one.ref in framework.refs("control")}
    assert ours == said
    assert len(said) == 38


def test_clauses_have_the_titles_of_the_facts(framework: FrameworkText) -> None:
    said = told("## Clauses", "Documented information it asks", r"\d+\.\d+(?:\.\d+)?")
    ours = {
        one.ref: one.title.lower().removeprefix("the ")
        for one in framework.clauses
        if one.ref in framework.refs("clause") and "." in one.ref and one.ref != "6.1"  # a heading alone
    }
    assert {ref: title.removeprefix("the ") for ref, title in said.items()} == ours


def named() -> Iterator[tuple[str, str]]:
    """Everything that is written as a clause, a control or a row of guidance, with its place."""
    for path in FILES:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(ROOT)}:{number}"
            yield from ((f"A{rest}", where) for rest in CONTROL.findall(line))
            # A contract of the case has clauses of its own.
            for row in CLAUSES.findall(line) if "ontract" not in line else ():
                yield from ((ref, where) for ref in re.findall(r"\d+(?:\.\d+)*", row))


def test_nothing_is_named_that_is_not_there(framework: FrameworkText) -> None:
    known = framework.refs("control") | framework.refs("clause")
    groups = {ref.rpartition(".")[0] for ref in framework.refs("control")} | {"A.6"}
    # The objective of a group, which is no control: texts and items say so where they name one.
    objectives = {f"{group}.1" for group in groups if group.count(".") == 1}
    found = list(named())
    assert len(found) > 2_000
    assert [(ref, where) for ref, where in found if ref not in known | groups | objectives] == []
