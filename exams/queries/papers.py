"""The paper as its candidate sees it: never a key, never a rationale, never an item's code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from exams import itemtypes
from exams.itemtypes.parts import Field

LETTERS = "ABCDEFGHIJ"
ONE_CHOICE = frozenset({"single", "true-false"})
RADIOS = ONE_CHOICE | {"matrix"}


@dataclass(frozen=True)
class PaperOption:
    id: str
    letter: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class PaperItem:
    """An item on a form. `options` are those that have letters; what else there is to fill in are `fields`."""

    position: int
    kind: str
    stem: str
    options: tuple[PaperOption, ...]
    value: Any
    content: Mapping[str, Any]

    @property
    def answered(self) -> bool:
        return self.value is not None

    @property
    def standing(self) -> str:
        """In one word or two; the player says the same."""
        if self.value is None:
            return _("Unanswered")
        return _("Answered") if itemtypes.of(self.kind).finished(self.value) else _("Answered in part")

    @property
    def template(self) -> str:
        """The template of its kind; empty where one option of several is chosen."""
        return "" if self.kind in ONE_CHOICE else f"exams/kinds/{self.kind}.html"

    @property
    def fields(self) -> tuple[Field, ...]:
        return itemtypes.of(self.kind).fields(self.content, self.value)

    @property
    def shape(self) -> Any:
        return itemtypes.of(self.kind).shape(self.content)

    @property
    def deducts(self) -> bool:
        """Whether a wrong answer takes points away, and so must say so."""
        return bool(self.content.get("deducts"))

    @property
    def keeps(self) -> bool:
        """Whether a form that says nothing of it leaves it as it was: nobody can take a radio button back."""
        return self.kind in RADIOS


@dataclass(frozen=True)
class Part:
    """What stands on one page: an item, or a scenario with its items."""

    number: int
    title: str
    text: str
    items: tuple[PaperItem, ...]

    @property
    def first(self) -> int:
        return self.items[0].position

    @property
    def positions(self) -> tuple[int, ...]:
        return tuple(item.position for item in self.items)

    @property
    def is_scenario(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True)
class Paper:
    parts: tuple[Part, ...]
    language: str = ""

    @property
    def items(self) -> tuple[PaperItem, ...]:
        return tuple(item for part in self.parts for item in part.items)

    @property
    def unanswered(self) -> tuple[int, ...]:
        return tuple(item.position for item in self.items if not item.answered)

    @property
    def has_more_kinds(self) -> bool:
        """Whether some items ask for more than one choice: their controls have scripts and styles of their own."""
        return any(item.template for item in self.items)

    @property
    def deducts(self) -> bool:
        return any(item.deducts for item in self.items)

    def part_of(self, position: int) -> Part | None:
        return next((part for part in self.parts if position in part.positions), None)

    def beside(self, part: Part, step: int) -> Part | None:
        """The part before (-1) or after (1), or None."""
        place = self.parts.index(part) + step
        return self.parts[place] if 0 <= place < len(self.parts) else None


def paper(package: Mapping[str, Any], values: Mapping[int, Any]) -> Paper:
    """The paper of a form's package with the responses so far."""
    items = {item["position"]: item for item in package["items"]}
    return Paper(
        tuple(
            Part(
                number=number,
                title=part["title"],
                text=part["text"],
                items=tuple(_item(items[position], values.get(position)) for position in part["positions"]),
            )
            for number, part in enumerate(package["parts"], 1)
        ),
        str(package.get("language", "")),
    )


def item_preview(content: Mapping[str, Any], position: int = 1) -> PaperItem:
    """An item as its candidates will see it, for those who write and review it; `position` tells several on a page apart."""
    return _item({"position": position, "kind": content["kind"], "content": content}, None)


def _item(item: Mapping[str, Any], value: Any) -> PaperItem:
    seen = itemtypes.of(item["kind"]).present(item["content"])
    options = tuple(
        PaperOption(option["id"], LETTERS[place], option["text"], option["id"] in (value or ""))
        for place, option in enumerate(seen.get("options", ()))
    )
    return PaperItem(item["position"], item["kind"], seen["stem"], options, value, seen)
