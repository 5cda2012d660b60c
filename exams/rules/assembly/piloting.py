"""Which items are tried out on a form, and where they stand. Explained in docs/algorithms/blueprint.md."""

from collections.abc import Sequence
from dataclasses import replace

from exams.rules.assembly.assembling import Draft, order
from exams.rules.assembly.constraints import lot
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
) -> tuple[Draft, ...]:
    """The drafts with up to `most` pilots each, which stand among the stand-alone items as if they were of them.

    No pilot is in two of the drafts, nor beside an enemy, nor in more forms than `exposure`. Those in few forms come first, and between equals the seed
    decides; the same ones for the same input.
    """
    known = {piece.code: piece for piece in [*pieces, *(p for one in sets for p in one.pieces)]}
    hanging = {one.code: one.pieces for one in sets}
    left, found = [pilot for pilot in pilots if exposure is None or pilot.uses < exposure], []
    for draft in drafts:
        beside = [known[code] for code in draft.items]
        beside += [piece for code in draft.sets for piece in hanging[code]]
        chosen = _chosen(left, beside, seed=f"{seed}|{draft.number}|pilot", most=most)
        left = [pilot for pilot in left if pilot not in chosen]
        found.append(_with(draft, [pilot.code for pilot in chosen], seed))
    return tuple(found)


def _chosen(pilots: Sequence[Piece], beside: Sequence[Piece], *, seed: str, most: int) -> list[Piece]:
    taken: list[Piece] = []
    for pilot in sorted(pilots, key=lambda one: (one.uses, lot(seed, one.code))):
        if len(taken) == most:
            break
        if not any(_enemies(pilot, other) for other in [*beside, *taken]):
            taken.append(pilot)
    return taken


def _enemies(one: Piece, other: Piece) -> bool:
    return other.code in one.enemies or one.code in other.enemies


def _with(draft: Draft, codes: Sequence[str], seed: str) -> Draft:
    both = sorted([*draft.items, *codes], key=lambda code: order(seed, draft.number, code))
    return replace(draft, items=tuple(both), pilots=tuple(sorted(codes)))
