"""Numeric: a number within a tolerance. A response is the number as text, with a decimal comma or point."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import choices, numbers
from exams.itemtypes.parts import Field, Line, Said, Taken, Written
from lms.kit.content import Node

KIND = "numeric"
NAME = "Numeric"
RULES = tuple(numbers.TOLERANCES)
KEYS = ("answer", "tolerance", "unit", "why")
NEEDS_MARKER = False
LONGEST = 24


def written(node: Node) -> Written:
    content = {"kind": KIND, "stem": node.text("stem"), "unit": node.text("unit", default="", most=40)}
    key = {
        "rule": parts.rule_of(node, RULES),
        "value": parts.amount(node, "answer"),
        "tolerance": parts.amount(node, "tolerance", "0"),
    }
    return Written(content, key, {"answer": node.text("why")})


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    own = {"answer": key["value"], "tolerance": key["tolerance"], "unit": content["unit"]}
    return parts.said_of_all(content, key) | own | {"why": rationales.get("answer", "")}


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    return parts.stem_and_rule(content, key, RULES) + number_faults(key)


def number_faults(key: Mapping[str, Any]) -> list[str]:
    tolerance = numbers.number(key.get("tolerance", ""))
    found = []
    if numbers.number(key.get("value", "")) is None:
        found.append("the answer must be a number")
    if tolerance is None or tolerance < 0:
        found.append("the tolerance must be a number from 0")
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    return parts.seen(content, "unit")


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    return (Field("", "Your answer", text=value or "", longest=LONGEST, number=True, unit=content["unit"]),)


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    said = f"{key['value']} {content['unit']}".strip()
    return (Line("answer", said, f"within {key['tolerance']} ({key['rule']})"),)


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    return number_fields("", content["unit"], key)


def number_fields(part: str, unit: str, key: Mapping[str, Any]) -> tuple[Field, ...]:
    return (
        Field(f"{part}value", "The right number", text=key["value"], longest=LONGEST, number=True, unit=unit),
        Field(f"{part}tolerance", "Within", text=key["tolerance"], longest=LONGEST, number=True),
    )


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    return number_keyed("", said)


def number_keyed(part: str, said: Said) -> dict[str, Any]:
    names = ("value", "tolerance")
    return {name: numbers.tidy(parts.last(said(f"{part}{name}"))) for name in names}


def shape(content: Mapping[str, Any]) -> int:
    return LONGEST


def fits(shape: Any, value: Any) -> bool:
    return value is None or (
        isinstance(value, str) and len(value) <= shape and numbers.number(value) is not None
    )


def posted(shape: Any, said: Said) -> str | None:
    return numbers.tidy((list(said("")) or [""])[-1]) or None


def finished(value: str) -> bool:
    return True


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return (Taken("", value, mark(key, value) == maximum(key), typed=True),)


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    return choices.all_or_nothing(value is not None and is_right(key, key["rule"], value))


def is_right(key: Mapping[str, Any], rule: str, value: str) -> bool:
    """Whether a number is within the tolerance of the key's `value`."""
    read = [numbers.number(said) for said in (value, key["value"], key["tolerance"])]
    given, right, tolerance = read
    if given is None or right is None or tolerance is None:
        return False
    return numbers.TOLERANCES[rule](given, right, tolerance)


def maximum(key: Mapping[str, Any]) -> Fraction:
    return Fraction(1)
