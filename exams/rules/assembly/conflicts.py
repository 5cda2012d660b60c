"""Which demands of a blueprint contradict one another, by a deletion filter (Chinneck and Dravnieks 1991)."""

from collections.abc import Sequence

from exams.rules.assembly.constraints import Constraint, Kind, Model, Named
from exams.rules.assembly.solving import Status, solve

MOST = 5
NODES = 1_000  # of each of many searches, while somebody waits for the sentence


def conflicts(model: Model) -> tuple[tuple[tuple[Constraint, ...], ...], bool]:
    """Sets of demands in conflict, and whether each is proved to be one that can't be made smaller.

    In: a model that has no solution. Each set is a conflict by itself, and without any one of its members it is none.
    No two sets share a demand; at most five are named. They are unproved where a search met its limit.
    """
    found: list[tuple[Constraint, ...]] = []
    left, proved = list(model.named), True
    while (
        len(found) < MOST
        and solve(model, demands=left, costly=False, nodes=NODES).status == Status.INFEASIBLE
    ):
        smallest, sure = _smallest(model, left)
        found.append(tuple(one.constraint for one in smallest))
        proved &= sure
        # Without a domain that was put aside the length says nothing true of the others.
        left = [one for one in left if one not in smallest and one.constraint.kind != Kind.LENGTH]
    return tuple(found), proved


def _smallest(model: Model, demands: Sequence[Named]) -> tuple[list[Named], bool]:
    """Drops what can be dropped with the rest still contradictory: whole lots first, then halves, then one by one.

    A demand that is kept made the rest solvable when it was dropped alone; what remains at the end is part of
    that rest, so it is solvable without it too.
    """
    kept, proved = list(demands), True
    waiting = [kept[at : at + _half(kept)] for at in range(0, len(kept), max(_half(kept), 1))]
    while waiting:
        lot = waiting.pop(0)
        rest = [one for one in kept if one not in lot]
        status = solve(model, demands=rest, costly=False, nodes=NODES).status
        if status == Status.INFEASIBLE:
            kept = rest
        elif len(lot) > 1:
            waiting[:0] = [lot[: _half(lot)], lot[_half(lot) :]]
        else:
            proved &= status != Status.UNDECIDED
    return kept, proved


def _half(lot: Sequence[Named]) -> int:
    return (len(lot) + 1) // 2
