"""The numbers are those of docs/algorithms/cut-scores.md, sections 3 and 4."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.standard import scaling
from exams.rules.standard.scaling import Scale

EIGHTY, SCALE = Fraction(80), Scale(0, 700, 1000)


def test_seventy_percent_of_eighty_are_fifty_six() -> None:
    assert scaling.fixed(70, EIGHTY) == 56


@pytest.mark.parametrize(
    ("raw", "cut", "number"),
    [
        (0, "56", 0),
        (28, "56", 350),
        (56, "56", 700),
        (68, "56", 850),
        (80, "56", 1000),
        (53, "53.5", 693),
        (54, "53.5", 705),
    ],
)
def test_the_cut_reads_the_same_on_every_form(raw: int, cut: str, number: int) -> None:
    assert scaling.scaled(Fraction(raw), cut=Fraction(cut), maximum=EIGHTY, scale=SCALE) == number


@given(st.fractions(0, 80), st.fractions(0, 80))
def test_the_anchor_parts_those_who_pass_from_those_who_do_not(raw: Fraction, cut: Fraction) -> None:
    number = scaling.scaled(raw, cut=cut, maximum=EIGHTY, scale=SCALE)
    assert (number >= 700) == (raw >= cut)
    assert 0 <= number <= 1000


@pytest.mark.parametrize("cut", [Fraction(0), EIGHTY])
def test_a_cut_at_an_end_breaks_nothing(cut: Fraction) -> None:
    assert scaling.scaled(EIGHTY, cut=cut, maximum=EIGHTY, scale=SCALE) == 1000


def test_a_cut_outside_of_the_points_is_refused() -> None:
    for cut in (Fraction(-1), Fraction(81)):
        with pytest.raises(ValueError, match="outside"):
            scaling.scaled(Fraction(1), cut=cut, maximum=EIGHTY, scale=SCALE)
    with pytest.raises(ValueError, match="outside"):
        scaling.scaled(Fraction(1), cut=Fraction(1), maximum=EIGHTY, scale=Scale(10, 10, 10))
