"""Essay: a longer text that people mark by a rubric. A response is the text.

Marking by people does not exist here yet, so an essay stays a draft: it is written, presented, answered and kept, and
no form holds one.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import numbers, texts
from exams.itemtypes.parts import Field, Line, Said, Written
from lms.kit.content import Node

KIND = "essay"
NAME = "Essay"
RULES = ("rubric",)
KEYS = ("words", "criteria")
NEEDS_MARKER = True
LONGEST = 12_000


class NeedsMarker(Exception):
    """No rule can mark this: people do, by its rubric."""


def written(node: Node) -> Written:
    """`words` is about how long it should be; each of `criteria` has a name, its most points and what it looks for."""
    criteria, looks_for = [], {}
    for number, one in enumerate(node.nodes("criteria"), 1):
        one.only("name", "most", "looks_for")
        criteria.append({"id": str(number), "name": one.text("name"), "most": parts.amount(one, "most")})
        looks_for[str(number)] = one.text("looks_for")
    words = node.whole("words", default=300, least=20, most=1500)
    content = {"kind": KIND, "stem": node.text("stem"), "words": words, "criteria": criteria}
    key = {"rule": parts.rule_of(node, RULES), "most": {one["id"]: one["most"] for one in criteria}}
    return Written(content, key, looks_for)


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    criteria = [
        {"name": one["name"], "most": one["most"], "looks_for": rationales.get(one["id"], "")}
        for one in content["criteria"]
    ]
    return parts.said_of_all(content, key) | {"words": content["words"], "criteria": criteria}


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    criteria = content.get("criteria", [])
    found = parts.stem_and_rule(content, key, RULES) + parts.counted(criteria, "criteria", 1, 9)
    found += parts.distinct([one["name"] for one in criteria], "a criterion")
    if any((numbers.points(most) or 0) <= 0 for most in key.get("most", {}).values()):
        found.append("each criterion has a number of points above 0")
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    return parts.seen(content, "words", "criteria")


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    return (Field("", "Your answer", text=value or "", longest=LONGEST),)


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    return tuple(Line(one["id"], one["name"], f"up to {one['most']} points") for one in content["criteria"])


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    """None: what an essay is worth its markers say."""
    return ()


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    return {}


def shape(content: Mapping[str, Any]) -> int:
    return LONGEST


def fits(shape: Any, value: Any) -> bool:
    return value is None or texts.is_text(value, shape, breaks=True)


def posted(shape: Any, said: Said) -> str | None:
    return (list(said("")) or [""])[-1].replace("\r\n", "\n").strip() or None


def finished(value: str) -> bool:
    return True


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    """0 for None; raises NeedsMarker for every text."""
    if value is None:
        return Fraction(0)
    raise NeedsMarker


def maximum(key: Mapping[str, Any]) -> Fraction:
    return sum((numbers.points(most) or Fraction(0) for most in key["most"].values()), Fraction(0))
