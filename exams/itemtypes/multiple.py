"""Multiple response: any number of three to eight options. A response is the letters chosen, in their order."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import choices, maps
from exams.itemtypes.parts import Field, Line, Said, Taken, Written
from lms.kit.content import Node

KIND = "multiple"
NAME = "Multiple response"
LEAST, MOST = 3, 8
RULES = (
    choices.ALL_OR_NOTHING,
    choices.HITS_MINUS_FALSE,
    choices.OPTIONS_JUDGED,
    choices.PER_KEY,
    maps.MAP_RESPONSE,
)
KEYS = ("options", *parts.BOUNDS)
NEEDS_MARKER = False


def written(node: Node) -> Written:
    rule = parts.rule_of(node, RULES)
    found = node.nodes("options")
    for option in found:
        option.only("text", "why", "right", "points")
    options = parts.named(option.text("text") for option in found)
    lettered = list(zip(parts.LETTERS, found, strict=False))
    key: dict[str, Any] = {
        "rule": rule,
        "right": [letter for letter, option in lettered if option.flag("right", False)],
        "of": len(options),
    }
    if rule == maps.MAP_RESPONSE:
        points = {
            letter: parts.amount(option, "points") for letter, option in lettered if option.has("points")
        }
        key |= {"map": points} | parts.bounds(node)
    content = {"kind": KIND, "stem": node.text("stem"), "options": options}
    return Written(
        parts.warned(content, key), key, {letter: option.text("why") for letter, option in lettered}
    )


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    options = parts.said_of_options(content, key, rationales)
    return parts.said_of_all(content, key) | {"options": options} | parts.said_of_bounds(key)


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    options = content.get("options", [])
    right = key.get("right", [])
    found = parts.stem_and_rule(content, key, RULES)
    found += parts.counted(options, "options", LEAST, MOST)
    found += parts.distinct([option["text"] for option in options], "an option")
    if not set(right) <= set(parts.ids(options)):
        found.append("the key names an option that is not there")
    if not 1 <= len(right) < len(options):
        found.append(
            f"some options are right and some wrong, and {len(right)} of {len(options)} are marked right"
        )
    if key.get("of") != len(options):
        found.append("the key is of another number of options")
    found += parts.map_faults(key, parts.ids(options))
    if not found and mark(key, "".join(sorted(right))) != maximum(key):
        found.append("the right options together must earn the most points")
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    options = [{"id": option["id"], "text": option["text"]} for option in content["options"]]
    return parts.seen(content) | {"options": options}


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    return (Field("", content["stem"], parts.choices(content["options"], value or "")),)


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    points = key.get("map", {})
    said = {
        option["id"]: (["right"] if option["id"] in key["right"] else [])
        + ([f"{points[option['id']]} points"] if option["id"] in points else [])
        for option in content["options"]
    }
    return tuple(Line(o["id"], o["text"], ", ".join(said[o["id"]])) for o in content["options"])


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    choices = parts.choices(content["options"], "".join(key["right"]))
    return (Field("", "The right options", choices, many=True), *parts.key_points(key))


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    return {"right": sorted(set(said("")))} | parts.points_said(key, said)


def shape(content: Mapping[str, Any]) -> str:
    return parts.ids(content["options"])


def fits(shape: Any, value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, str) and value != "" and value == "".join(one for one in shape if one in value)


def posted(shape: Any, said: Said) -> str | None:
    # Letters come in the order of the page; what is no letter stays, and is refused with the rest.
    return "".join(sorted(set(said("")))) or None


def finished(value: str) -> bool:
    return True


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return tuple(Taken("", letter, letter in key["right"]) for letter in value)


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    if value is None:
        return Fraction(0)
    if key["rule"] == maps.MAP_RESPONSE:
        return maps.mapped(key, value)
    right, options = set(key["right"]), key["of"]
    hits, false = len(right & set(value)), len(set(value) - right)
    if key["rule"] == choices.HITS_MINUS_FALSE:
        return choices.hits_minus_false(hits=hits, false=false, keys=len(right), options=options)
    if key["rule"] == choices.OPTIONS_JUDGED:
        return choices.options_judged(hits=hits, false=false, keys=len(right), options=options)
    if key["rule"] == choices.PER_KEY:
        return choices.per_key(hits=hits, false=false, keys=len(right))
    return choices.all_or_nothing(right == set(value))


def maximum(key: Mapping[str, Any]) -> Fraction:
    if key["rule"] == maps.MAP_RESPONSE:
        return maps.most(key, key["map"])
    return Fraction(1)
