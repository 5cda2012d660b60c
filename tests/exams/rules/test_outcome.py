from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import outcome
from exams.rules.outcome import Band, Outcome
from exams.rules.scoring import DomainScore

CUT = Fraction(7, 10)


def test_fifty_six_of_eighty_pass_and_fifty_five_do_not() -> None:
    assert outcome.decide(raw=Fraction(56), maximum=Fraction(80), cut=CUT) == Outcome.PASSED
    assert outcome.decide(raw=Fraction(55), maximum=Fraction(80), cut=CUT) == Outcome.FAILED
    assert outcome.needed(maximum=Fraction(80), cut=CUT) == 56


def test_a_third_is_compared_exactly() -> None:
    assert outcome.decide(raw=Fraction(1, 3) * 3, maximum=Fraction(3), cut=Fraction(1, 3)) == Outcome.PASSED
    assert outcome.needed(maximum=Fraction(10), cut=Fraction(2, 3)) == 7


def five_domains(*points: int) -> list[DomainScore]:
    """40 items of two points in five domains, as in docs/algorithms/cut-scores.md, section 5."""
    maxima = (8, 8, 8, 36, 20)
    return [
        DomainScore(number, Fraction(raw), Fraction(most), most // 2)
        for number, (raw, most) in enumerate(zip(points, maxima, strict=True), 1)
    ]


@pytest.mark.parametrize(
    ("points", "below", "expected"),
    [
        ((4, 4, 4, 18, 10), (), Outcome.PASSED),
        ((8, 8, 8, 17, 20), (4,), Outcome.FAILED),
        ((3, 8, 8, 17, 20), (1, 4), Outcome.FAILED),
    ],
)
def test_every_domain_must_reach_its_minimum_beside_the_overall_cut(points, below, expected) -> None:
    domains, minima = five_domains(*points), dict.fromkeys(range(1, 6), Fraction(1, 2))
    assert outcome.below(domains, minima) == below
    half = {"raw": Fraction(sum(points)), "maximum": Fraction(80), "cut": Fraction(1, 2)}
    assert outcome.decide(**half, domains=domains, minima=minima) == expected
    assert outcome.decide(**half) == Outcome.PASSED


def test_minima_do_not_make_up_for_the_overall_cut() -> None:
    domains, minima = five_domains(4, 4, 4, 18, 10), dict.fromkeys(range(1, 6), Fraction(1, 2))
    said = {"raw": Fraction(40), "maximum": Fraction(80), "cut": Fraction(7, 10)}
    assert outcome.decide(**said, domains=domains, minima=minima) == Outcome.FAILED


def test_a_domain_with_a_minimum_and_no_points_is_below_it() -> None:
    assert outcome.below([], {1: Fraction(1, 2), 2: Fraction(0)}) == (1,)


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
    assert bands == (
        Band(1, 83, 6, True, 43, 97),
        Band(2, 60, 10, False, 31, 84),
        Band(3, 16, 6, False, 3, 57),
    )
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
