"""Single best answer: one stem, three to five options, one of them right."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

KIND = "single"
LEAST, MOST = 3, 5
IDENTIFIERS = "abcde"
RULES = ("all-or-nothing",)


def read(
    stem: str, options: list[tuple[str, str, bool]]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Content, key and rationales from a stem and its options (text, why, right), identified a, b, c … in order."""
    named = list(zip(IDENTIFIERS, options, strict=False))
    content = {"kind": KIND, "stem": stem, "options": [{"id": i, "text": text} for i, (text, _, _) in named]}
    key = {"rule": RULES[0], "right": [i for i, (_, _, right) in named if right]}
    return content, key, {i: why for i, (_, why, _) in named}


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
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": KIND,
        "stem": content["stem"],
        "options": [{"id": option["id"], "text": option["text"]} for option in content["options"]],
    }


def shape(content: Mapping[str, Any]) -> str:
    """The identifiers of the options in one word: "abc"."""
    return "".join(option["id"] for option in content["options"])


def fits(shape: Any, value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) == 1 and value in shape)


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    return Fraction(1) if value is not None and [value] == list(key["right"]) else Fraction(0)


def maximum(key: Mapping[str, Any]) -> Fraction:
    return Fraction(1)
