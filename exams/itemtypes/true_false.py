"""True or false: a statement to be judged. A response is t or f."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import choices
from exams.itemtypes.parts import Field, Line, Said, Taken, Written
from lms.kit.content import Node

KIND = "true-false"
NAME = "True or false"
RULES = (choices.ALL_OR_NOTHING, choices.RIGHT_MINUS_WRONG)
KEYS = ("right", "why_true", "why_false")
NEEDS_MARKER = False
OPTIONS = ({"id": "t", "text": "True"}, {"id": "f", "text": "False"})


def written(node: Node) -> Written:
    if not node.has("right"):
        node.complain("'right' is missing: whether the statement is true or false")
    right = "t" if node.flag("right", False) else "f"
    content = {"kind": KIND, "stem": node.text("stem")}
    key = {"rule": parts.rule_of(node, RULES), "right": [right]}
    return Written(parts.warned(content, key), key, {"t": node.text("why_true"), "f": node.text("why_false")})


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    own = {"right": "t" in key["right"], "why_true": rationales["t"], "why_false": rationales["f"]}
    return parts.said_of_all(content, key) | own


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    found = parts.stem_and_rule(content, key, RULES)
    if list(key.get("right", [])) not in (["t"], ["f"]):
        found.append("the key must be either true or false")
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    return parts.seen(content) | {"options": [dict(option) for option in OPTIONS]}


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    return (Field("", content["stem"], parts.choices(OPTIONS, value or "")),)


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(option["id"], option["text"], "right" if option["id"] in key["right"] else "")
        for option in OPTIONS
    )


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    return (Field("", "The statement is", parts.choices(OPTIONS, "".join(key["right"]))),)


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    return {"right": [one for one in said("") if one]}


def shape(content: Mapping[str, Any]) -> str:
    return "tf"


def fits(shape: Any, value: Any) -> bool:
    return value is None or value in ("t", "f")


def posted(shape: Any, said: Said) -> str | None:
    return (list(said("")) or [""])[-1] or None


def finished(value: str) -> bool:
    return True


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return (Taken("", value, value in key["right"]),)


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    if value is None:
        return Fraction(0)
    right = [value] == list(key["right"])
    if key["rule"] == choices.RIGHT_MINUS_WRONG:
        return choices.right_minus_wrong(right=right, wrong=not right, options=2)
    return choices.all_or_nothing(right)


def maximum(key: Mapping[str, Any]) -> Fraction:
    return Fraction(1)
