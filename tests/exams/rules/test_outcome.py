from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import outcome
from exams.rules.outcome import Band, Outcome
from exams.rules.scoring import DomainScore

CUT = Fraction(7, 10)


def test_twenty_eight_of_forty_pass_and_twenty_seven_do_not() -> None:
    assert outcome.decide(raw=Fraction(28), maximum=Fraction(40), cut=CUT) == Outcome.PASSED
    assert outcome.decide(raw=Fraction(27), maximum=Fraction(40), cut=CUT) == Outcome.FAILED
    assert outcome.needed(maximum=Fraction(40), cut=CUT) == 28


def test_a_third_is_compared_exactly() -> None:
    assert outcome.decide(raw=Fraction(1, 3) * 3, maximum=Fraction(3), cut=Fraction(1, 3)) == Outcome.PASSED
    assert outcome.needed(maximum=Fraction(10), cut=Fraction(2, 3)) == 7


def test_an_exam_of_no_points_is_failed() -> None:
    assert outcome.decide(raw=Fraction(0), maximum=Fraction(0), cut=CUT) == Outcome.FAILED


def test_a_percentage_is_rounded_down_so_that_a_failure_never_shows_the_cut() -> None:
    assert outcome.percent(Fraction(699), Fraction(1000)) == 69
    assert outcome.percent(Fraction(1), Fraction(0)) == 0


def test_what_to_study_names_the_domains_below_the_cut_the_weakest_first() -> None:
    scores = [
        DomainScore(1, Fraction(5), Fraction(6), 6),
        DomainScore(2, Fraction(6), Fraction(10), 10),
        DomainScore(3, Fraction(1), Fraction(6), 6),
    ]
    bands = outcome.profile(scores, cut=CUT)
    assert bands == (Band(1, 83, 6, True), Band(2, 60, 10, False), Band(3, 16, 6, False))
    assert outcome.to_study(bands) == (3, 2)


def test_where_every_domain_is_above_the_cut_the_weakest_is_named_unless_it_is_perfect() -> None:
    assert outcome.to_study([Band(1, 90, 4, True), Band(2, 80, 4, True)]) == (2,)
    assert outcome.to_study([Band(1, 100, 4, True)]) == ()


@given(raw=st.integers(0, 80), maximum=st.integers(1, 80), cut=st.fractions(0, 1))
def test_whoever_has_the_points_needed_passes_and_nobody_else(raw: int, maximum: int, cut: Fraction) -> None:
    passed = outcome.decide(raw=Fraction(raw), maximum=Fraction(maximum), cut=cut) == Outcome.PASSED
    assert passed == (raw >= outcome.needed(maximum=Fraction(maximum), cut=cut))


@pytest.mark.parametrize(
    ("points", "shown"),
    [("7", "7"), ("15/2", "7.5"), ("23/3", "7.66"), ("-1/3", "-0.34"), ("0", "0"), ("100", "100")],
)
def test_points_are_shown_to_two_decimals_rounded_down(points, shown) -> None:
    assert outcome.shown(Fraction(points)) == shown


def test_points_below_zero_are_no_percent() -> None:
    assert outcome.percent(Fraction(-1), Fraction(10)) == 0
