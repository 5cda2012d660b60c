"""Essay: a longer text that people mark by an analytic rubric. A response is the text.

The rubric stands in the key, so that it has versions as every key has, is frozen with the form, and never reaches a
candidate: of each criterion they see the name and the most points.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import numbers, texts
from exams.itemtypes.parts import Field, Line, Said, Taken, Written
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
    """`words` is about how long it should be; each of `criteria` has a name, what it looks for, and from the lowest up
    `levels`, each with `points` and what a text at it is like (`says`)."""
    criteria, levels, looks_for = [], {}, {}
    for number, one in enumerate(node.nodes("criteria"), 1):
        one.only("name", "looks_for", "levels")
        levels[str(number)] = [_level(level) for level in one.nodes("levels")]
        criteria.append({"id": str(number), "name": one.text("name"), "most": _top(levels[str(number)])})
        looks_for[str(number)] = one.text("looks_for")
    words = node.whole("words", default=300, least=20, most=1500)
    content = {"kind": KIND, "stem": node.text("stem"), "words": words, "criteria": criteria}
    most = {one["id"]: one["most"] for one in criteria}
    return Written(content, {"rule": parts.rule_of(node, RULES), "most": most, "levels": levels}, looks_for)


def _level(node: Node) -> dict[str, str]:
    node.only("points", "says")
    return {"points": parts.amount(node, "points"), "says": node.text("says")}


def _top(levels: Sequence[Mapping[str, str]]) -> str:
    return levels[-1]["points"] if levels else "0"


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    criteria = [
        {"name": one["name"], "looks_for": rationales.get(one["id"], ""), "levels": levels_of(key, one["id"])}
        for one in content["criteria"]
    ]
    return parts.said_of_all(content, key) | {"words": content["words"], "criteria": criteria}


def levels_of(key: Mapping[str, Any], criterion: str) -> list[dict[str, str]]:
    """The levels of a criterion from the lowest up, each with `points` and `says`; none where an older key has none."""
    return [dict(level) for level in key.get("levels", {}).get(criterion, ())]


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    criteria = content.get("criteria", [])
    found = parts.stem_and_rule(content, key, RULES) + parts.counted(criteria, "criteria", 1, 9)
    found += parts.distinct([one["name"] for one in criteria], "a criterion")
    for one in criteria:
        found += level_faults(one["name"], levels_of(key, one["id"]))
    return found


def level_faults(name: str, levels: Sequence[Mapping[str, str]]) -> list[str]:
    """What is wrong with the levels of a criterion of that name, in words."""
    if not 2 <= len(levels) <= 7:
        return [f"'{name}' must have 2 to 7 levels, and has {len(levels)}"]
    points = [numbers.points(level["points"]) for level in levels]
    known = [one for one in points if one is not None]
    rising = len(known) == len(points) and known[0] == 0 and known == sorted(set(known))
    found = [] if rising else [f"the points of the levels of '{name}' must begin at 0 and rise"]
    if not all(level["says"].strip() for level in levels):
        found.append(f"each level of '{name}' must say what a text at it is like")
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    return parts.seen(content, "words", "criteria")


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    return (Field("", "Your answer", text=value or "", longest=LONGEST),)


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(
            one["id"],
            one["name"],
            "; ".join(f"{level['points']}: {level['says']}" for level in levels_of(key, one["id"])),
        )
        for one in content["criteria"]
    )


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


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return ()


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    """0 for None; raises NeedsMarker for every text."""
    if value is None:
        return Fraction(0)
    raise NeedsMarker


def maximum(key: Mapping[str, Any]) -> Fraction:
    return sum((numbers.points(most) or Fraction(0) for most in key["most"].values()), Fraction(0))
