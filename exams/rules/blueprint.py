"""What a form must be, and what there is to make it of. Explained with worked numbers in
docs/algorithms/blueprint.md; `exams.rules.assembly` finds the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Piece:
    """An item as assembly sees it. `uses` is the number of forms that hold it already; `slope` and `easiness` are
    those of its calibration, P(right) = 1 / (1 + exp(−(slope · θ + easiness))), and None where there is none."""

    code: str
    domain: int
    enemies: frozenset[str] = frozenset()
    uses: int = 0
    level: str = ""
    slope: float | None = None
    easiness: float | None = None


@dataclass(frozen=True)
class ScenarioSet:
    """A scenario with all its items, which stand together and in order."""

    code: str
    pieces: tuple[Piece, ...]

    @property
    def uses(self) -> int:
        return max((piece.uses for piece in self.pieces), default=0)


@dataclass(frozen=True)
class Cell:
    """How many items of a domain at a level a form has, at least and at most; an empty level means every level."""

    domain: int
    level: str
    least: int
    most: int


@dataclass(frozen=True)
class Target:
    """Test information at one ability, at least and at most. An item without calibration gives none."""

    at: Fraction
    least: Fraction
    most: Fraction


@dataclass(frozen=True)
class Worth:
    """What items of a kind, a level or a domain are worth: so many times what their own rule gives."""

    points: Fraction
    kind: str = ""
    level: str = ""
    domain: int | None = None

    def fits(self, *, kind: str, level: str, domain: int) -> bool:
        return self.kind in {"", kind} and self.level in {"", level} and self.domain in {None, domain}


@dataclass(frozen=True)
class Plan:
    """What a form must be.

    `weights` are those of the domains; `levels` those of the cognitive levels within each domain; `cells` are counts
    that stand in the place of what the weights would give; `sets` counts whole scenario sets; `exposure` is the
    number of forms in which an item may be, None for any.
    """

    length: int
    weights: tuple[tuple[int, int], ...]
    sets: int = 0
    levels: tuple[tuple[str, int], ...] = ()
    cells: tuple[Cell, ...] = ()
    exposure: int | None = None
    targets: tuple[Target, ...] = ()


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


def cells(plan: Plan) -> tuple[Cell, ...]:
    """Every cell of a plan, by domain, the whole domain before its levels.

    A domain has the items that `allocate` gives it. Each of its levels has its exact share, length × weight of the
    domain × weight of the level, or where that is no whole number, the whole number below or above: so the levels
    never contradict the domain. A cell that the plan names itself replaces the one of the weights.
    """
    named = {(cell.domain, cell.level): cell for cell in plan.cells}
    given = {
        (domain, ""): Cell(domain, "", count, count)
        for domain, count in allocate(plan.length, plan.weights).items()
    }
    shares = _shares(plan)
    given |= {key: Cell(*key, _floor(share), -_floor(-share)) for key, share in shares.items()}
    order = [level for level, _ in plan.levels]
    both = given | named
    return tuple(both[key] for key in sorted(both, key=lambda key: (key[0], _rank(order, key[1]), key[1])))


def weight(worth: Sequence[Worth], *, kind: str, level: str, domain: int) -> Fraction:
    """How many times an item counts: by the first of `worth` that fits, and once where none does."""
    fitting = (one.points for one in worth if one.fits(kind=kind, level=level, domain=domain))
    return next(fitting, Fraction(1))


def is_in(piece: Piece, cell: Cell) -> bool:
    """Whether an item counts in a cell."""
    return piece.domain == cell.domain and cell.level in {"", piece.level}


def _rank(order: Sequence[str], level: str) -> int:
    return order.index(level) + 1 if level in order else 0 if not level else len(order) + 1


def _shares(plan: Plan) -> Mapping[tuple[int, str], Fraction]:
    domains, levels = (sum(weight for _, weight in said) for said in (plan.weights, plan.levels))
    return {
        (domain, level): Fraction(plan.length * weight * part, domains * levels)
        for domain, weight in plan.weights
        for level, part in plan.levels
    }


def _floor(share: Fraction) -> int:
    return share.numerator // share.denominator
