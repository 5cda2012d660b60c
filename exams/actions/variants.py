"""What the items and scenarios of a file say in other languages: variants that wait for approval."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exams.actions import languages
from exams.models import Bank, Item, ItemKey, Scenario, Variant
from exams.rules.exchange import Batch, Incoming, Refusal
from exams.rules.languages import parts
from exams.states import ItemState, Pool

OLDER = "its texts in other languages are left out: the bank has another version of it, or it is retired"
APART = "its scenario's texts in other languages are left out: the bank has another text of it"


@dataclass(frozen=True)
class Words:
    """An item or scenario in another language, under its code in the bank."""

    identifier: str
    line: int
    code: str
    language: str


@dataclass(frozen=True)
class _Said:
    content: Mapping[str, Any]
    rationales: Mapping[str, str] = field(default_factory=dict)
    pool: str = ""  # of a scenario; nothing for an item


@dataclass(frozen=True)
class Brought:
    """What is to be written, and what is left out."""

    taken: list[tuple[Words, _Said]]
    lost: list[Refusal]


def brought(
    *,
    bank: Bank,
    batch: Batch,
    codes: Mapping[str, str],
    fresh: Collection[str],
    scenarios: Mapping[tuple[str, str], Scenario],
) -> Brought:
    """The variants of a batch that the bank does not have, whatever became of them there since.

    `codes` are those of items here by digest, `fresh` those that the file brings, `scenarios` those of the bank by
    digest and pool, unsaved ones among them. Two statements where the file has variants, one more for scenarios."""
    found = Brought([], [])
    # By digest: of two items of a file that are called the same, each has words of its own.
    _items(bank, [one for one in batch.items if one.variants and one.digest in codes], codes, fresh, found)
    told = [one for one in batch.scenarios if one.variants]
    known = [
        scenarios[one.digest, pool] for one in told for pool in Pool.values if (one.digest, pool) in scenarios
    ]
    held = _held("scenario", [row.current_id for row in known if row.pk and row.current_id])
    for one in told:
        rows = [scenarios[one.digest, pool] for pool in Pool.values if (one.digest, pool) in scenarios]
        if not rows:
            found.lost.append(Refusal(one.code, 0, APART))
        for row in rows:
            for language, content in one.variants.items():
                said = _Said(content, pool=row.pool)
                if not row.pk or said not in held.get((row.current_id, language), ()):
                    found.taken.append((Words(one.code, 0, row.code, language), said))
    return found


def write(*, bank: Bank, words: Brought, source: str, author_id: int | None) -> None:
    """Writes them; who brought the file, where that is known, can't approve them."""
    ids = dict(Item.objects.filter(bank=bank).values_list("code", "pk")) if words.taken else {}
    texts = {
        (code, pool): pk
        for code, pool, pk in Scenario.objects.filter(bank=bank).values_list("code", "pool", "pk")
        if words.taken
    }
    for one, said in words.taken:
        more: dict[str, Any] = {"language": one.language, "source": source[:300], "author_id": author_id}
        told = {part.path: part.text for part in parts(said.content)}
        if said.pool:
            languages.translate_scenario(scenario_id=texts[one.code, said.pool], said=told, **more)
        else:
            languages.translate_item(item_id=ids[one.code], said=told, rationales=said.rationales, **more)


def _items(
    bank: Bank, items: Iterable[Incoming], codes: Mapping[str, str], fresh: Collection[str], found: Brought
) -> None:
    named = [codes[one.digest] for one in items if codes[one.digest] not in fresh]
    rows = {
        row.code: row
        for row in Item.objects.filter(bank=bank, code__in=named).exclude(state=ItemState.RETIRED)
    }
    versions = [row.current_id for row in rows.values() if row.current_id]
    keys = ItemKey.objects.filter(version__in=versions).order_by("number")
    digests = {key.version_id: key.digest for key in keys}
    held = _held("version", versions)
    for one in items:
        code = codes[one.digest]
        current = None if code in fresh else rows[code].current_id if code in rows else 0
        if current is not None and digests.get(current) != one.digest:
            found.lost.append(Refusal(one.identifier, one.line, OLDER))
            continue
        for language, written in one.variants.items():
            said = _Said(written.content, written.rationales)
            if current is None or said not in held.get((current, language), ()):
                found.taken.append((Words(one.identifier, one.line, code, language), said))


def _held(of: str, ids: Collection[int]) -> dict[tuple[int | None, str], list[_Said]]:
    """What these versions say in other languages, and ever said, approved or not."""
    found: dict[tuple[int | None, str], list[_Said]] = {}
    rows = Variant.objects.filter(**{f"{of}__in": ids}) if ids else Variant.objects.none()
    for row in rows.select_related("scenario__scenario") if of == "scenario" else rows:
        pool = row.scenario.scenario.pool if row.scenario else ""
        key = (getattr(row, f"{of}_id"), row.language)
        found.setdefault(key, []).append(_Said(row.content, row.rationales, pool))
    return found
