"""Assembling out of a bank of 700 items, 300 of them in 60 scenario sets; also alone: `python -m tests.bench.assembling`."""

import random
import resource

from exams.rules import assembly
from exams.rules.blueprint import Piece, Plan, ScenarioSet
from tests.bench.measuring import once, table

WEIGHTS = ((1, 10), (2, 20), (3, 15), (4, 15), (5, 20), (6, 10), (7, 10))
LEVELS = (("understand", 25), ("apply", 45), ("analyse", 30))
ENEMIES = 150


def stock(seed: int = 7) -> tuple[list[Piece], list[ScenarioSet]]:
    """400 items that stand alone and 60 sets of five, by the weights of domains and levels; each in up to two forms
    already, and with 150 pairs of enemies."""
    drawn = random.Random(seed)
    codes = [f"I{number:03}" for number in range(700)]
    enemies: dict[str, set[str]] = {code: set() for code in codes}
    for one, other in (drawn.sample(codes, 2) for _ in range(ENEMIES)):
        enemies[one].add(other)
    pieces = [
        Piece(code, _one(drawn, WEIGHTS), frozenset(enemies[code]), drawn.randrange(3), _one(drawn, LEVELS))
        for code in codes
    ]
    sets = [ScenarioSet(f"S{n:02}", tuple(pieces[400 + 5 * n : 405 + 5 * n])) for n in range(60)]
    return pieces[:400], sets


def _one[T](drawn: random.Random, weights: tuple[tuple[T, int], ...]) -> T:
    return drawn.choices([name for name, _ in weights], [weight for _, weight in weights])[0]


def assembling() -> None:
    """Prints what forms cost, and what it costs to say why there is none."""
    pieces, sets = stock()
    exam = Plan(80, WEIGHTS, 4, LEVELS, exposure=6)
    practice = Plan(10, WEIGHTS)
    rows = []

    def measured(name: str, plan: Plan, forms: int) -> None:
        said = ""

        def work() -> None:
            nonlocal said
            try:
                proof = assembly.assemble(plan, pieces, sets, seed="bench", forms=forms).proof
            except assembly.CannotAssemble as lacking:
                said = f"{len(lacking.conflicts)} conflicts of {[len(one) for one in lacking.conflicts]}"
            else:
                said = f"{proof.status}, {proof.variables} variables, {proof.rows} rows, {proof.nodes} nodes"

        rows.append((name, once(work), said))

    measured("the first form: NumPy and SciPy are loaded", Plan(1, WEIGHTS), 1)
    measured("one form of 80", exam, 1)
    measured("four disjoint forms of 80", exam, 4)
    measured("a practice form of 10", practice, 1)
    measured("why there are no nine of 80", exam, 9)
    table("Assembling out of 700 items with 60 scenario sets", rows, base="one form of 80")
    print(f"  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")


if __name__ == "__main__":
    assembling()
