"""The numbers are those of docs/algorithms/scoring.md."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.itemtypes.marks import choices

SEVERAL = [
    ("ac", 1, 1, 1, 1),
    ("a", 0, "1/2", "4/5", "1/2"),
    ("ab", 0, "1/6", "3/5", "1/2"),
    ("abc", 0, "2/3", "4/5", 0),
    ("abcde", 0, 0, "2/5", 0),
    ("b", 0, 0, "2/5", 0),
]


@pytest.mark.parametrize(("chosen", "exact", "hits", "judged", "keyed"), SEVERAL)
def test_the_worked_choices(chosen, exact, hits, judged, keyed) -> None:
    found = {"hits": len(set(chosen) & set("ac")), "false": len(set(chosen) - set("ac")), "keys": 2}
    assert choices.all_or_nothing(chosen == "ac") == exact
    assert choices.hits_minus_false(**found, options=5) == Fraction(hits)
    assert choices.options_judged(**found, options=5) == Fraction(judged)
    assert choices.per_key(**found) == Fraction(keyed)


def test_a_wrong_answer_costs_what_guessing_would_earn() -> None:
    assert choices.right_minus_wrong(right=0, wrong=1, options=4) == Fraction(-1, 3)
    assert choices.right_minus_wrong(right=0, wrong=1, options=2) == -1
    assert choices.right_minus_wrong(right=2, wrong=1, options=3) / 4 == Fraction(3, 8)


@given(st.integers(2, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n - 1))), st.data())
def test_points_for_several_choices_lie_between_nothing_and_one(numbers, data) -> None:
    options, keys = numbers
    hits, false = data.draw(st.integers(0, keys)), data.draw(st.integers(0, options - keys))
    for points in (
        choices.hits_minus_false(hits=hits, false=false, keys=keys, options=options),
        choices.options_judged(hits=hits, false=false, keys=keys, options=options),
        choices.per_key(hits=hits, false=false, keys=keys),
    ):
        assert 0 <= points <= 1
        assert (points == 1) == (hits == keys and false == 0)


@given(st.integers(2, 8))
def test_an_even_guess_earns_nothing_in_the_mean(options) -> None:
    one = choices.right_minus_wrong(right=1, wrong=0, options=options)
    other = choices.right_minus_wrong(right=0, wrong=1, options=options)
    assert one == 1
    assert one + (options - 1) * other == 0
