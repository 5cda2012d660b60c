"""Reads for the exchange of items with other programs."""

from exams import itemtypes
from exams.itemtypes.parts import Written
from exams.models import Bank, Item, ItemKey
from exams.rules.exchange import Outgoing, Refusal
from exams.states import ItemState


class UnknownBank(LookupError):
    """There is no such bank."""


def outgoing(bank_key: str) -> tuple[list[Outgoing], list[Refusal]]:
    """The items of a bank with their current versions and latest keys, by code, and those with faults, which no file
    could carry. Retired items stay. Three statements, whatever the size of the bank. Raises UnknownBank."""
    bank = Bank.objects.filter(key=bank_key).first()
    if bank is None:
        raise UnknownBank(bank_key)
    rows = Item.objects.filter(bank=bank, current__isnull=False).exclude(state=ItemState.RETIRED)
    found = list(rows.select_related("current").order_by("code"))
    keys = ItemKey.objects.filter(version__in=[row.current_id for row in found]).order_by("number")
    latest = {key.version_id: key.key for key in keys}
    items, faulty = [], []
    for row in found:
        assert row.current is not None, "asked for above"
        content, key = row.current.content, latest[row.current.pk]
        if faults := itemtypes.of(row.kind).faults(content, key):
            faulty.append(Refusal(row.code, 0, "; ".join(faults)))
        else:
            items.append(Outgoing(row.code, Written(content, key, row.current.rationales), _about(row)))
    return items, faulty


def hanging(bank_key: str) -> list[str]:
    """The codes of items that hang on a scenario, whose text no export carries."""
    rows = Item.objects.filter(bank__key=bank_key, scenario__isnull=False).exclude(state=ItemState.RETIRED)
    return list(rows.order_by("code").values_list("code", flat=True))


def _about(row: Item) -> dict[str, object]:
    return {
        "pool": row.pool,
        "domain": row.domain,
        "level": row.level,
        "clauses": list(row.clauses),
        "controls": list(row.controls),
    }
