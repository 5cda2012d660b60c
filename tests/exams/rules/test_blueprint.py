"""The numbers are those of docs/algorithms/blueprint.md, sections 1 and 2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import blueprint
from exams.rules.blueprint import Cell, Plan

IMPLEMENTER = ((1, 15), (2, 25), (3, 15), (4, 25), (5, 10), (6, 10))
AUDITOR = ((1, 10), (2, 20), (3, 15), (4, 15), (5, 20), (6, 10), (7, 10))
LEVELS = (("understand", 25), ("apply", 45), ("analyse", 30))


def test_eighty_items_come_out_even() -> None:
    assert blueprint.allocate(80, IMPLEMENTER) == {1: 12, 2: 20, 3: 12, 4: 20, 5: 8, 6: 8}
    assert blueprint.allocate(80, AUDITOR) == {1: 8, 2: 16, 3: 12, 4: 12, 5: 16, 6: 8, 7: 8}


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


def test_a_level_has_its_exact_share_or_the_whole_number_beside_it() -> None:
    assert [cell for cell in blueprint.cells(Plan(80, AUDITOR, levels=LEVELS)) if cell.domain == 2] == [
        Cell(2, "", 16, 16),
        Cell(2, "understand", 4, 4),
        Cell(2, "apply", 7, 8),
        Cell(2, "analyse", 4, 5),
    ]


def test_a_cell_that_the_blueprint_names_stands_in_the_place_of_the_weights() -> None:
    named = (Cell(1, "", 3, 4), Cell(2, "apply", 1, 1))
    assert blueprint.cells(Plan(5, ((1, 40), (2, 60)), cells=named)) == (
        Cell(1, "", 3, 4),
        Cell(2, "", 3, 3),
        Cell(2, "apply", 1, 1),
    )


@given(
    st.integers(1, 200),
    st.lists(st.integers(1, 50), min_size=1, max_size=9),
    st.lists(st.integers(1, 50), min_size=1, max_size=4),
)
def test_levels_never_contradict_their_domain(length: int, weights: list[int], levels: list[int]) -> None:
    named = tuple((f"level-{n}", weight) for n, weight in enumerate(levels))
    found = blueprint.cells(Plan(length, tuple(enumerate(weights, 1)), levels=named))
    for domain in range(1, len(weights) + 1):
        whole, *parts = [cell for cell in found if cell.domain == domain]
        assert sum(cell.least for cell in parts) <= whole.least <= sum(cell.most for cell in parts)
