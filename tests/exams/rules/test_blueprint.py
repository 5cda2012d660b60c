"""The numbers are those of docs/algorithms/blueprint.md."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import blueprint
from exams.rules.blueprint import CannotAssemble, Lack, Piece, Plan, ScenarioSet

IMPLEMENTER = ((1, 15), (2, 25), (3, 15), (4, 25), (5, 10), (6, 10))
AUDITOR = ((1, 10), (2, 20), (3, 15), (4, 15), (5, 20), (6, 10), (7, 10))


def test_forty_items_come_out_even() -> None:
    assert blueprint.allocate(40, IMPLEMENTER) == {1: 6, 2: 10, 3: 6, 4: 10, 5: 4, 6: 4}
    assert blueprint.allocate(40, AUDITOR) == {1: 4, 2: 8, 3: 6, 4: 6, 5: 8, 6: 4, 7: 4}


def test_ten_items_go_to_the_largest_remainders_and_among_equals_to_the_heavier() -> None:
    assert blueprint.allocate(10, IMPLEMENTER) == {1: 1, 2: 3, 3: 1, 4: 3, 5: 1, 6: 1}
    assert blueprint.allocate(10, AUDITOR) == {1: 1, 2: 2, 3: 2, 4: 1, 5: 2, 6: 1, 7: 1}


@given(st.integers(0, 200), st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_an_allocation_sums_up_and_is_never_off_by_a_whole_item(length: int, weights: list[int]) -> None:
    numbered = tuple(enumerate(weights, 1))
    allocation = blueprint.allocate(length, numbered)
    assert sum(allocation.values()) == length
    assert all(abs(allocation[d] * sum(weights) - length * w) < sum(weights) for d, w in numbered)


def test_weights_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        blueprint.allocate(10, ((1, 0),))


def pool(
    *, each: int = 6, enemies: dict[str, set[str]] | None = None, uses: dict[str, int] | None = None
) -> list[Piece]:
    codes = [(f"{domain}-{n}", domain) for domain in (1, 2) for n in range(each)]
    return [
        Piece(code, domain, frozenset((enemies or {}).get(code, ())), (uses or {}).get(code, 0))
        for code, domain in codes
    ]


PLAN = Plan(5, ((1, 40), (2, 60)))
SET = ScenarioSet("S1", (Piece("S1-1", 1), Piece("S1-2", 2), Piece("S1-3", 2)))


@given(st.text(max_size=12))
def test_every_form_follows_the_allocation_without_repeating_an_item(seed: str) -> None:
    draft = blueprint.assemble(PLAN, pool(), [], seed=seed)
    assert Counter(code[0] for code in draft.items) == {"1": 2, "2": 3}
    assert len(set(draft.items)) == 5
    assert draft == blueprint.assemble(PLAN, list(reversed(pool())), [], seed=seed)


def test_another_seed_draws_another_form() -> None:
    drawn = {blueprint.assemble(PLAN, pool(), [], seed=str(n)).items for n in range(20)}
    assert len(drawn) > 10


def test_a_scenario_set_comes_whole_and_its_items_count_in_their_domains() -> None:
    draft = blueprint.assemble(Plan(5, PLAN.weights, sets=1), pool(), [SET], seed="x")
    assert draft.sets == ("S1",)
    assert Counter(code[0] for code in draft.items) == {"1": 1, "2": 1}


@given(st.integers(0, 10_000))
def test_enemies_never_meet_whichever_of_them_names_the_other(seed: int) -> None:
    enemies = {"1-0": {"1-1", "2-0"}, "2-3": {"2-4", "1-2"}}
    draft = blueprint.assemble(PLAN, pool(each=4 + 2, enemies=enemies), [], seed=str(seed))
    for one, other in combinations(draft.items, 2):
        assert other not in enemies.get(one, set())
        assert one not in enemies.get(other, set())


def test_the_least_used_items_come_first() -> None:
    uses = dict.fromkeys(("1-0", "1-1", "1-2", "1-3", "2-0", "2-1", "2-2"), 1)
    draft = blueprint.assemble(PLAN, pool(uses=uses), [], seed="x")
    assert set(draft.items) == {"1-4", "1-5", "2-3", "2-4", "2-5"}


def test_where_the_least_used_are_enemies_the_lottery_alone_decides() -> None:
    uses = dict.fromkeys(("1-2", "1-3", "1-4", "1-5"), 1)
    draft = blueprint.assemble(PLAN, pool(uses=uses, enemies={"1-0": {"1-1"}}), [], seed="x")
    assert not {"1-0", "1-1"} <= set(draft.items)


def test_every_shortage_is_named() -> None:
    with pytest.raises(CannotAssemble) as caught:
        blueprint.assemble(Plan(20, PLAN.weights, sets=1), pool(each=6), [], seed="x")
    assert caught.value.lacks == (Lack(0, 1, 0), Lack(1, 8, 6), Lack(2, 12, 6))


def test_where_only_enemies_stand_in_the_way_no_number_is_blamed() -> None:
    codes = {f"{d}-{n}" for d in (1, 2) for n in range(3)}
    enemies = {code: codes - {code} for code in codes}
    with pytest.raises(CannotAssemble) as caught:
        blueprint.assemble(PLAN, pool(each=3, enemies=enemies), [], seed="x")
    assert caught.value.lacks == ()
