"""Reading banks: bank.yaml beside the folders exam/ and practice/ with files of items."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exams import itemtypes
from exams.itemtypes.parts import Written
from exams.rules import items as item_rules
from lms.kit import digests
from lms.kit.content import Node, Problems, read_yaml

POOLS = ("exam", "practice")
LEVELS = ("understand", "apply", "analyse")
COMMON = ("code", "author", "domain", "level", "clauses", "controls", "enemies")
SET_SIZE = 5


@dataclass(frozen=True)
class ParsedItem:
    code: str
    pool: str
    author: str
    domain: int
    level: str
    clauses: tuple[str, ...]
    controls: tuple[str, ...]
    content: dict[str, Any]
    key: dict[str, Any]
    rationales: dict[str, str]
    enemies: tuple[str, ...]
    scenario: str
    place: int
    path: Path
    line: int

    @property
    def digest(self) -> str:
        """Of all that the file says of it, so that a second load sees at once what is unchanged."""
        said = {
            name: getattr(self, name) for name in self.__dataclass_fields__ if name not in {"path", "line"}
        }
        return digests.digest(said)


@dataclass(frozen=True)
class ParsedScenario:
    code: str
    pool: str
    title: str
    text: str
    path: Path
    line: int

    @property
    def digest(self) -> str:
        return item_rules.scenario_digest(self.title, self.text)


@dataclass(frozen=True)
class ParsedBank:
    key: str
    title: str
    profile: str
    organisation: str
    items: tuple[ParsedItem, ...]
    scenarios: tuple[ParsedScenario, ...]
    path: Path
    line_of: dict[str, int]


def read_banks(folders: Sequence[Path], problems: Problems) -> list[ParsedBank]:
    """The banks of all folders. What a later folder says of a bank is added to it."""
    heads: dict[str, Node] = {}
    items: dict[str, list[ParsedItem]] = {}
    scenarios: dict[str, list[ParsedScenario]] = {}
    for path in _places(folders):
        head = read_yaml(path / "bank.yaml", problems) if (path / "bank.yaml").exists() else None
        if head is not None:
            head.only("key", "title", "profile", "organisation")
            heads[head.text("key")] = head
            if head.text("key") != path.name:
                head.complain(f"the bank's key must be the name of its folder, '{path.name}'", "key")
        elif path.name not in heads:
            problems.add(path / "bank.yaml", 1, "cannot be read: a bank's folder needs this file")
            continue
        for pool in POOLS:
            for file in sorted((path / pool).glob("*.yaml")):
                found = _read_file(file, path.name, pool, problems)
                items.setdefault(path.name, []).extend(found[0])
                scenarios.setdefault(path.name, []).extend(found[1])
    for key in heads:
        _complain_of_doubles(items.get(key, []), problems)
        _complain_of_doubles(scenarios.get(key, []), problems)
        _complain_of_unknown_enemies(items.get(key, []), problems)
    return [
        ParsedBank(
            key,
            head.text("title"),
            head.text("profile"),
            head.text("organisation"),
            tuple(items.get(key, [])),
            tuple(scenarios.get(key, [])),
            head.path,
            {name: head.line_of(name) for name in ("profile", "organisation")},
        )
        for key, head in heads.items()
    ]


def _places(folders: Sequence[Path]) -> list[Path]:
    return [place for folder in folders for place in sorted((folder / "banks").glob("*")) if place.is_dir()]


def _read_file(
    path: Path, bank: str, pool: str, problems: Problems
) -> tuple[list[ParsedItem], list[ParsedScenario]]:
    top = read_yaml(path, problems)
    if top is None:
        return [], []
    top.only("bank", "pool", "author", "items", "scenarios")
    for name, wanted in (("bank", bank), ("pool", pool)):
        if top.text(name) != wanted:
            top.complain(f"'{name}' must be '{wanted}', as the folder says", name)
    author = top.text("author")
    items = [_item(node, pool, author, "", 0) for node in top.nodes("items", default=())]
    scenarios = []
    for node in top.nodes("scenarios", default=()):
        node.only("code", "title", "text", "items")
        code = node.text("code", most=40)
        scenarios.append(
            ParsedScenario(code, pool, node.text("title", most=200), node.text("text"), path, node.line)
        )
        hanging = node.nodes("items")
        if len(hanging) != SET_SIZE:
            node.complain(f"a scenario has {SET_SIZE} items, and this one has {len(hanging)}", "items")
        items += [_item(one, pool, author, code, place) for place, one in enumerate(hanging, 1)]
    return items, scenarios


def _item(node: Node, pool: str, author: str, scenario: str, place: int) -> ParsedItem:
    level = node.text("level")
    if level not in LEVELS:
        node.complain(f"'level' must be one of: {', '.join(LEVELS)}", "level")
    said = read_kind(node, *COMMON)
    return ParsedItem(
        code=node.text("code", most=40),
        pool=pool,
        author=node.text("author", author, most=200),
        domain=node.whole("domain", least=1, most=99),
        level=level,
        clauses=node.texts("clauses", default=()),
        controls=node.texts("controls", default=()),
        content=said.content,
        key=said.key,
        rationales=said.rationales,
        enemies=tuple(sorted(node.texts("enemies", default=()))),
        scenario=scenario,
        place=place,
        path=node.path,
        line=node.line,
    )


def read_kind(node: Node, *common: str) -> Written:
    """What a node says of an item's own: stem, kind, scoring and the keys of the kind; `common` may stand beside."""
    name = node.text("kind", default=itemtypes.kinds()[0])
    if name not in itemtypes.kinds():
        node.complain(f"'kind' must be one of: {', '.join(itemtypes.kinds())}", "kind")
        return Written({"kind": itemtypes.kinds()[0], "stem": ""}, {})
    kind = itemtypes.of(name)
    node.only(*common, "kind", "scoring", "stem", *kind.KEYS)
    before = len(node.problems.items)
    said = kind.written(node)
    # What could not be read is complained of already; what it leads to would only hide it.
    if len(node.problems.items) == before:
        for fault in kind.faults(said.content, said.key):
            node.complain(fault, kind.KEYS[0])
    return said


def _complain_of_doubles(things: Sequence[ParsedItem] | Sequence[ParsedScenario], problems: Problems) -> None:
    seen: dict[str, ParsedItem | ParsedScenario] = {}
    for thing in things:
        first = seen.setdefault(thing.code, thing)
        if first is not thing:
            problems.add(
                thing.path, thing.line, f"code '{thing.code}' stands already in {first.path}:{first.line}"
            )


def _complain_of_unknown_enemies(items: Sequence[ParsedItem], problems: Problems) -> None:
    codes = {item.code for item in items}
    for item in items:
        for enemy in item.enemies:
            if enemy not in codes or enemy == item.code:
                problems.add(
                    item.path, item.line, f"'{item.code}' names an enemy that is no other item: '{enemy}'"
                )
