"""Short text: a word or a few, compared with those that are accepted. A response is the text."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import choices, maps, texts
from exams.itemtypes.parts import Field, Line, Said, Taken, Written
from lms.kit.content import Node

KIND = "text"
NAME = "Short text"
RULES = (choices.ALL_OR_NOTHING, maps.MAP_RESPONSE)
KEYS = ("accepted", "case", "why", *parts.BOUNDS)
NEEDS_MARKER = False
LONGEST = 120


def written(node: Node) -> Written:
    """`accepted` is a list of texts; for map-response a list of text and points."""
    rule = parts.rule_of(node, RULES)
    content = {"kind": KIND, "stem": node.text("stem")}
    key: dict[str, Any] = {"rule": rule, "case": node.flag("case", False)}
    if rule == maps.MAP_RESPONSE:
        accepted = node.nodes("accepted")
        for one in accepted:
            one.only("text", "points")
        key |= {"map": {one.text("text"): parts.amount(one, "points") for one in accepted}}
        key |= {"accepted": list(key["map"])} | parts.bounds(node)
    else:
        key |= {"accepted": list(node.texts("accepted"))}
    return Written(parts.warned(content, key), key, {"answer": node.text("why")})


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    points = key.get("map")
    accepted = [{"text": one, "points": points[one]} for one in points] if points else list(key["accepted"])
    own = {"accepted": accepted, "case": key["case"], "why": rationales.get("answer", "")}
    return parts.said_of_all(content, key) | own | parts.said_of_bounds(key)


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    found = parts.stem_and_rule(content, key, RULES)
    return found + accepted_faults(key) + parts.map_faults(key, None)


def accepted_faults(key: Mapping[str, Any]) -> list[str]:
    accepted = key.get("accepted", [])
    found = parts.distinct(accepted, "an accepted text")
    if not accepted:
        found.append("no text is accepted")
    if any(not texts.is_text(one, LONGEST) for one in accepted if one.strip()):
        found.append(f"an accepted text may have {LONGEST} characters, and no control characters")
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    return parts.seen(content)


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    return (Field("", "Your answer", text=value or "", longest=LONGEST),)


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    points = key.get("map", {})
    said = "; ".join(f"{one} ({points[one]} points)" if one in points else one for one in key["accepted"])
    return (Line("answer", said, "capitals count" if key["case"] else "accepted"),)


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    points = parts.key_points(key)
    return (*points, _case("", key)) if points else accepted_fields("", key)


def accepted_fields(part: str, key: Mapping[str, Any]) -> tuple[Field, ...]:
    said = "\n".join(key["accepted"])
    label = "What is accepted, one text on each line"
    return Field(f"{part}accepted", label, text=said, longest=4000, lines=True), _case(part, key)


def _case(part: str, key: Mapping[str, Any]) -> Field:
    return parts.yes_or_no(f"{part}case", "Capitals count", key["case"])


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    points = parts.points_said(key, said)
    return accepted_keyed("", said) | (points | {"accepted": list(points["map"])} if points else {})


def accepted_keyed(part: str, said: Said) -> dict[str, Any]:
    case = parts.last(said(f"{part}case")) == "yes"
    return {"accepted": parts.lines_of(said(f"{part}accepted")), "case": case}


def shape(content: Mapping[str, Any]) -> int:
    return LONGEST


def fits(shape: Any, value: Any) -> bool:
    return value is None or texts.is_text(value, shape)


def posted(shape: Any, said: Said) -> str | None:
    return texts.tidy((list(said("")) or [""])[-1]) or None


def finished(value: str) -> bool:
    return True


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return (Taken("", value, mark(key, value) == maximum(key), typed=True),)


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    if value is None:
        return Fraction(0)
    found = texts.first(value, key["accepted"], case=key["case"])
    if key["rule"] == maps.MAP_RESPONSE:
        return maps.mapped(key, ["" if found is None else found])
    return choices.all_or_nothing(found is not None)


def maximum(key: Mapping[str, Any]) -> Fraction:
    return maps.most(key, [key["map"]]) if key["rule"] == maps.MAP_RESPONSE else Fraction(1)
