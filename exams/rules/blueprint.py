"""Assembling a form by blueprint. Explained with worked numbers in docs/algorithms/blueprint.md."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ATTEMPTS = 400


@dataclass(frozen=True)
class Piece:
    """An item as assembly sees it. `uses` is the number of forms that hold it already."""

    code: str
    domain: int
    enemies: frozenset[str] = frozenset()
    uses: int = 0


@dataclass(frozen=True)
class ScenarioSet:
    """A scenario with all its items, which stand together and in order."""

    code: str
    pieces: tuple[Piece, ...]

    @property
    def uses(self) -> int:
        return max((piece.uses for piece in self.pieces), default=0)


@dataclass(frozen=True)
class Plan:
    """What a form must be: its length, the weight of each domain, the number of whole scenario sets."""

    length: int
    weights: tuple[tuple[int, int], ...]
    sets: int = 0


@dataclass(frozen=True)
class Draft:
    """The form that was found: stand-alone items first, then the scenario sets."""

    items: tuple[str, ...]
    sets: tuple[str, ...]
    allocation: tuple[tuple[int, int], ...]
    attempt: int


@dataclass(frozen=True)
class Lack:
    """What is missing in one domain, or in the scenario sets (domain 0)."""

    domain: int
    needed: int
    found: int


class CannotAssemble(Exception):
    """The bank can't fill the plan. `lacks` names every shortage; it is empty when no number is too small, but
    enemies or the domains of the scenario sets stood in the way of every attempt."""

    def __init__(self, lacks: tuple[Lack, ...] = ()) -> None:
        super().__init__(", ".join(f"domain {lack.domain}: {lack.found} of {lack.needed}" for lack in lacks))
        self.lacks = lacks


def allocate(length: int, weights: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Largest remainder: whole items for each domain, in sum `length`.

    Each domain gets the whole part of length × weight / sum; what is left goes to the largest
    remainders, one each; among equal remainders the heavier domain comes first, then the lower number.
    """
    total = sum(weight for _, weight in weights)
    if total <= 0:
        raise ValueError("the weights of a blueprint must be more than nothing")
    shares = {domain: divmod(length * weight, total) for domain, weight in weights}
    left = length - sum(whole for whole, _ in shares.values())
    heavier = dict(weights)
    ranked = sorted(shares, key=lambda domain: (-shares[domain][1], -heavier[domain], domain))
    return {domain: shares[domain][0] + (1 if domain in ranked[:left] else 0) for domain, _ in weights}


def assemble(plan: Plan, pieces: Sequence[Piece], sets: Sequence[ScenarioSet], *, seed: str) -> Draft:
    """Finds a form that follows the plan, the same one for the same input; raises CannotAssemble.

    `pieces` are the stand-alone items. Items and sets in the fewest forms come first, among equals a
    lottery decides that depends on the seed alone. After half of the attempts only the lottery counts,
    since the least used ones may be one another's enemies.
    """
    allocation = allocate(plan.length, plan.weights)
    lacks = shortages(plan, allocation, pieces, sets)
    if lacks:
        raise CannotAssemble(lacks)
    for attempt in range(ATTEMPTS):
        draw = _Draw(f"{seed}|{attempt}", heed_uses=attempt < ATTEMPTS // 2)
        found = _try(plan, allocation, pieces, sets, draw)
        if found is not None:
            items, chosen = found
            return Draft(items, chosen, tuple(sorted(allocation.items())), attempt)
    raise CannotAssemble()


def shortages(
    plan: Plan, allocation: Mapping[int, int], pieces: Sequence[Piece], sets: Sequence[ScenarioSet]
) -> tuple[Lack, ...]:
    """Domains whose items, even with every scenario set, are too few; and too few sets (domain 0)."""
    there = Counter(piece.domain for piece in pieces)
    if plan.sets:
        there.update(piece.domain for chosen in sets for piece in chosen.pieces)
    lacks = [Lack(d, needed, there[d]) for d, needed in sorted(allocation.items()) if there[d] < needed]
    if len(sets) < plan.sets:
        lacks.insert(0, Lack(0, plan.sets, len(sets)))
    return tuple(lacks)


def lot(seed: str, code: str) -> str:
    """The lottery number of a code: SHA-256, so that any program in any language draws the same."""
    return hashlib.sha256(f"{seed}|{code}".encode()).hexdigest()


@dataclass(frozen=True)
class _Draw:
    seed: str
    heed_uses: bool

    def order[T: (Piece, ScenarioSet)](self, things: Iterable[T]) -> list[T]:
        return sorted(
            things, key=lambda thing: (thing.uses if self.heed_uses else 0, lot(self.seed, thing.code))
        )


def _try(
    plan: Plan,
    allocation: Mapping[int, int],
    pieces: Sequence[Piece],
    sets: Sequence[ScenarioSet],
    draw: _Draw,
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    room = dict(allocation)
    taken: list[Piece] = []
    chosen: list[ScenarioSet] = []
    for candidate in draw.order(sets):
        if len(chosen) < plan.sets and _fits(candidate, room) and not _hostile(candidate.pieces, taken):
            chosen.append(candidate)
            taken += candidate.pieces
            for piece in candidate.pieces:
                room[piece.domain] -= 1
    if len(chosen) < plan.sets:
        return None
    alone: list[Piece] = []
    for piece in draw.order(pieces):
        if room.get(piece.domain, 0) > 0 and not _hostile([piece], taken):
            alone.append(piece)
            taken.append(piece)
            room[piece.domain] -= 1
    if any(room.values()):
        return None
    order = sorted(alone, key=lambda piece: lot(f"{draw.seed}|order", piece.code))
    return tuple(piece.code for piece in order), tuple(picked.code for picked in chosen)


def _fits(candidate: ScenarioSet, room: Mapping[int, int]) -> bool:
    wanted = Counter(piece.domain for piece in candidate.pieces)
    return all(room.get(domain, 0) >= count for domain, count in wanted.items())


def _hostile(newcomers: Sequence[Piece], taken: Sequence[Piece]) -> bool:
    """Whether an enmity, named by either side, stands between the newcomers and those already taken."""
    codes = {piece.code for piece in taken}
    mine = {piece.code for piece in newcomers}
    return any(codes & piece.enemies for piece in newcomers) or any(mine & piece.enemies for piece in taken)
