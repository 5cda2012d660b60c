"""Files of a bank written: what they say of items and scenarios, the inverse of `banks`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from exams import itemtypes
from exams.rules.library.banks import ParsedItem, ParsedScenario
from lms.kit.writing import Long, Row


@dataclass(frozen=True)
class BankFile:
    """One file of a bank: items on their own, and scenarios with those that hang on them."""

    bank: str
    pool: str
    author: str
    items: tuple[ParsedItem, ...]
    scenarios: tuple[ParsedScenario, ...]


def said(file: BankFile) -> dict[str, Any]:
    """What the file says, for `lms.kit.writing.yaml_text`."""
    alone = [item for item in file.items if not item.scenario]
    found: dict[str, Any] = {"bank": file.bank, "pool": file.pool, "author": file.author}
    if alone:
        found["items"] = [_item(item, file.author) for item in alone]
    if file.scenarios:
        found["scenarios"] = [_scenario(one, file) for one in file.scenarios]
    return found


def _scenario(one: ParsedScenario, file: BankFile) -> dict[str, Any]:
    hanging = sorted((item for item in file.items if item.scenario == one.code), key=lambda item: item.place)
    items = [_item(item, file.author) for item in hanging]
    return {"code": one.code, "title": one.title, "text": Long(one.text), "items": items}


def _item(item: ParsedItem, author: str) -> dict[str, Any]:
    kind = itemtypes.of(item.content["kind"])
    # What a file needn't say, for it is taken for granted.
    usual = {"kind": itemtypes.kinds()[0], "scoring": kind.RULES[0]}
    said = kind.said(item.content, item.key, item.rationales)
    own = {name: value for name, value in said.items() if usual.get(name) != value}
    return {
        "code": item.code,
        **({"author": item.author} if item.author != author else {}),
        "domain": item.domain,
        "level": item.level,
        "clauses": Row(item.clauses),
        "controls": Row(item.controls),
        **_folded(own),
        **({"enemies": Row(item.enemies)} if item.enemies else {}),
    }


def _folded(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _long(one) for name, one in value.items()}


def _long(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _folded(value)
    if isinstance(value, list | tuple):
        return [_long(one) for one in value]
    return Long(value) if isinstance(value, str) else value


def same(one: Iterable[ParsedItem], other: Iterable[ParsedItem]) -> bool:
    """Whether items say the same, in whatever order."""
    return {item.code: item.digest for item in one} == {item.code: item.digest for item in other}
