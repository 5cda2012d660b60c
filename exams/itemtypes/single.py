"""Single best answer: one stem, three to five options, one of them right. A response is the option's letter."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import choices, maps
from exams.itemtypes.parts import Field, Line, Said, Taken, Written
from lms.kit.content import Node

KIND = "single"
NAME = "Single best answer"
LEAST, MOST = 3, 5
IDENTIFIERS = "abcde"
RULES = (choices.ALL_OR_NOTHING, choices.RIGHT_MINUS_WRONG, maps.MAP_RESPONSE)
KEYS = ("options", *parts.BOUNDS)
NEEDS_MARKER = False


def read(
    stem: str, options: Sequence[tuple[str, str, bool]], rule: str = RULES[0]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Content, key and rationales from a stem and its options (text, why, right), identified a, b, c … in order."""
    named = list(zip(IDENTIFIERS, options, strict=False))
    content = {"kind": KIND, "stem": stem, "options": [{"id": i, "text": text} for i, (text, _, _) in named]}
    key: dict[str, Any] = {"rule": rule, "right": [i for i, (_, _, right) in named if right]}
    if rule == choices.RIGHT_MINUS_WRONG:
        key["of"] = len(named)
    return parts.warned(content, key), key, {i: why for i, (_, why, _) in named}


def written(node: Node) -> Written:
    rule = parts.rule_of(node, RULES)
    options, points = [], {}
    for letter, option in zip(parts.LETTERS, node.nodes("options"), strict=False):
        option.only("text", "why", "right", "points")
        options.append((option.text("text"), option.text("why"), option.flag("right", False)))
        if option.has("points"):
            points[letter] = parts.amount(option, "points")
    if len(options) > MOST:
        node.complain(f"an item has at most {MOST} options", "options")
    content, key, rationales = read(node.text("stem"), options, rule)
    if rule == maps.MAP_RESPONSE:
        key |= {"map": points} | parts.bounds(node)
    return Written(parts.warned(content, key), key, rationales)


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    options = parts.said_of_options(content, key, rationales)
    return parts.said_of_all(content, key) | {"options": options} | parts.said_of_bounds(key)


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    found = []
    options = content.get("options", [])
    texts = [str(option.get("text", "")).strip() for option in options]
    if not str(content.get("stem", "")).strip():
        found.append("the stem is empty")
    if not LEAST <= len(options) <= MOST:
        found.append(f"a single-answer item has {LEAST} to {MOST} options, and this one has {len(options)}")
    if not all(texts):
        found.append("an option has no text")
    if len({text.casefold() for text in texts}) != len(texts):
        found.append("two options have the same text")
    right = key.get("right", [])
    if len(right) != 1:
        found.append(f"exactly one option is right, and {len(right)} are marked so")
    elif right[0] not in [option["id"] for option in options]:
        found.append("the key names an option that is not there")
    if key.get("rule") not in RULES:
        found.append(f"the scoring rule must be one of: {', '.join(RULES)}")
    return found + (parts.map_faults(key, parts.ids(options)) or _best(key))


def _best(key: Mapping[str, Any]) -> list[str]:
    if key.get("rule") != maps.MAP_RESPONSE or mark(
        key, key["right"][0] if key["right"] else None
    ) == maximum(key):
        return []
    return ["no option may earn more than the right one"]


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    options = [{"id": option["id"], "text": option["text"]} for option in content["options"]]
    return parts.seen(content) | {"options": options}


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    return (Field("", content["stem"], parts.choices(content["options"], value or "")),)


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    points = key.get("map", {})
    return tuple(
        Line(
            option["id"],
            option["text"],
            ", ".join(
                (["right"] if option["id"] in key["right"] else [])
                + ([f"{points[option['id']]} points"] if option["id"] in points else [])
            ),
        )
        for option in content["options"]
    )


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    right = Field("", "The right option", parts.choices(content["options"], "".join(key["right"])))
    return (right, *parts.key_points(key))


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    return {"right": [one for one in said("") if one]} | parts.points_said(key, said)


def shape(content: Mapping[str, Any]) -> str:
    """The identifiers of the options in one word: "abc"."""
    return parts.ids(content["options"])


def fits(shape: Any, value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) == 1 and value in shape)


def posted(shape: Any, said: Said) -> str | None:
    return (list(said("")) or [""])[-1] or None


def finished(value: str) -> bool:
    return True


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return (Taken("", value, value in key["right"]),)


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    if value is None:
        return choices.NOTHING
    if key["rule"] == maps.MAP_RESPONSE:
        return maps.mapped(key, [value])
    right = [value] == list(key["right"])
    if key["rule"] == choices.RIGHT_MINUS_WRONG:
        return choices.right_minus_wrong(right=right, wrong=not right, options=key["of"])
    return choices.all_or_nothing(right)


def maximum(key: Mapping[str, Any]) -> Fraction:
    return maps.most(key, [key["map"]]) if key["rule"] == maps.MAP_RESPONSE else choices.POINT
