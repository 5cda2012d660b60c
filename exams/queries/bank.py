"""Reads about the bank: what a form may be made of."""

from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q

from exams import itemtypes
from exams.models import Blueprint, Calibration, FormItem, Item, ItemKey, ItemVersion, ScenarioVersion
from exams.rules.blueprint import Cell, Piece, Plan, ScenarioSet, Target, Worth
from exams.states import ItemState


@dataclass(frozen=True)
class Stock:
    """What a form may be made of: live items, and scenarios all of whose items are live. `pilots` may be tried out on
    it, and `pilot_sets`, scenarios all of whose items are pilots."""

    plan: Plan
    pieces: tuple[Piece, ...]
    sets: tuple[ScenarioSet, ...]
    items: dict[str, Item]
    keys: dict[int, ItemKey]
    pilots: tuple[Piece, ...] = ()
    pilot_sets: tuple[ScenarioSet, ...] = ()


def stock(blueprint: Blueprint) -> Stock:
    """The live items that a blueprint may draw on. Four statements, five where information is asked for,
    whatever the size of the bank."""
    rows = list(
        Item.objects.filter(bank=blueprint.bank, pool=blueprint.pool)
        .exclude(state=ItemState.RETIRED, scenario__isnull=True)
        .select_related("current", "scenario__current")
        .order_by("code")
    )
    uses = dict(
        FormItem.objects.filter(version__item__in=[row.pk for row in rows])
        .values_list("version__item")
        .annotate(forms=Count("form", distinct=True))
    )
    enemies: dict[int, set[str]] = {row.pk: set() for row in rows}
    codes = {row.pk: row.code for row in rows}
    for one, other in Item.enemies.through.objects.filter(from_item__in=codes).values_list(
        "from_item", "to_item"
    ):
        enemies[one].add(codes.get(other, ""))
    known = _calibrations([row.current_id for row in rows if row.current_id]) if blueprint.information else {}
    pieces = {
        row.pk: Piece(
            row.code,
            row.domain,
            frozenset(enemies[row.pk]),
            uses.get(row.pk, 0),
            row.level,
            *known.get(row.current_id, (None, None)),
        )
        for row in rows
    }
    # What people mark is in a form only where the blueprint asks for it by name.
    by_rule = set(itemtypes.marked_by_rule())
    kinds = set(blueprint.kinds) or by_rule
    live = {row.pk for row in rows if row.state == ItemState.LIVE and row.kind in kinds}
    tried = {row.pk for row in rows if row.state == ItemState.PILOT and row.kind in kinds}
    sets: dict[str, list[Item]] = {}
    for row in rows:
        if row.scenario is not None:
            sets.setdefault(row.scenario.code, []).append(row)
    whole = [
        (code, tuple(sorted(hanging, key=lambda row: row.place))) for code, hanging in sorted(sets.items())
    ]

    def sets_of(among: set[int]) -> tuple[ScenarioSet, ...]:
        return tuple(
            ScenarioSet(code, tuple(pieces[row.pk] for row in hanging))
            for code, hanging in whole
            if all(row.pk in among for row in hanging)
        )

    return Stock(
        plan=plan(blueprint),
        pieces=tuple(pieces[row.pk] for row in rows if row.scenario_id is None and row.pk in live),
        sets=sets_of(live),
        items={row.code: row for row in rows},
        keys=_latest_keys([row.current_id for row in rows if row.current_id]),
        pilots=tuple(pieces[row.pk] for row in rows if row.scenario_id is None and row.pk in tried),
        pilot_sets=sets_of(tried),
    )


def plan(blueprint: Blueprint) -> Plan:
    """What a blueprint asks of a form."""
    return Plan(
        length=blueprint.length,
        weights=tuple((domain["number"], domain["weight"]) for domain in blueprint.domains),
        sets=blueprint.scenario_sets,
        levels=tuple((level["level"], level["weight"]) for level in blueprint.levels),
        cells=tuple(Cell(c["domain"], c["level"], c["least"], c["most"]) for c in blueprint.cells),
        exposure=blueprint.exposure_limit,
        targets=tuple(
            Target(*(Fraction(said[name]) for name in ("at", "least", "most")))
            for said in blueprint.information
        ),
    )


def worth(blueprint: Blueprint) -> tuple[Worth, ...]:
    """What items are worth by a blueprint."""
    return tuple(
        Worth(Fraction(said["points"]), said.get("kind", ""), said.get("level", ""), said.get("domain"))
        for said in blueprint.worth
    )


def counts(bank_id: int) -> dict[str, int]:
    """How many items a bank has in each state."""
    found = Item.objects.filter(bank_id=bank_id).values_list("state").annotate(n=Count("id", filter=Q()))
    return dict(found)


def wrote(item: Item, person_id: int) -> bool:
    """Whether somebody wrote a version of an item, or of the scenario that it hangs on. One or two statements."""
    if ItemVersion.objects.filter(item=item, author_id=person_id).exists():
        return True
    texts = ScenarioVersion.objects.filter(scenario=item.scenario_id, author_id=person_id)
    return item.scenario_id is not None and texts.exists()


def _calibrations(version_ids: list[int]) -> dict[int | None, tuple[float, float]]:
    """Slope and easiness of each version that was calibrated, the latest ones."""
    rows = Calibration.objects.filter(version__in=version_ids).order_by("pk")
    return {
        version: (slope, easiness)
        for version, slope, easiness in rows.values_list("version", "slope", "easiness")
    }


def _latest_keys(version_ids: list[int]) -> dict[int, ItemKey]:
    keys = ItemKey.objects.filter(version__in=version_ids).order_by("number")
    return {key.version_id: key for key in keys}


@dataclass(frozen=True)
class Exposure:
    """How many forms hold a version of an item, and in how many sittings it was before a candidate."""

    version: int
    forms: int
    sittings: int


def exposure(item_id: int) -> list[Exposure]:
    """The exposure of an item by version, the latest first. One statement. A sitting gets its form when it
    starts, so one that never began exposes nothing."""
    versions = ItemVersion.objects.filter(item_id=item_id).annotate(
        forms=Count("placements__form", distinct=True),
        sittings=Count("placements__form__sittings", distinct=True),
    )
    return [Exposure(*row) for row in versions.order_by("-number").values_list("number", "forms", "sittings")]
