"""What changed between two states of an item, part by part and word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from exams import itemtypes

WORD = re.compile(r"\s+|[^\s\w]|\w+")
PARTS = {
    "options": "Option", "prompts": "Prompt", "partners": "Partner", "columns": "Column", "rows": "Row",
    "gaps": "Gap", "criteria": "Criterion",
}  # fmt: skip
ABOUT = ("pool", "domain", "level", "clauses", "controls", "scenario", "place", "enemies")


@dataclass(frozen=True)
class Run:
    """A stretch of text, and whether the other side has another there."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Row:
    """One part of an item on both sides. A part that one side does not have is empty there."""

    section: str
    label: str
    left: tuple[Run, ...]
    right: tuple[Run, ...]

    @property
    def sides(self) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
        return self.left, self.right

    @property
    def changed(self) -> bool:
        return any(run.changed for run in (*self.left, *self.right))


@dataclass(frozen=True)
class Side:
    """An item as it was: content, key, rationales, and how it was described; `about` is empty where that is not known."""

    content: Mapping[str, Any]
    key: Mapping[str, Any]
    rationales: Mapping[str, str]
    about: Mapping[str, Any] = field(default_factory=dict)


def rows(before: Side, after: Side) -> tuple[Row, ...]:
    """Every part that either side has, in the order of the item. How they were described is compared where both say it."""
    left, right = dict(_said(before)), dict(_said(after))
    if not before.about or not after.about:
        left, right = (_without_about(side) for side in (left, right))
    names = _merged(list(left), list(right))
    return tuple(Row(*name, *words(left.get(name, ""), right.get(name, ""))) for name in names)


def words(before: str, after: str) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """Both texts in runs, equal and changed ones in turn."""
    one, two = WORD.findall(before), WORD.findall(after)
    left: list[Run] = []
    right: list[Run] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        for runs, said in ((left, one[a:b]), (right, two[c:d])):
            if said:
                runs.append(Run("".join(said), tag != "equal"))
    return tuple(left), tuple(right)


def described(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """What is said of an item otherwise than before, in words; nothing where one of the two is not known."""
    if not before or not after:
        return ()
    return tuple(
        f"{name}: {_text(before.get(name)) or 'none'} → {_text(after.get(name)) or 'none'}"
        for name in ABOUT
        if before.get(name) != after.get(name)
    )


def _said(side: Side) -> Iterator[tuple[tuple[str, str], str]]:
    """Section and label of each part, with its text."""
    content, key = side.content, side.key
    kind = itemtypes.of(content["kind"])
    yield ("Item", "Kind"), kind.NAME
    for name, value in content.items():
        if name in PARTS:
            for one in value:
                yield ("Item", f"{PARTS[name]} {str(one['id']).upper()}"), _part(one)
        elif name not in ("kind", "deducts"):
            yield ("Item", name.capitalize()), _text(value)
    yield ("Key", "Scoring"), str(key["rule"])
    bounds = {name: key[name] for name in ("treatment", "default", "lower", "upper") if name in key}
    lines = kind.lines(content, key)
    for line in lines:
        yield ("Key", line.id.upper() if len(line.id) == 1 else line.id.capitalize()), _key_of(line, content)
    for name, value in bounds.items():
        yield ("Key", name.capitalize()), _text(value)
    for line in lines:
        yield (
            ("Rationales", line.id.upper() if len(line.id) == 1 else line.id.capitalize()),
            side.rationales.get(line.id, ""),
        )
    for name in ABOUT:
        if side.about.get(name) not in (None, "", []):
            yield ("Description", name.capitalize()), _text(side.about[name])


def _key_of(line: itemtypes.Line, content: Mapping[str, Any]) -> str:
    """What the key says of a part; where the part has no text of its own, that is the key too."""
    return f"{line.text}, {line.says}" if content["kind"] in ("numeric", "text") else line.says or "not right"


def _part(one: Mapping[str, Any]) -> str:
    if "options" in one:
        return " | ".join(option["text"] for option in one["options"])
    said = [str(value) for name, value in one.items() if name != "id" and not isinstance(value, bool)]
    return ", ".join(filter(None, said)) or ("a number" if one.get("number") else "a text")


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _without_about(side: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    return {name: text for name, text in side.items() if name[0] != "Description"}


def _merged(one: Sequence[tuple[str, str]], two: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The names of both sides, section by section, each once."""
    order = {section: place for place, section in enumerate(("Item", "Key", "Rationales", "Description"))}
    return sorted(dict.fromkeys([*one, *two]), key=lambda name: order[name[0]])
