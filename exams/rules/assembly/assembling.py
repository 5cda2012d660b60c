"""From a blueprint and a bank to forms with their proof, or to the demands that can't all be met."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exams.rules import blueprint
from exams.rules.assembly.conflicts import conflicts
from exams.rules.assembly.constraints import FINE, Constraint, Model, Unit, information, lot, model
from exams.rules.assembly.solving import Solution, Status, solve, solver
from exams.rules.blueprint import Cell, Piece, Plan, ScenarioSet, Target


@dataclass(frozen=True)
class Draft:
    """A form that was found: which one of its model, the codes of its stand-alone items, then those of its scenario
    sets, in their order; each cell of the plan with the number of items that the form has in it; and each target with
    the information that it has there. `pilots` are those among `items` that are tried out: they are in no cell."""

    number: int
    items: tuple[str, ...]
    sets: tuple[str, ...]
    cells: tuple[tuple[Cell, int], ...]
    information: tuple[tuple[Target, Fraction], ...] = ()
    pilots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proof:
    """How the forms were found: enough to set up the same model again and to solve it again."""

    seed: str
    forms: int
    model_digest: str
    status: Status
    solver: str
    variables: int
    rows: int
    nodes: int
    cost: int


@dataclass(frozen=True)
class Assembled:
    drafts: tuple[Draft, ...]
    proof: Proof


class CannotAssemble(Exception):
    """No form can follow the blueprint. `conflicts` are sets of demands that contradict one another, none of which
    can be made smaller if `proved`; there is none where the search ended undecided."""

    def __init__(self, conflicts: tuple[tuple[Constraint, ...], ...], *, proved: bool) -> None:
        super().__init__(conflicts)
        self.conflicts = conflicts
        self.proved = proved


def assemble(
    plan: Plan, pieces: Sequence[Piece], sets: Sequence[ScenarioSet], *, seed: str, forms: int = 1
) -> Assembled:
    """Forms that follow the plan and share no item; the same ones for the same input.

    `pieces` are the stand-alone items. Among all forms that follow the plan those of least cost are taken: items in
    few forms cost little, and between items that are in equally many the seed decides. Raises CannotAssemble.
    """
    built = model(plan, pieces, sets, forms=forms, seed=seed)
    found = solve(built)
    if found.status == Status.INFEASIBLE:
        named, proved = conflicts(built)
        raise CannotAssemble(named, proved=proved)
    if found.status == Status.UNDECIDED:
        raise CannotAssemble((), proved=False)
    drafts = tuple(_draft(plan, built, found, number, seed) for number in range(1, forms + 1))
    return Assembled(drafts, _proof(built, found, seed))


def order(seed: str, form: int, code: str) -> str:
    """By what the items and sets of a form are put in order."""
    return lot(f"{seed}|{form}|order", code)


def _draft(plan: Plan, built: Model, found: Solution, form: int, seed: str) -> Draft:
    first = (form - 1) * len(built.units)
    taken = [unit for number, unit in enumerate(built.units, first) if number in found.chosen]

    def place(unit: Unit) -> str:
        return order(seed, form, unit.code)

    alone, hanging = (sorted((u for u in taken if u.is_set is kind), key=place) for kind in (False, True))
    pieces = [piece for unit in taken for piece in unit.pieces]
    return Draft(
        number=form,
        items=tuple(unit.code for unit in alone),
        sets=tuple(unit.code for unit in hanging),
        cells=tuple((cell, sum(blueprint.is_in(p, cell) for p in pieces)) for cell in blueprint.cells(plan)),
        information=tuple(
            (target, Fraction(sum(information(p, target) for p in pieces), FINE)) for target in plan.targets
        ),
    )


def _proof(built: Model, found: Solution, seed: str) -> Proof:
    return Proof(
        seed=seed,
        forms=built.forms,
        model_digest=built.digest,
        status=found.status,
        solver=solver(),
        variables=len(built.costs),
        rows=sum(len(one.rows) for one in built.named),
        nodes=found.nodes,
        cost=sum(built.costs[variable] for variable in found.chosen),
    )
