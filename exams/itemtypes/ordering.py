"""Ordering: three to eight steps to be put in their order. A response has the letter that stands at each place."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import orders
from exams.itemtypes.parts import Choice, Field, Line, Said, Taken, Written
from lms.kit.content import Node

KIND = "ordering"
NAME = "Ordering"
LEAST, MOST = 3, 8
RULES = tuple(orders.STRATEGIES)
KEYS = ("steps", "shown")
NEEDS_MARKER = False


def written(node: Node) -> Written:
    """`steps` stand in their right order, `shown` says in which order they are presented: [3, 1, 2]."""
    steps = node.nodes("steps")
    for step in steps:
        step.only("text", "why")
    shown = node.values.get("shown")
    if not isinstance(shown, list) or sorted(map(str, shown)) != sorted(
        str(number) for number in range(1, len(steps) + 1)
    ):
        node.complain(f"'shown' must name the places 1 to {len(steps)}, each once, as in [3, 1, 2]", "shown")
        shown = list(range(len(steps), 0, -1))
    in_sight = [steps[int(str(number)) - 1] for number in shown]
    options = parts.named(step.text("text") for step in in_sight)
    letter_of = dict(zip(map(int, map(str, shown)), parts.LETTERS, strict=False))
    right = "".join(letter_of.get(number, "") for number in range(1, len(steps) + 1))
    content = {"kind": KIND, "stem": node.text("stem"), "options": options}
    key = {"rule": parts.rule_of(node, RULES), "right": right}
    whys = {letter: step.text("why") for letter, step in zip(parts.LETTERS, in_sight, strict=False)}
    return Written(content, key, whys)


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    texts = {option["id"]: option["text"] for option in content["options"]}
    steps = [{"text": texts[one], "why": rationales.get(one, "")} for one in key["right"]]
    shown = [key["right"].index(one) + 1 for one in texts]
    return parts.said_of_all(content, key) | {"steps": steps, "shown": shown}


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    options = content.get("options", [])
    found = parts.stem_and_rule(content, key, RULES)
    found += parts.counted(options, "steps", LEAST, MOST)
    found += parts.distinct([option["text"] for option in options], "a step")
    if sorted(key.get("right", "")) != sorted(parts.ids(options)):
        found.append("the key must name each step once")
    elif key["right"] == parts.ids(options):
        found.append("the steps are shown in their right order")
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    options = [{"id": option["id"], "text": option["text"]} for option in content["options"]]
    return parts.seen(content) | {"options": options}


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    """A place to be chosen for each step."""
    places = {one: str(place) for place, one in enumerate(value or "", 1)}
    numbers = [str(number) for number in range(1, len(content["options"]) + 1)]
    return tuple(
        Field(o["id"], o["text"], tuple(Choice(n, n, places.get(o["id"]) == n) for n in numbers))
        for o in content["options"]
    )


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(option["id"], option["text"], f"place {key['right'].index(option['id']) + 1}")
        for option in content["options"]
    )


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    return fields(content, key["right"])


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """The key is written as the response that is right."""
    return {"right": posted(shape(content), said) or ""}


def shape(content: Mapping[str, Any]) -> str:
    return parts.ids(content["options"])


def fits(shape: Any, value: Any) -> bool:
    if value is None:
        return True
    if not parts.is_code(value, len(shape), shape):
        return False
    placed = value.replace(parts.OPEN, "")
    return len(set(placed)) == len(placed)


def posted(shape: Any, said: Said) -> str | None:
    """From the place that was chosen for each step. Where two have the same, the first keeps it and the other
    has none: the answer is then seen to be unfinished, and nothing else of it is lost."""
    at = [parts.OPEN] * len(shape)
    for letter in shape:
        place = (list(said(letter)) or [""])[-1]
        if place and not (place.isascii() and place.isdigit() and 1 <= int(place[:3]) <= len(shape)):
            return "?"  # no page of ours says so: it does not fit, and is refused
        if place and at[int(place) - 1] == parts.OPEN:
            at[int(place) - 1] = letter
    return parts.joined([one] for one in at)


def finished(value: str) -> bool:
    return parts.OPEN not in value


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return parts.taken_letters(key["right"], value)


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    if value is None:
        return Fraction(0)
    given = [None if one == parts.OPEN else one for one in value]
    return orders.STRATEGIES[key["rule"]](given, key["right"])


def maximum(key: Mapping[str, Any]) -> Fraction:
    return Fraction(1)
