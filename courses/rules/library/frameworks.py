"""Frameworks (a standard's structure) and profiles (competence domains with weights)."""

from collections.abc import Iterator
from pathlib import Path

from courses.rules.library.lessons import key_of
from courses.rules.library.prose import curly
from courses.rules.library.texts import ClauseText, DomainText, FrameworkText, ProfileText
from lms.kit.content import Node, Problems, read_yaml

CLAUSE, OBJECTIVE, CONTROL = "clause", "objective", "control"


def read_framework(path: Path, problems: Problems) -> FrameworkText | None:
    """A framework file; notes references that stand twice and parents that don't exist."""
    node = read_yaml(path, problems)
    if node is None:
        return None
    node.only(
        "key",
        "title",
        "edition",
        "clauses",
        "objectives",
        "controls",
        "annex_c_objectives",
        "annex_c_risk_sources",
    )
    clauses = (
        *_clauses(node, "clauses", CLAUSE, "parent"),
        *_clauses(node, "objectives", OBJECTIVE, "parent"),
        *_clauses(node, "controls", CONTROL, "objective"),
    )
    return FrameworkText(
        key=key_of(node),
        title=node.text("title", most=200),
        edition=node.text("edition", "", most=20),
        clauses=_checked(clauses),
        objectives=node.texts("annex_c_objectives", ()),
        risk_sources=node.texts("annex_c_risk_sources", ()),
    )


def _clauses(node: Node, key: str, kind: str, parent: str) -> Iterator[tuple[Node, ClauseText]]:
    for row in node.nodes(key) if kind == CLAUSE else node.nodes(key, ()):
        row.only("ref", "title", parent)
        yield (
            row,
            ClauseText(
                row.text("ref", most=20),
                curly(row.text("title", most=200)),
                kind,
                row.text(parent, "", most=20),
            ),
        )


def _checked(rows: tuple[tuple[Node, ClauseText], ...]) -> tuple[ClauseText, ...]:
    lines: dict[str, int] = {}
    for row, clause in rows:
        if clause.ref in lines:
            row.complain(f"'{clause.ref}' already stands at line {lines[clause.ref]}", "ref")
        if clause.parent and clause.parent not in lines:
            row.complain(f"'{clause.parent}' must stand before what lies under it", "parent")
        lines.setdefault(clause.ref, row.line)
    return tuple(clause for _, clause in rows)


def read_profile(path: Path, problems: Problems, *, frameworks: frozenset[str]) -> ProfileText | None:
    """A profile file; notes weights that don't sum to 100 and domains that stand twice."""
    node = read_yaml(path, problems)
    if node is None:
        return None
    node.only("key", "title", "framework", "domains")
    framework = node.text("framework")
    if framework and framework not in frameworks:
        node.complain(f"there is no framework '{framework}'", "framework")
    domains = tuple(_domains(node))
    if sum(domain.weight for domain in domains) != 100:
        node.complain(f"the weights sum to {sum(d.weight for d in domains)}, and must sum to 100", "domains")
    return ProfileText(key_of(node), node.text("title", most=200), framework, domains)


def _domains(node: Node) -> Iterator[DomainText]:
    for number, row in enumerate(node.nodes("domains"), 1):
        row.only("number", "key", "title", "weight", "summary")
        if row.whole("number", least=1, most=99) != number:
            row.complain(f"domains are numbered in order: this is number {number}", "number")
        yield DomainText(
            number=number,
            key=key_of(row),
            title=curly(row.text("title", most=200)),
            weight=row.whole("weight", least=1, most=100),
            summary=curly(row.text("summary", "", most=1000)),
        )
