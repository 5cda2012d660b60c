"""The numbers are those of docs/algorithms/scoring.md."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.itemtypes.marks import orders

GIVEN = ("abcde", "bacde", "eabcd", "edcba", "ab-de")
WORKED = {
    "all-or-nothing": "1 0 0 0 0",
    "absolute-position": "1 3/5 0 1/5 4/5",
    "relative-next-without-last": "1 1/2 3/4 0 1/2",
    "relative-next-with-last": "1 3/5 3/5 0 3/5",
    "relative-neighbours-one": "1 1/2 3/5 0 3/5",
    "relative-neighbours-all": "1 9/10 3/5 0 3/5",
    "longest-ordered-run": "1 4/5 4/5 0 4/5",
    "longest-contiguous-run": "1 3/5 4/5 0 2/5",
    "relative-to-correct": "1 9/10 3/5 2/5 4/5",
}


def placed(order: str) -> list[str | None]:
    return [None if one == "-" else one for one in order]


@pytest.mark.parametrize("name", orders.STRATEGIES)
def test_the_worked_orders(name) -> None:
    found = [orders.STRATEGIES[name](placed(order), list("abcde")) for order in GIVEN]
    assert found == [Fraction(said) for said in WORKED[name].split()]


def test_a_reversed_order_of_six_earns_what_moodle_gives_for_it() -> None:
    assert orders.relative_to_correct(list("fedcba"), list("abcdef")) == Fraction(2, 5)


@given(st.permutations("abcdef"), st.sets(st.integers(0, 5)), st.permutations("abcdef"))
def test_every_strategy_gives_nothing_to_one_and_one_to_the_right_order_alone(
    order, open_places, right
) -> None:
    given_order = [None if place in open_places else one for place, one in enumerate(order)]
    for name, strategy in orders.STRATEGIES.items():
        assert 0 <= strategy(given_order, right) <= 1, name
        assert (strategy(given_order, right) == 1) == (given_order == list(right)), name
        assert strategy([None] * 6, right) == 0, name
