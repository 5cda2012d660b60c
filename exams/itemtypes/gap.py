"""Gaps in a text, each filled by a choice, a text or a number. A response has one line for each gap."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from exams.itemtypes import numeric, parts, text
from exams.itemtypes.marks import choices, numbers, texts
from exams.itemtypes.parts import Field, Line, Said, Taken, Written
from lms.kit.content import Node

KIND = "gap"
NAME = "Gaps"
PER_GAP = "per-gap"
RULES = (PER_GAP, choices.ALL_OR_NOTHING)
KEYS = ("text", "gaps")
NEEDS_MARKER = False
LONGEST = 60
GAP = re.compile(r"\[\[([1-9])\]\]")


def written(node: Node) -> Written:
    """`text` has [[1]], [[2]] … where the gaps are; each of `gaps` has options with right, or accepted, or answer."""
    gaps, keys, whys = [], [], {}
    for number, said in enumerate(node.nodes("gaps"), 1):
        gap, key = _gap(said)
        gaps.append({"id": str(number)} | gap)
        keys.append(key)
        whys[str(number)] = said.text("why")
    content = {"kind": KIND, "stem": node.text("stem"), "text": node.text("text"), "gaps": gaps}
    return Written(content, {"rule": parts.rule_of(node, RULES), "gaps": keys}, whys)


def _gap(said: Node) -> tuple[dict[str, Any], dict[str, Any]]:
    if said.has("options"):
        said.only("options", "right", "why")
        options = parts.named(said.texts("options"))
        right = next((o["id"] for o in options if o["text"] == said.text("right")), "")
        return {"options": options}, {"right": right}
    if said.has("answer"):
        said.only("answer", "tolerance", "unit", "why")
        key = {"value": parts.amount(said, "answer"), "tolerance": parts.amount(said, "tolerance", "0")}
        return {"number": True, "unit": said.text("unit", default="", most=40)}, key
    said.only("accepted", "case", "why")
    return {}, {"accepted": list(said.texts("accepted")), "case": said.flag("case", False)}


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    gaps = [
        _gap_said(gap, one) | {"why": rationales.get(gap["id"], "")}
        for gap, one in zip(content["gaps"], key["gaps"], strict=True)
    ]
    return parts.said_of_all(content, key) | {"text": content["text"], "gaps": gaps}


def _gap_said(gap: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, Any]:
    if "options" in gap:
        names = {option["id"]: option["text"] for option in gap["options"]}
        return {"options": list(names.values()), "right": names.get(key["right"], "")}
    if "number" in gap:
        return {"answer": key["value"], "tolerance": key["tolerance"], "unit": gap["unit"]}
    return {"accepted": list(key["accepted"]), "case": key["case"]}


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    gaps, keys = content.get("gaps", []), key.get("gaps", [])
    found = parts.stem_and_rule(content, key, RULES) + parts.counted(gaps, "gaps", 1, 9)
    if GAP.findall(content.get("text", "")) != [gap["id"] for gap in gaps]:
        found.append("the text must have [[1]], [[2]] and so on, once for each gap and in their order")
    if len(keys) != len(gaps):
        return [*found, "the key must have a line for each gap"]
    return found + [
        f"gap {gap['id']}: {fault}"
        for gap, one in zip(gaps, keys, strict=True)
        for fault in _gap_faults(gap, one)
    ]


def _gap_faults(gap: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    if "options" in gap:
        found = parts.counted(gap["options"], "options", 2, 8)
        found += parts.distinct([option["text"] for option in gap["options"]], "an option")
        known = parts.ids(gap["options"])
        return (
            found
            if key.get("right") and key["right"] in known
            else [*found, "'right' must be one of the options"]
        )
    return numeric.number_faults(key) if "number" in gap else text.accepted_faults(key)


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    return parts.seen(content, "text", "gaps")


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    """The gaps, each with the running text before it; a last one without a part has the text after them."""
    gaps = content["gaps"]
    given = value.split("\n") if value else [""] * len(gaps)
    runs = GAP.split(content["text"])[::2]
    found = [
        Field(
            gap["id"],
            f"Gap {gap['id']}",
            parts.choices(gap.get("options", ()), one),
            text=one,
            longest=LONGEST,
            number="number" in gap,
            unit=gap.get("unit", ""),
            before=run,
        )
        for gap, one, run in zip(gaps, given, runs, strict=False)
    ]
    return (*found, Field("", "", before=runs[-1]))


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(gap["id"], f"Gap {gap['id']}", _says(gap, one))
        for gap, one in zip(content["gaps"], key["gaps"], strict=True)
    )


def _says(gap: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    if "options" in gap:
        return next((str(o["text"]) for o in gap["options"] if o["id"] == key["right"]), "")
    if "number" in gap:
        return f"{key['value']} {gap['unit']}, within {key['tolerance']}".replace(" ,", ",")
    return "; ".join(key["accepted"])


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    return tuple(
        replace(field, label=f"Gap {gap['id']}: {field.label}")
        for gap, one in zip(content["gaps"], key["gaps"], strict=True)
        for field in _key_fields(gap, one)
    )


def _key_fields(gap: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    if "options" in gap:
        return (Field(gap["id"], "the right option", parts.choices(gap["options"], key["right"])),)
    if "number" in gap:
        return numeric.number_fields(gap["id"], gap["unit"], key)
    return text.accepted_fields(gap["id"], key)


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    return {"gaps": [_keyed(gap, said) for gap in content["gaps"]]}


def _keyed(gap: Mapping[str, Any], said: Said) -> dict[str, Any]:
    if "options" in gap:
        return {"right": parts.last(said(gap["id"]))}
    if "number" in gap:
        return numeric.number_keyed(gap["id"], said)
    return text.accepted_keyed(gap["id"], said)


def shape(content: Mapping[str, Any]) -> list[str]:
    """For each gap the letters of its options, or what is typed: "" for text, "0" for a number."""
    return [
        parts.ids(gap["options"]) if "options" in gap else "0" if "number" in gap else ""
        for gap in content["gaps"]
    ]


def fits(shape: Any, value: Any) -> bool:
    if value is None:
        return True
    if not isinstance(value, str):
        return False
    given = value.split("\n")
    return len(given) == len(shape) and any(given) and all(map(_fills, shape, given))


def _fills(kind: str, one: str) -> bool:
    if one == "" or kind == "":
        return one == "" or texts.is_text(one, LONGEST)
    if kind == "0":
        return len(one) <= numeric.LONGEST and numbers.number(one) is not None
    return len(one) == 1 and one in kind


def posted(shape: Any, said: Said) -> str | None:
    filled = "\n".join(_posted(shape, said))
    return filled if filled.strip("\n") else None


def _posted(shape: Any, said: Said) -> Iterator[str]:
    for number, kind in enumerate(shape, 1):
        one = (list(said(str(number))) or [""])[-1]
        yield numbers.tidy(one) if kind == "0" else texts.tidy(one)


def finished(value: str) -> bool:
    return all(value.split("\n"))


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return tuple(
        Taken(str(number), one, _is_right(gap, one), typed="right" not in gap)
        for number, (gap, one) in enumerate(zip(key["gaps"], value.split("\n"), strict=True), 1)
        if one
    )


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    if value is None:
        return Fraction(0)
    right = sum(map(_is_right, key["gaps"], value.split("\n")))
    of = len(key["gaps"])
    return choices.share(right, of) if key["rule"] == PER_GAP else choices.all_or_nothing(right == of)


def _is_right(key: Mapping[str, Any], one: str) -> bool:
    if "right" in key:
        return bool(one == key["right"])
    if "value" in key:
        return numeric.is_right(key, numeric.RULES[0], one)
    return texts.first(one, key["accepted"], case=key["case"]) is not None


def maximum(key: Mapping[str, Any]) -> Fraction:
    return Fraction(1)
