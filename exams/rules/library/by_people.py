"""Reading coursework, and how people mark it or an exam's essays."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from exams.itemtypes import essay, parts
from exams.itemtypes.marks import numbers
from exams.rules.marking import Double
from lms.kit.content import Node, Problems, read_markdown

KEYS = (
    "key", "title", "order", "organisation", "course", "required", "by_tutor", "hours", "words", "cut_percent", "due_days", "tries",
    "again_days", "offered", "criteria", "marking",
)  # fmt: skip


@dataclass(frozen=True)
class ParsedCoursework:
    key: str
    organisation: str
    course: str
    values: dict[str, Any]
    marking: dict[str, Any]
    path: Path
    line_of: dict[str, int]


def read_coursework(folders: Sequence[Path], problems: Problems) -> list[ParsedCoursework]:
    """Every file `coursework/*.md`: what is asked is its body, everything else its head."""
    found: dict[str, ParsedCoursework] = {}
    for path in (file for folder in folders for file in sorted((folder / "coursework").glob("*.md"))):
        said = read_markdown(path, problems)
        if said is not None:
            front, body, _ = said
            one = _coursework(front, body.strip())
            found[one.key] = one
    return list(found.values())


def read_marking(top: Node) -> dict[str, Any]:
    """How people mark: the values of a row, each with its usual value where the file says nothing."""
    if not top.has("marking"):
        return {}
    node = top.node("marking")
    node.only("double", "sample_percent", "tolerance", "control_every", "lease_minutes")
    double = node.text("double", default=Double.NEVER)
    if double not in list(Double):
        node.complain(f"'double' must be one of: {', '.join(Double)}", "double")
    tolerance = numbers.points(parts.amount(node, "tolerance", "1"))
    if tolerance is None or tolerance < 0:
        node.complain("'tolerance' must be a number of points from 0", "tolerance")
        tolerance = Fraction(1)
    return {
        "double": double,
        "sample_percent": node.whole("sample_percent", default=20, most=100),
        "tolerance_numerator": tolerance.numerator,
        "tolerance_denominator": tolerance.denominator,
        "control_every": node.whole("control_every", default=10, most=1000),
        "lease_minutes": node.whole("lease_minutes", default=120, least=1, most=10_080),
    }


def _coursework(front: Node, brief: str) -> ParsedCoursework:
    front.only(*KEYS)
    if not brief:
        front.complain("the coursework does not say what is asked")
    return ParsedCoursework(
        key=front.text("key", most=80),
        organisation=front.text("organisation"),
        course=front.text("course"),
        values={
            "title": front.text("title", most=200),
            "brief": brief,
            "order": front.whole("order", default=0, most=1000),
            "course_key": front.text("course"),
            "required": front.flag("required"),
            "by_tutor": front.flag("by_tutor"),
            "hours": front.whole("hours", default=0, most=200),
            "words": front.whole("words", default=0, most=20_000),
            "cut_percent": front.whole("cut_percent", default=60, least=1, most=100),
            "due_days": front.whole("due_days", default=0, most=3660),
            "tries": front.whole("tries", default=2, least=1, most=99),
            "again_days": front.whole("again_days", default=30, least=1, most=3660),
            "offered": front.flag("offered", True),
            "criteria": [_criterion(node, str(n)) for n, node in enumerate(front.nodes("criteria"), 1)],
        },
        marking=read_marking(front),
        path=front.path,
        line_of={name: front.line_of(name) for name in ("organisation", "course")},
    )


def _criterion(node: Node, number: str) -> dict[str, Any]:
    node.only("name", "looks_for", "levels")
    levels = []
    for level in node.nodes("levels"):
        level.only("points", "says")
        levels.append({"points": parts.amount(level, "points"), "says": level.text("says")})
    for fault in essay.level_faults(node.text("name"), levels):
        node.complain(fault)
    return {
        "id": number,
        "name": node.text("name", most=120),
        "looks_for": node.text("looks_for"),
        "levels": levels,
    }
