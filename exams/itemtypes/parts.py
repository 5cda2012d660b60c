"""What the kinds of items share: controls of a plain form, lines for those who write and review, codes of responses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from exams.itemtypes.marks import choices as choice_rules
from exams.itemtypes.marks import maps
from lms.kit.content import Node

LETTERS = "abcdefghij"
POINTS = "points"
OPEN = "-"  # a part of a response that was left open
BOUNDS = ("default", "lower", "upper")

# What a form said for a part of an item: the values of the field answer-N, or answer-N-part.
type Said = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Choice:
    id: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    """One control on a form, named answer-N or answer-N-part: choices, or a text of at most so many characters."""

    part: str
    label: str
    choices: tuple[Choice, ...] = ()
    text: str = ""
    longest: int = 0
    number: bool = False
    unit: str = ""
    before: str = ""  # the running text before a gap
    many: bool = False  # any number of the choices
    lines: bool = False  # one on each line


@dataclass(frozen=True)
class Line:
    """A part of an item that needs a rationale, and what the key says of it, in words for staff."""

    id: str
    text: str
    says: str


@dataclass(frozen=True)
class Taken:
    """What a response has at a part of an item: "" for the item as a whole, else the number of the row, prompt, gap or
    place. `typed` says that it is no letter of an option."""

    part: str
    choice: str
    is_right: bool
    typed: bool = False


@dataclass(frozen=True)
class Written:
    """An item as its file says it: what candidates may see, the key, and a rationale for each of its lines."""

    content: dict[str, Any]
    key: dict[str, Any]
    rationales: dict[str, str] = field(default_factory=dict)


def named(texts: Iterable[str]) -> list[dict[str, str]]:
    """Texts with the letters a, b, c … in order; whatever has no letter is left out, and is a fault elsewhere."""
    return [{"id": letter, "text": text} for letter, text in zip(LETTERS, texts, strict=False)]


def ids(options: Iterable[Mapping[str, str]]) -> str:
    return "".join(option["id"] for option in options)


def choices(options: Iterable[Mapping[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(option["id"], option["text"], option["id"] in chosen) for option in options)


def counted(found: Sequence[object], what: str, least: int, most: int) -> list[str]:
    """A fault where there are too few or too many."""
    if least <= len(found) <= most:
        return []
    return [f"there must be {least} to {most} {what}, and there are {len(found)}"]


def distinct(texts: Sequence[str], what: str) -> list[str]:
    """Faults where a text is empty or stands twice."""
    found = []
    if not all(text.strip() for text in texts):
        found.append(f"{what} has no text")
    if len({text.strip().casefold() for text in texts}) != len(texts):
        found.append(f"the same text stands twice as {what}")
    return found


def stem_and_rule(content: Mapping[str, Any], key: Mapping[str, Any], rules: Sequence[str]) -> list[str]:
    """Faults that every kind can have."""
    found = [] if str(content.get("stem", "")).strip() else ["the stem is empty"]
    if key.get("rule") not in rules:
        found.append(f"the scoring rule must be one of: {', '.join(rules)}")
    return found


def joined(said: Iterable[Sequence[str]]) -> str | None:
    """The code of a response with one letter for each part; None where every part was left open."""
    code = "".join(values[-1] if values and values[-1] else OPEN for values in said)
    return code if code.strip(OPEN) else None


def is_code(value: Any, length: int, letters: str) -> bool:
    """Whether a value is such a code: one letter, or an open part, at each place, and not all of them open."""
    return (
        isinstance(value, str)
        and len(value) == length
        and all(one in letters or one == OPEN for one in value)
        and value != OPEN * length
    )


def amount(node: Node, name: str, default: str = "") -> str:
    """A number of points as text. A number with a point must be quoted, or it would be read as another number."""
    value = node.values.get(name, default)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return value.strip()
    node.complain(f"'{name}' must be a number; quote one with a point or a stroke, as in \"0.5\"", name)
    return default


def rule_of(node: Node, rules: Sequence[str]) -> str:
    """The scoring rule that a file names; the first of the kind's where it names none."""
    return node.text("scoring", default=rules[0]) or rules[0]


def bounds(node: Node) -> dict[str, str]:
    return {name: amount(node, name) for name in BOUNDS if node.has(name)}


def said_of_all(content: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says of an item of any kind."""
    return {"kind": content["kind"], "scoring": key["rule"], "stem": content["stem"]}


def said_of_options(
    content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Options as a file says them."""
    points = key.get("map", {})
    return [
        {"text": option["text"], "why": rationales.get(option["id"], "")}
        | ({"right": True} if option["id"] in key["right"] else {})
        | ({"points": points[option["id"]]} if option["id"] in points else {})
        for option in content["options"]
    ]


def said_of_bounds(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: key[name] for name in BOUNDS if name in key}


def deducts(key: Mapping[str, Any]) -> bool:
    """Whether a wrong answer can take points away: whoever answers has to know it beforehand."""
    if key.get("rule") == choice_rules.RIGHT_MINUS_WRONG:
        return True
    return "map" in key and not map_faults(key, None) and maps.least(key) < 0


def least(key: Mapping[str, Any]) -> Fraction:
    """The fewest points that a response can get."""
    if not deducts(key):
        return Fraction(0)
    return maps.least(key) if "map" in key else Fraction(-1, int(key.get("of", 2)) - 1)


def warned(content: dict[str, Any], key: Mapping[str, Any]) -> dict[str, Any]:
    """The content with the warning, where the key makes one necessary."""
    return content | {"deducts": True} if deducts(key) else content


def seen(content: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """What a candidate may see of a content: these members, and the warning."""
    return {name: content[name] for name in ("kind", "stem", *names, "deducts") if name in content}


def key_points(key: Mapping[str, Any]) -> tuple[Field, ...]:
    """The control for the points of each answer, where the rule is map-response."""
    if key.get("rule") != maps.MAP_RESPONSE:
        return ()
    said = "\n".join(f"{name} = {points}" for name, points in key["map"].items())
    return (
        Field(POINTS, "Points, an answer on each line, as in a = 1/2", text=said, longest=4000, lines=True),
    )


def points_said(key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """What that control says, for the key; nothing where there is none."""
    if key.get("rule") != maps.MAP_RESPONSE:
        return {}
    pairs = (line.rpartition("=") for line in lines_of(said(POINTS)))
    return {"map": {name.strip(): points.strip() for name, _, points in pairs}}


def lines_of(values: Sequence[str]) -> list[str]:
    """The lines of a text that are not empty."""
    return [line.strip() for line in last(values).splitlines() if line.strip()]


def taken_letters(right: str, value: str) -> tuple[Taken, ...]:
    """Of a code that has a letter for each part; what was left open is not there."""
    pairs = enumerate(zip(value, right, strict=True), 1)
    return tuple(Taken(str(n), one, one == other) for n, (one, other) in pairs if one != OPEN)


def last(values: Sequence[str]) -> str:
    """What one control says; nothing where it is not there."""
    return values[-1] if values else ""


def yes_or_no(part: str, label: str, chosen: bool) -> Field:
    words = ({"id": "yes", "text": "Yes"}, {"id": "no", "text": "No"})
    return Field(part, label, choices(words, "yes" if chosen else "no"))


def map_faults(key: Mapping[str, Any], known: Iterable[str] | None) -> list[str]:
    return maps.faults(key, known) if key.get("rule") == maps.MAP_RESPONSE else []
