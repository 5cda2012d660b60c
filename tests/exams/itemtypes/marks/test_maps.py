"""The numbers are those of docs/algorithms/scoring.md."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.itemtypes.marks import maps

KEY = {"map": {"a": "1", "c": "1", "b": "-0.5"}, "lower": "0", "upper": "1.5"}
POINTS = st.sampled_from(["-1", "-0.5", "0", "1/3", "1", "2.25"])


@pytest.mark.parametrize(
    ("said", "points"), [("ac", "3/2"), ("ab", "1/2"), ("b", "0"), ("abc", "3/2"), ("e", "0")]
)
def test_the_worked_map(said, points) -> None:
    assert maps.mapped(KEY, said) == Fraction(points)
    assert maps.most(KEY, ["a", "b", "c", "d", "e"]) == Fraction(3, 2)


def test_each_value_counts_once_and_an_unnamed_one_gets_the_default() -> None:
    assert maps.mapped({"map": {"a": "1"}, "default": "-1/4"}, "aazz") == Fraction(3, 4)


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ({"map": {}}, "no answer has points"),
        ({"map": {"z": "1"}}, "the points name an answer that is not there"),
        ({"map": {"a": "much"}}, 'points and bounds are numbers such as "1", "0.5" or "-1/3"'),
        ({"map": {"a": "1"}, "lower": "2", "upper": "1"}, "the lower bound lies above the upper one"),
        ({"map": {"a": "1"}, "upper": "0"}, "the upper bound must be above 0"),
    ],
)
def test_faults_of_a_map_are_named(key, fault) -> None:
    assert maps.faults(key, "abc") == [fault]


@given(st.dictionaries(st.sampled_from("abcd"), POINTS, min_size=1), st.sets(st.sampled_from("abcde")))
def test_points_keep_within_the_bounds_and_below_what_the_best_response_earns(table, said) -> None:
    key = {"map": table, "lower": "-1", "upper": "2"}
    assert -1 <= maps.mapped(key, said) <= maps.most(key, "abcde") <= 2
    best = [value for value, points in table.items() if not points.startswith("-")]
    assert maps.mapped(key, best) == maps.most(key, "abcde")


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ({"map": {"a": "1"}, "default": "5"}, "what the table does not name must not earn points"),
        ({"map": {"a": "0.3333333"}}, "no finer than a millionth"),
        ({"map": {"a": "10001"}}, "at most 10,000"),
    ],
)
def test_a_key_by_which_a_wrong_answer_earned_points_or_no_sum_could_be_kept_is_refused(key, says) -> None:
    assert [fault for fault in maps.faults(key, None) if says in fault] != []
