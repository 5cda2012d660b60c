"""Reads for the exchange of items with other programs."""

from collections.abc import Collection
from dataclasses import dataclass

from exams import itemtypes
from exams.itemtypes.parts import Written
from exams.models import Bank, Item, ItemKey, Variant
from exams.rules.exchange import Outgoing, Refusal, canonical
from exams.rules.exchange import Scenario as Shared
from exams.states import ItemState


class UnknownBank(LookupError):
    """There is no such bank."""


@dataclass(frozen=True)
class Which:
    """Which items of a bank leave; nothing named is any that is not retired."""

    state: str = ""
    pool: str = ""
    kind: str = ""
    domain: int | None = None
    level: str = ""

    @property
    def said(self) -> dict[str, str | int]:
        """What is asked for, by name."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in named.items() if value not in ("", None)}


@dataclass(frozen=True)
class Leaving:
    """The items of a bank by code, the scenarios that they hang on, and those with faults, which no file could carry."""

    items: tuple[Outgoing, ...]
    scenarios: tuple[Shared, ...]
    faulty: tuple[Refusal, ...]

    @property
    def digest(self) -> str:
        return self.digest_without()

    def digest_without(self, codes: Collection[str] = ()) -> str:
        """Of what leaves, but for those items: what an import of the file has, scenarios and enemies included."""
        items = [one for one in self.items if one.code not in codes]
        hung = {one.about.get("scenario") for one in items}
        shared = [one for one in self.scenarios if one.code in hung]
        return canonical([(one.code, one.digest, one.about, one.variants) for one in items], shared)


def outgoing(bank_key: str, which: Which | None = None) -> Leaving:
    """The items of a bank with their current versions and latest keys. Retired items stay. Six statements, whatever
    the size of the bank. Raises UnknownBank."""
    bank = Bank.objects.filter(key=bank_key).first()
    if bank is None:
        raise UnknownBank(bank_key)
    rows = Item.objects.filter(bank=bank, current__isnull=False, **(which.said if which else {}))
    rows = rows.exclude(state=ItemState.RETIRED).select_related("current", "scenario__current")
    found = list(rows.order_by("code"))
    keys = ItemKey.objects.filter(version__in=[row.current_id for row in found]).order_by("number")
    latest = {key.version_id: key.key for key in keys}
    enemies, variants = _enemies(found), _variants(found)
    items, faulty = [], []
    for row in found:
        assert row.current is not None, "asked for above"
        content, key = row.current.content, latest[row.current.pk]
        if faults := itemtypes.of(row.kind).faults(content, key):
            faulty.append(Refusal(row.code, 0, "; ".join(faults)))
        else:
            about = _about(row, enemies.get(row.pk, []))
            written = Written(content, key, row.current.rationales)
            said = {
                language: Written(variant.content, key, variant.rationales)
                for language, variant in variants.get(row.current.pk, {}).items()
            }
            items.append(Outgoing(row.code, written, about, said))
    texts = {row.scenario.code: row.scenario.current for row in found if row.scenario}
    told = _scenario_variants([one.pk for one in texts.values() if one])
    scenarios = [
        Shared(code, said.title, said.text, variants=told.get(said.pk, {}))
        for code, said in sorted(texts.items())
        if said
    ]
    return Leaving(tuple(items), tuple(scenarios), tuple(faulty))


def _variants(found: list[Item]) -> dict[int, dict[str, Variant]]:
    """The approved variants of each version by language."""
    rows = Variant.objects.filter(version__in=[row.current_id for row in found], approved_at__isnull=False)
    said: dict[int, dict[str, Variant]] = {}
    for one in rows.order_by("number"):
        assert one.version_id is not None, "asked for above"
        said.setdefault(one.version_id, {})[one.language] = one
    return said


def _scenario_variants(version_ids: Collection[int]) -> dict[int, dict[str, dict[str, str]]]:
    """The approved titles and texts of each version of a scenario by language. One statement."""
    rows = Variant.objects.filter(scenario__in=version_ids, approved_at__isnull=False).order_by("number")
    said: dict[int, dict[str, dict[str, str]]] = {}
    for of, language, content in rows.values_list("scenario", "language", "content"):
        said.setdefault(of, {})[language] = content
    return said


def _enemies(found: list[Item]) -> dict[int, list[str]]:
    """The codes of the enemies of each, those included that do not leave."""
    pairs = Item.enemies.through.objects.filter(from_item__in=[row.pk for row in found])
    said: dict[int, list[str]] = {}
    for one, code in pairs.order_by("to_item__code").values_list("from_item", "to_item__code"):
        said.setdefault(one, []).append(code)
    return said


def _about(row: Item, enemies: list[str]) -> dict[str, object]:
    hung = {"scenario": row.scenario.code, "place": row.place} if row.scenario else {}
    said = {
        "pool": row.pool,
        "domain": row.domain,
        "level": row.level,
        "clauses": list(row.clauses),
        "controls": list(row.controls),
    }
    return said | hung | ({"enemies": enemies} if enemies else {}) | _provenance(row)


def _provenance(row: Item) -> dict[str, dict[str, str]]:
    assert row.current is not None, "only items with a version leave"
    version = row.current
    told = {
        "author": version.author_name,
        "source": version.source,
        "edition": version.edition,
        "aids": version.aids,
    }
    said = {name: value for name, value in told.items() if value}
    return {"provenance": said} if said else {}
