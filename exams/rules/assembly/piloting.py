"""Which items are tried out on a form, and where they stand. Explained in docs/algorithms/blueprint.md."""

from collections.abc import Sequence
from dataclasses import replace

from exams.rules.assembly.assembling import Draft, order
from exams.rules.assembly.constraints import Unit, lot
from exams.rules.blueprint import Piece, ScenarioSet


def try_out(
    drafts: Sequence[Draft],
    pilots: Sequence[Piece],
    pieces: Sequence[Piece],
    sets: Sequence[ScenarioSet],
    *,
    seed: str,
    most: int,
    exposure: int | None = None,
    pilot_sets: Sequence[ScenarioSet] = (),
) -> tuple[Draft, ...]:
    """The drafts with up to `most` pilots each, which stand among the items as if they were of them: `pilots` among those
    that stand alone, `pilot_sets`, each whole or not at all, among the scenario sets.

    No pilot is in two of the drafts, nor beside an enemy, nor in more forms than `exposure`. Those in few forms come first, and between equals the seed
    decides; the same ones for the same input.
    """
    known = {piece.code: piece for piece in [*pieces, *(p for one in sets for p in one.pieces)]}
    hanging = {one.code: one.pieces for one in sets}
    units = [Unit(one.code, (one,), False) for one in pilots]
    units += [Unit(one.code, one.pieces, True) for one in pilot_sets]
    left = [unit for unit in units if exposure is None or unit.uses < exposure]
    found = []
    for draft in drafts:
        beside = [known[code] for code in draft.items]
        beside += [piece for code in draft.sets for piece in hanging[code]]
        chosen = _chosen(left, beside, seed=f"{seed}|{draft.number}|pilot", most=most)
        left = [unit for unit in left if unit not in chosen]
        found.append(_with(draft, chosen, seed))
    return tuple(found)


def _chosen(units: Sequence[Unit], beside: Sequence[Piece], *, seed: str, most: int) -> list[Unit]:
    """What fits is taken, one after another: of a set all items or none, and none that holds two enemies."""
    taken: list[Unit] = []
    held: list[Piece] = []
    for unit in sorted(units, key=lambda one: (one.uses, lot(seed, one.code))):
        others = [*beside, *held, *unit.pieces]
        if len(held) + len(unit.pieces) <= most and not any(
            _enemies(pilot, other) for pilot in unit.pieces for other in others if other is not pilot
        ):
            taken.append(unit)
            held += unit.pieces
    return taken


def _enemies(one: Piece, other: Piece) -> bool:
    return other.code in one.enemies or one.code in other.enemies


def _with(draft: Draft, chosen: Sequence[Unit], seed: str) -> Draft:
    def placed(codes: Sequence[str], *, sets: bool) -> tuple[str, ...]:
        both = [*codes, *(unit.code for unit in chosen if unit.is_set is sets)]
        return tuple(sorted(both, key=lambda code: order(seed, draft.number, code)))

    pilots = sorted(piece.code for unit in chosen for piece in unit.pieces)
    return replace(
        draft,
        items=placed(draft.items, sets=False),
        sets=placed(draft.sets, sets=True),
        pilots=tuple(pilots),
    )
