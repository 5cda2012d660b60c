"""Items and scenarios, written into the files that a bank is loaded from."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from exams.models import Bank
from exams.queries import written
from exams.rules.library import ParsedBank, ParsedItem, ParsedScenario, banks, writing
from lms.kit.content import Problems, read_yaml
from lms.kit.gather import WriteCount
from lms.kit.writing import WIDTH, Shelf, yaml_text
from lms.organisations import queries as organisations

NEW = "written-here.yaml"


def write(folder: Path, beside: Path | None) -> WriteCount:
    """Writes the items of every bank into `folder`, but not those whose codes stand in `beside`.

    An item stays in the file in which it stands, a new one goes into a file of its pool. A file whose items
    all say the same stays as it is. What is retired here, or not known here, keeps its place in a file.
    """
    shelf = Shelf(folder)
    there = {bank.key: bank for bank in banks.read_banks([folder], Problems())} if folder.is_dir() else {}
    others = {bank.key: bank for bank in banks.read_banks([beside], Problems())} if beside else {}
    cards = organisations.cards(Bank.objects.values_list("organisation_id", flat=True))
    for bank in Bank.objects.order_by("key"):
        if bank.key not in others:
            head = {"key": bank.key, "title": bank.title, "profile": bank.profile_key}
            shelf.put_yaml(
                f"banks/{bank.key}/bank.yaml", head | {"organisation": cards[bank.organisation_id].slug}
            )
        _put_bank(shelf, bank, there.get(bank.key), others.get(bank.key))
    return WriteCount(shelf.written, shelf.unchanged, tuple(shelf.notes))


def _put_bank(shelf: Shelf, bank: Bank, there: ParsedBank | None, other: ParsedBank | None) -> None:
    taken = {item.code for item in other.items} if other else set()
    told = {one.code for one in other.scenarios} if other else set()
    known = {item.code: item for item in there.items} if there else {}
    texts = {one.code: one for one in there.scenarios} if there else {}
    for item in _one_sided([i for i in written.items(bank) if i.code not in taken], known):
        before = known.get(item.code)
        if before is not None and before.scenario == item.scenario:
            known[item.code] = replace(item, path=before.path, line=before.line)
        else:
            known[item.code] = replace(item, path=_home(shelf, bank, item, texts), line=len(known) + 10**6)
    for one in written.scenarios(bank):
        if one.code not in told and any(item.scenario == one.code for item in known.values()):
            place = texts.get(one.code)
            path = place.path if place else _home(shelf, bank, one, texts)
            texts[one.code] = replace(one, path=path, line=place.line if place else len(texts) + 10**6)
    for path in sorted({item.path for item in known.values()} | {one.path for one in texts.values()}):
        _put_file(
            shelf,
            bank,
            path,
            sorted((item for item in known.values() if item.path == path), key=lambda item: item.line),
            sorted((one for one in texts.values() if one.path == path), key=lambda one: one.line),
            there,
        )


def _home(
    shelf: Shelf, bank: Bank, thing: ParsedItem | ParsedScenario, texts: Mapping[str, ParsedScenario]
) -> Path:
    """The file of the scenario that an item hangs on, or that of what is new."""
    scenario = texts.get(thing.scenario) if isinstance(thing, ParsedItem) else None
    return scenario.path if scenario else shelf.folder / "banks" / bank.key / thing.pool / NEW


def _one_sided(items: list[ParsedItem], known: Mapping[str, ParsedItem]) -> Iterable[ParsedItem]:
    """The items, each pair of enemies named on the side where a file names it, or else by the later code."""
    codes = {item.code for item in items} | set(known)
    for item in items:
        named = set(known[item.code].enemies) if item.code in known else set()
        enemies = [
            code
            for code in item.enemies
            if code in codes
            and (
                code in named
                or (code < item.code and item.code not in (known[code].enemies if code in known else ()))
            )
        ]
        yield replace(item, enemies=tuple(enemies))


def _put_file(
    shelf: Shelf,
    bank: Bank,
    path: Path,
    items: list[ParsedItem],
    texts: list[ParsedScenario],
    there: ParsedBank | None,
) -> None:
    before = [item for item in there.items if item.path == path] if there else []
    told = {one.code: one.digest for one in there.scenarios if one.path == path} if there else {}
    if path.is_file() and writing.same(items, before) and told == {one.code: one.digest for one in texts}:
        shelf.unchanged += 1
        return
    node = read_yaml(path, Problems()) if path.is_file() else None
    pool = (items or texts)[0].pool
    author = node.text("author") if node else items[0].author
    said = writing.said(writing.BankFile(bank.key, pool, author, tuple(items), tuple(texts)))
    shelf.put(str(path.relative_to(shelf.folder)), yaml_text(said, width=WIDTH))
