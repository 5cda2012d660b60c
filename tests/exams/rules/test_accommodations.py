from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exams.rules import accommodations


def test_percent_more_is_a_factor() -> None:
    assert accommodations.factor(25) == Fraction(5, 4)
    assert accommodations.factor(0) == 1


@given(st.integers(0, accommodations.MOST_PERCENT))
def test_percent_and_factor_are_one_thing(percent: int) -> None:
    assert accommodations.percent_more(accommodations.factor(percent)) == percent


def test_the_effect_is_said_in_words_that_fit_an_entry() -> None:
    said = accommodations.effect(factor=Fraction(5, 4), break_seconds=600, other="a room of their own")
    assert said == "25 % more time; breaks of 10 minutes in all; a room of their own"
    assert (
        accommodations.effect(factor=Fraction(1), break_seconds=60, other="") == "breaks of 1 minute in all"
    )
    assert accommodations.effect(factor=Fraction(1), break_seconds=0, other="") == ""
    most = accommodations.effect(factor=accommodations.factor(400), break_seconds=480 * 60, other="x" * 120)
    assert len(most) <= 200
