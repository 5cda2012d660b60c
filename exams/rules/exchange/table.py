"""CSV: one item a row, under names that docs/item-exchange.md lists."""

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

from exams.rules.exchange import frame
from exams.rules.exchange.frame import CannotRead, Raw, Reading, Refusal, Refused
from exams.rules.languages import OTHERS

LETTERS = "abcdefgh"
NEEDED = ("stem",)
OF_ITEM = (
    "code",
    "kind",
    "scoring",
    "stem",
    "right",
    "accepted",
    "case",
    "answer",
    "tolerance",
    "unit",
    "why",
)
ABOUT = ("pool", "domain", "level", "clauses", "controls", *frame.PROVENANCE)
TRUTH = {"true": True, "t": True, "yes": True, "1": True, "false": False, "f": False, "no": False, "0": False}
KNOWN = {
    *OF_ITEM, *ABOUT, "why_true", "why_false",
    *LETTERS, *(f"why_{letter}" for letter in LETTERS), *(f"points_{letter}" for letter in LETTERS),
}  # fmt: skip


WORDS = {
    "stem", "unit", "why", "why_true", "why_false", *LETTERS, *(f"why_{letter}" for letter in LETTERS)
}  # fmt: skip


def read(data: bytes) -> Reading:
    """Comma or semicolon between the cells, whichever the header has more of. Raises CannotRead."""
    text = frame.text_of(data, "a CSV file")
    head = text.partition("\n")[0]
    reader = csv.reader(
        StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True
    )
    try:
        # A name with a language after a colon, such as stem:de, is the same in that language.
        names = [name.strip().lower() for name in next(reader, [])]
        _refuse_strangers(names)
        return _rows(reader, names)
    except csv.Error as fault:
        raise CannotRead(f"the file is not CSV: {fault}", reader.line_num) from None


def _refuse_strangers(names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise CannotRead("a name stands twice in the header", 1)
    if missing := [name for name in NEEDED if name not in names]:
        raise CannotRead(f"the header has no column {', '.join(missing)}", 1)
    if strange := [name for name in names if name not in KNOWN and not _is_other(name)]:
        raise CannotRead(f"the header has columns that are unknown here: {', '.join(strange)[:200]}", 1)


def _is_other(name: str) -> bool:
    base, _, language = name.partition(":")
    return language in OTHERS and base in WORDS


def _rows(reader: Any, names: list[str]) -> Reading:
    items: list[Raw] = []
    refused: list[Refusal] = []
    before = reader.line_num
    for number, row in enumerate(reader, 1):
        first, before = before + 1, reader.line_num
        if not any(cell.strip() for cell in row):
            continue
        frame.refuse_more(len(items) + len(refused) + 1)
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False) if cell.strip()}
        name = cells.get("code", f"row {number}")
        try:
            if len(row) > len(names):
                raise Refused(f"the row has {len(row)} cells, and the header {len(names)}")
            items.append(Raw(name, first, _said(cells), _about(cells), (), _variants(cells)))
        except Refused as fault:
            refused.append(Refusal(name, first, str(fault)))
    return Reading(tuple(items), tuple(refused))


def _said(cells: Mapping[str, str]) -> dict[str, Any]:
    kind = cells.get("kind", "single")
    said: dict[str, Any] = {"kind": kind, "stem": cells.get("stem", "")}
    if "scoring" in cells:
        said["scoring"] = cells["scoring"]
    if kind in ("single", "multiple"):
        return said | {"options": _options(cells)}
    if kind == "true-false":
        whys = {name: cells[name] for name in ("why_true", "why_false") if name in cells}
        return said | {"right": _truth(cells, "right")} | whys
    if kind == "numeric":
        return said | {name: cells[name] for name in ("answer", "tolerance", "unit", "why") if name in cells}
    if kind == "text":
        accepted = [one.strip() for one in cells.get("accepted", "").split("|") if one.strip()]
        case = {"case": _truth(cells, "case")} if "case" in cells else {}
        return said | {"accepted": accepted} | case | ({"why": cells["why"]} if "why" in cells else {})
    raise Refused(f"a table has no place for an item of the kind '{kind[:40]}'")


def _variants(cells: Mapping[str, str]) -> dict[str, dict[str, Any] | str]:
    """The row as it reads in each language in which it says anything, or why it can't be read there."""
    found: dict[str, dict[str, Any] | str] = {}
    for language in sorted({name.partition(":")[2] for name in cells} - {""}):
        words = {name: cells[f"{name}:{language}"] for name in WORDS if f"{name}:{language}" in cells}
        try:
            found[language] = _said({k: said for k, said in cells.items() if k not in WORDS} | words)
        except Refused as fault:
            found[language] = str(fault)
    return found


def _options(cells: Mapping[str, str]) -> list[dict[str, Any]]:
    right = {
        one.strip().lower() for one in cells.get("right", "").replace(",", "|").replace(";", "|").split("|")
    }
    there = [letter for letter in LETTERS if letter in cells]
    if strange := sorted(right - set(there) - {""}):
        raise Refused(f"'right' names an option that is not there: {', '.join(strange)[:40]}")
    return [
        {"text": cells[letter]}
        | ({"right": True} if letter in right else {})
        | ({"why": cells[f"why_{letter}"]} if f"why_{letter}" in cells else {})
        | ({"points": cells[f"points_{letter}"]} if f"points_{letter}" in cells else {})
        for letter in there
    ]


def _truth(cells: Mapping[str, str], name: str) -> bool:
    said = cells.get(name, "").lower()
    if said not in TRUTH:
        raise Refused(f"'{name}' must be true or false")
    return TRUTH[said]


def _about(cells: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: cells[name] for name in ("pool", "level") if name in cells}
    if "domain" in cells:
        domain = cells["domain"]
        found["domain"] = int(domain) if domain.isascii() and domain.isdigit() and len(domain) < 4 else domain
    for name in ("clauses", "controls"):
        if name in cells:
            found[name] = [one for one in cells[name].replace(",", " ").replace(";", " ").split() if one]
    origin = {name: cells[name] for name in frame.PROVENANCE if name in cells}
    return found | ({"provenance": origin} if origin else {})
