"""Matching: a partner to be found for each prompt. A response has a partner's letter for each prompt."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import choices, maps
from exams.itemtypes.parts import Field, Line, Said, Taken, Written
from lms.kit.content import Node

KIND = "matching"
NAME = "Matching"
PER_PAIR = "per-pair"
RULES = (PER_PAIR, choices.ALL_OR_NOTHING, maps.MAP_RESPONSE)
KEYS = ("partners", "prompts", *parts.BOUNDS)
NEEDS_MARKER = False


def written(node: Node) -> Written:
    rule = parts.rule_of(node, RULES)
    partners = parts.named(node.texts("partners"))
    letters = {partner["text"]: partner["id"] for partner in partners}
    prompts, right, whys, points = [], "", {}, {}
    for number, prompt in enumerate(node.nodes("prompts"), 1):
        prompt.only("text", "match", "why", "points")
        said = prompt.text("match")
        if said not in letters:
            prompt.complain(f"'match' must be one of the partners: {', '.join(letters)}", "match")
        prompts.append({"id": str(number), "text": prompt.text("text")})
        right += letters.get(said, parts.OPEN)
        whys[str(number)] = prompt.text("why")
        if prompt.has("points"):
            points[f"{number}{letters.get(said, '')}"] = parts.amount(prompt, "points")
    content = {"kind": KIND, "stem": node.text("stem"), "prompts": prompts, "partners": partners}
    key: dict[str, Any] = {"rule": rule, "right": right}
    if rule == maps.MAP_RESPONSE:
        key |= {"map": points, "of": parts.ids(partners)} | parts.bounds(node)
    return Written(parts.warned(content, key), key, whys)


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    names = {partner["id"]: partner["text"] for partner in content["partners"]}
    points = key.get("map", {})
    prompts = [
        {"text": prompt["text"], "match": names.get(one, ""), "why": rationales.get(prompt["id"], "")}
        | ({"points": points[prompt["id"] + one]} if prompt["id"] + one in points else {})
        for prompt, one in zip(content["prompts"], key["right"], strict=True)
    ]
    own = {"partners": list(names.values()), "prompts": prompts}
    return parts.said_of_all(content, key) | own | parts.said_of_bounds(key)


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    prompts, partners = content.get("prompts", []), content.get("partners", [])
    found = parts.stem_and_rule(content, key, RULES)
    found += parts.counted(prompts, "prompts", 2, 9) + parts.counted(partners, "partners", 2, 10)
    found += parts.distinct([prompt["text"] for prompt in prompts], "a prompt")
    found += parts.distinct([partner["text"] for partner in partners], "a partner")
    right = key.get("right", "")
    if not parts.is_code(right, len(prompts), parts.ids(partners)) or parts.OPEN in right:
        found.append("the key must name a partner for each prompt")
    known = [f"{prompt['id']}{letter}" for prompt in prompts for letter in parts.ids(partners)]
    found += parts.map_faults(key, known)
    if not found and mark(key, right) != maximum(key):
        found.append("the right pairs together must earn the most points")
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    return parts.seen(content, "prompts", "partners")


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    given = value or parts.OPEN * len(content["prompts"])
    return tuple(
        Field(prompt["id"], prompt["text"], parts.choices(content["partners"], one))
        for prompt, one in zip(content["prompts"], given, strict=True)
    )


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    names = {partner["id"]: partner["text"] for partner in content["partners"]}
    return tuple(
        Line(prompt["id"], prompt["text"], names.get(one, ""))
        for prompt, one in zip(content["prompts"], key["right"], strict=True)
    )


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    return (*fields(content, key["right"]), *parts.key_points(key))


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """The key is written as the response that is right."""
    return {"right": posted(shape(content), said) or ""} | parts.points_said(key, said)


def shape(content: Mapping[str, Any]) -> list[Any]:
    """The number of prompts, and the letters of the partners."""
    return [len(content["prompts"]), parts.ids(content["partners"])]


def fits(shape: Any, value: Any) -> bool:
    return value is None or parts.is_code(value, shape[0], shape[1])


def posted(shape: Any, said: Said) -> str | None:
    return parts.joined(said(str(prompt)) for prompt in range(1, shape[0] + 1))


def finished(value: str) -> bool:
    return parts.OPEN not in value


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return parts.taken_letters(key["right"], value)


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    if value is None:
        return Fraction(0)
    if key["rule"] == maps.MAP_RESPONSE:
        return maps.mapped(key, _pairs(value))
    right = sum(one == other for one, other in zip(value, key["right"], strict=True))
    of = len(key["right"])
    return choices.share(right, of) if key["rule"] == PER_PAIR else choices.all_or_nothing(right == of)


def maximum(key: Mapping[str, Any]) -> Fraction:
    if key["rule"] != maps.MAP_RESPONSE:
        return Fraction(1)
    numbers = range(1, len(key["right"]) + 1)
    return maps.most(key, ([f"{number}{letter}" for letter in key["of"]] for number in numbers))


def _pairs(value: str) -> Iterator[str]:
    return (f"{number}{one}" for number, one in enumerate(value, 1) if one != parts.OPEN)
