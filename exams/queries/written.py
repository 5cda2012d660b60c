"""Items and scenarios of a bank, as the texts that its files hold."""

from collections.abc import Iterable
from pathlib import Path

from exams.models import Bank, Item, ItemKey, Scenario
from exams.rules.library import ParsedItem, ParsedScenario
from exams.states import ItemState

HERE = Path("bank")


def items(bank: Bank, codes: Iterable[str] | None = None) -> list[ParsedItem]:
    """The items of a bank that aren't retired, or those of these codes. Enemies stand on both sides. Three statements."""
    rows = Item.objects.filter(bank=bank, current__isnull=False).select_related("current", "scenario")
    rows = rows.exclude(state=ItemState.RETIRED) if codes is None else rows.filter(code__in=codes)
    found = list(rows.prefetch_related("enemies").order_by("code"))
    held = ItemKey.objects.filter(version__in=[row.current_id for row in found]).order_by("number")
    keys = {key.version_id: key for key in held}
    return [_item(row, keys[row.current_id]) for row in found if row.current_id in keys]


def _item(row: Item, key: ItemKey) -> ParsedItem:
    version = row.current
    assert version is not None, "asked for with a version only"
    enemies = sorted(enemy.code for enemy in row.enemies.all() if enemy.state != ItemState.RETIRED)
    return ParsedItem(
        code=row.code,
        pool=str(row.pool),
        author=version.author_name,
        domain=row.domain,
        level=str(row.level),
        clauses=tuple(row.clauses),
        controls=tuple(row.controls),
        content=version.content,
        key=key.key,
        rationales=version.rationales,
        enemies=tuple(enemies),
        scenario=row.scenario.code if row.scenario else "",
        place=row.place,
        path=HERE,
        line=0,
    )


def scenarios(bank: Bank) -> list[ParsedScenario]:
    rows = (
        Scenario.objects.filter(bank=bank, current__isnull=False).select_related("current").order_by("code")
    )
    return [
        ParsedScenario(row.code, str(row.pool), row.current.title, row.current.text, HERE, 0)
        for row in rows
        if row.current
    ]
