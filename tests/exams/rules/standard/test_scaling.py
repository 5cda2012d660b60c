"""The numbers are those of docs/algorithms/cut-scores.md, sections 3 and 4."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import outcome
from exams.rules.outcome import Outcome
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


@given(
    st.fractions(-8, 80), st.fractions(0, 1), st.sampled_from([SCALE, Scale(200, 500, 800), Scale(0, 1, 1)])
)
def test_the_anchor_parts_those_who_pass_from_those_who_do_not(
    raw: Fraction, cut: Fraction, scale: Scale
) -> None:
    held = {"cut": cut * EIGHTY, "maximum": EIGHTY, "scale": scale}
    passed = outcome.decide(raw=raw, maximum=EIGHTY, cut=cut) == Outcome.PASSED
    exact, number = scaling.exact(raw, **held), scaling.scaled(raw, **held)
    assert (exact >= scale.anchor) == (number >= scale.anchor) == passed
    assert scale.lowest <= number <= exact <= scale.highest


def test_on_a_scale_from_two_hundred_to_eight_hundred() -> None:
    held = {"cut": Fraction(56), "maximum": EIGHTY, "scale": Scale(200, 500, 800)}
    assert [scaling.scaled(Fraction(raw), **held) for raw in (-1, 0, 55, 56, 57, 80)] == [
        200,
        200,
        494,
        500,
        512,
        800,
    ]
    assert scaling.exact(Fraction(55), **held) == Fraction(6925, 14)


def test_a_form_without_points_is_failed_and_stands_at_the_lowest_end() -> None:
    assert scaling.scaled(Fraction(0), cut=Fraction(0), maximum=Fraction(0), scale=SCALE) == 0


@pytest.mark.parametrize("cut", [Fraction(0), EIGHTY])
def test_a_cut_at_an_end_breaks_nothing(cut: Fraction) -> None:
    assert scaling.scaled(EIGHTY, cut=cut, maximum=EIGHTY, scale=SCALE) == 1000


def test_a_cut_outside_of_the_points_is_refused() -> None:
    for cut in (Fraction(-1), Fraction(81)):
        with pytest.raises(ValueError, match="outside"):
            scaling.scaled(Fraction(1), cut=cut, maximum=EIGHTY, scale=SCALE)
    with pytest.raises(ValueError, match="outside"):
        scaling.scaled(Fraction(1), cut=Fraction(1), maximum=EIGHTY, scale=Scale(10, 10, 10))
