"""The numbers are those of docs/algorithms/blueprint.md, sections 4 to 6."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.rules import assembly
from exams.rules.assembly import (
    CannotAssemble,
    Constraint,
    Kind,
    Status,
    conflicts,
    constraints,
    solving,
    wording,
)
from exams.rules.blueprint import Cell, Piece, Plan, ScenarioSet, Target

WEIGHTS = ((1, 40), (2, 60))
PLAN = Plan(5, WEIGHTS)
BANK = (
    Piece("A1", 1),
    Piece("A2", 1),
    Piece("A3", 1, uses=1),
    Piece("B1", 2),
    Piece("B2", 2, enemies=frozenset({"B1"})),
    Piece("B3", 2, uses=1),
    Piece("B4", 2, uses=1),
)
SET = ScenarioSet("S", (Piece("S1", 1), Piece("S2", 2), Piece("S3", 2)))


def pool(*, each: int = 6, enemies: dict[str, set[str]] | None = None, **said: object) -> list[Piece]:
    return [
        Piece(f"{domain}-{n}", domain, frozenset((enemies or {}).get(f"{domain}-{n}", ())), **said)  # type: ignore[arg-type]
        for domain in (1, 2)
        for n in range(each)
    ]


def drawn(
    plan: Plan, pieces: Sequence[Piece], sets: Sequence[ScenarioSet] = (), *, seed: str = "x"
) -> set[str]:
    (draft,) = assembly.assemble(plan, pieces, sets, seed=seed).drafts
    return set(draft.items) | set(draft.sets)


def sentences(
    plan: Plan, pieces: Sequence[Piece], sets: Sequence[ScenarioSet] = (), *, forms: int = 1
) -> list[str]:
    with pytest.raises(CannotAssemble) as caught:
        assembly.assemble(plan, pieces, sets, seed="x", forms=forms)
    return [wording.conflict(one, proved=caught.value.proved) for one in caught.value.conflicts]


def test_the_worked_example_costs_what_is_written() -> None:
    plan = Plan(5, WEIGHTS, sets=1)
    model = constraints.model(plan, BANK, [SET], forms=1, seed="spring")
    assert dict(zip((unit.code for unit in model.units), model.costs, strict=True)) == {
        "A1": 413_985,
        "A2": 114_288,
        "A3": 1_824_469,
        "B1": 270_314,
        "B2": 459_003,
        "B3": 1_629_111,
        "B4": 1_455_897,
        "S": 790_116,
    }
    found = assembly.assemble(plan, BANK, [SET], seed="spring")
    assert drawn(plan, BANK, [SET], seed="spring") == {"S", "A2", "B1"}
    assert (found.proof.status, found.proof.cost, found.proof.model_digest) == (
        Status.OPTIMAL,
        1_174_718,
        model.digest,
    )


@settings(max_examples=25)
@given(st.text(max_size=12))
def test_every_form_follows_the_cells_and_is_the_same_again(seed: str) -> None:
    (draft,) = assembly.assemble(PLAN, pool(), [], seed=seed).drafts
    assert Counter(code[0] for code in draft.items) == {"1": 2, "2": 3}
    assert len(set(draft.items)) == 5
    again = assembly.assemble(PLAN, list(reversed(pool())), [], seed=seed)
    assert again.drafts == (draft,)
    assert again.proof == assembly.assemble(PLAN, pool(), [], seed=seed).proof


def test_another_seed_gives_another_form_and_another_model() -> None:
    found = [assembly.assemble(PLAN, pool(), [], seed=str(n)) for n in range(20)]
    assert len({one.drafts for one in found}) > 10
    assert len({one.proof.model_digest for one in found}) == 20


@pytest.mark.parametrize(
    "other",
    [
        {"pieces": pool(uses=1)},
        {"pieces": pool(level="apply")},
        {"pieces": pool(enemies={"1-0": {"1-1"}})},
        {"pieces": pool(each=5)},
        {"plan": Plan(5, WEIGHTS, exposure=3)},
        {"plan": Plan(4, WEIGHTS)},
        {"sets": [SET]},
        {"forms": 2},
    ],
)
def test_a_model_that_differs_in_anything_has_another_digest(other: dict[str, object]) -> None:
    same = {"plan": PLAN, "pieces": pool(), "sets": [], "forms": 1}
    digests = {constraints.model(**one, seed="x").digest for one in (same, same | other)}  # type: ignore[arg-type]
    assert len(digests) == 2


def test_a_scenario_set_comes_whole_and_its_items_count_in_their_cells() -> None:
    (draft,) = assembly.assemble(Plan(5, WEIGHTS, sets=1), pool(), [SET], seed="x").drafts
    assert draft.sets == ("S",)
    assert Counter(code[0] for code in draft.items) == {"1": 1, "2": 1}


def test_levels_are_kept() -> None:
    plan = Plan(5, WEIGHTS, levels=(("apply", 50), ("analyse", 50)))
    pieces = [
        Piece(f"{d}-{level}-{n}", d, level=level)
        for d in (1, 2)
        for n in range(5)
        for level in ("apply", "analyse")
    ]
    found = Counter(tuple(code.split("-")[:2]) for code in drawn(plan, pieces))
    assert (found["1", "apply"], found["1", "analyse"]) == (1, 1)
    assert {found["2", "apply"], found["2", "analyse"]} == {1, 2}


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_enemies_never_meet_whichever_of_them_names_the_other(seed: int) -> None:
    enemies = {"1-0": {"1-1", "2-0"}, "2-3": {"2-4", "1-2"}}
    for one, other in combinations(drawn(PLAN, pool(enemies=enemies), seed=str(seed)), 2):
        assert other not in enemies.get(one, set())
        assert one not in enemies.get(other, set())


def test_a_set_that_holds_two_enemies_is_never_taken() -> None:
    quarrel = ScenarioSet("Q", (Piece("Q1", 1, frozenset({"Q2"})), Piece("Q2", 2)))
    assert sentences(Plan(5, WEIGHTS, sets=1), pool(), [quarrel]) == [
        "These can't all be met: scenario sets: 1 (1 is there); Q1 and Q2 are enemies. "
        "Without any one of them the others can."
    ]


def test_items_in_few_forms_come_first() -> None:
    fresh = {"1-4", "1-5", "2-3", "2-4", "2-5"}
    pieces = [Piece(piece.code, piece.domain, uses=piece.code not in fresh) for piece in pool()]
    assert drawn(PLAN, pieces) == fresh


def test_no_item_is_in_more_forms_than_the_limit() -> None:
    worn = {"1-0", "1-1", "2-0"}
    pieces = [Piece(piece.code, piece.domain, uses=3 * (piece.code in worn)) for piece in pool()]
    assert not drawn(Plan(5, WEIGHTS, exposure=3), pieces) & worn
    every = [Piece(piece.code, piece.domain, uses=3) for piece in pool()]
    assert sentences(Plan(5, WEIGHTS, exposure=3), every) == [
        "These can't all be met: domain 2 wants 3 items (6 are there); no item in more than 3 forms. "
        "Without any one of them the others can.",
    ]


def test_parallel_forms_share_no_item() -> None:
    drafts = assembly.assemble(PLAN, pool(each=9), [], seed="x", forms=3).drafts
    assert [len(draft.items) for draft in drafts] == [5, 5, 5]
    assert len({code for draft in drafts for code in draft.items}) == 15


def test_information_is_kept_within_its_band() -> None:
    target = Target(Fraction(0), Fraction(1), Fraction(1))
    assert constraints.information(Piece("A", 1, slope=1.2, easiness=0.5), target) == 3384
    assert constraints.information(Piece("A", 1), target) == 0
    assert constraints.information(Piece("A", 1, slope=1.0, easiness=-9000.0), target) == 0
    # Half of each domain tells .25, half tells .09: five items can't tell more than 1.25.
    pieces = [
        Piece(piece.code, piece.domain, slope=1.0 if n % 2 else 0.6, easiness=0.0)
        for n, piece in enumerate(pool())
    ]
    plan = Plan(5, WEIGHTS, targets=(Target(Fraction(0), Fraction(9, 10), Fraction(1)),))
    told = Counter(int(code[2:]) % 2 for code in drawn(plan, pieces))
    assert told == {1: 3, 0: 2}  # .75 + .18 = .93
    far = Plan(5, WEIGHTS, targets=(Target(Fraction(0), Fraction(2), Fraction(3)),))
    assert sentences(far, pieces) == [
        "These can't all be met: domain 2 wants 3 items (6 are there); "
        "information from 2 to 3 at ability 0. Without any one of them the others can."
    ]


def test_conflicts_are_named_as_in_the_document() -> None:
    assert sentences(Plan(5, WEIGHTS, sets=2), BANK, [SET]) == [
        "This can't be met: scenario sets: 2 (1 is there)."
    ]
    assert sentences(PLAN, BANK, [SET], forms=2) == [
        "These can't all be met: domain 2 wants 3 items (6 are there); scenario sets: 0 (1 is there); "
        "2 forms share no item. Without any one of them the others can."
    ]


def test_every_conflict_is_named_at_once() -> None:
    assert sentences(Plan(20, WEIGHTS, sets=1), pool()) == [
        "This can't be met: domain 2 wants 12 items (6 are there).",
        "This can't be met: domain 1 wants 8 items (6 are there).",
        "This can't be met: scenario sets: 1 (0 are there).",
    ]


def test_enemies_in_conflict_are_named_by_pairs() -> None:
    codes = [f"1-{n}" for n in range(3)]
    (said,) = sentences(PLAN, pool(each=3, enemies={code: set(codes) - {code} for code in codes}))
    assert said.startswith("These can't all be met: domain 1 wants 2 items (3 are there); ")
    assert said.count("are enemies") == 3


@settings(max_examples=15, deadline=None)
@given(
    each=st.integers(1, 4),
    sets=st.integers(0, 2),
    forms=st.integers(1, 2),
    hostile=st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=4),
)
def test_each_member_of_a_conflict_removed_makes_it_solvable(
    each: int, sets: int, forms: int, hostile: set[tuple[int, int]]
) -> None:
    enemies: dict[str, set[str]] = {}
    for one, other in hostile:
        enemies.setdefault(f"2-{one}", set()).add(f"2-{other}")
    plan = Plan(5, WEIGHTS, sets=sets, cells=(Cell(1, "apply", 0, 1),), exposure=1)
    model = constraints.model(
        plan, pool(each=each, enemies=enemies, level="apply"), [SET], forms=forms, seed="x"
    )
    found, proved = conflicts.conflicts(model)
    assert proved
    assert bool(found) == (solving.solve(model).status == Status.INFEASIBLE)
    for conflict in found:
        members = [one for one in model.named if one.constraint in conflict]
        assert solving.solve(model, demands=members, costly=False).status == Status.INFEASIBLE
        for member in members:
            rest = [one for one in members if one is not member]
            assert solving.solve(model, demands=rest, costly=False).status == Status.OPTIMAL


def test_an_empty_bank_lacks_everything_and_nothing_breaks() -> None:
    with pytest.raises(CannotAssemble) as caught:
        assembly.assemble(PLAN, [], [], seed="x")
    assert (Constraint(Kind.CELL, 2, "", 3, 3, 0),) in caught.value.conflicts
