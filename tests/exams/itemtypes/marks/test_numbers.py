"""The numbers are those of docs/algorithms/scoring.md."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.itemtypes.marks import numbers


@pytest.mark.parametrize(
    ("said", "exact"),
    [("12,5", "12.5"), ("12.5", "12.5"), (" 1 000 ", "1000"), ("1\u202f000", "1000"), ("−3", "-3"), (".5", "1/2"), ("+7", "7")],
)  # fmt: skip
def test_a_number_has_a_decimal_comma_or_point(said, exact) -> None:
    assert numbers.number(said) == Fraction(exact)


@pytest.mark.parametrize(
    "said", ["", "-", ",", "1.234,5", "1,234,5", "1e3", "½", "٣", "1/2", "12 h", "nan", "1" * 17]
)
def test_what_is_no_number_has_none(said) -> None:
    assert numbers.number(said) is None


@pytest.mark.parametrize(
    ("rule", "right", "tolerance", "low", "high"),
    [("nominal", "38", "2", "36", "40"), ("relative", "12.5", "0.04", "12", "13"), ("geometric", "8", "0.25", "6.4", "10")],
)  # fmt: skip
def test_the_ends_belong_to_the_tolerance_exactly(rule, right, tolerance, low, high) -> None:
    near = numbers.TOLERANCES[rule]
    hair = Fraction(1, 10**12)
    for sign in (1, -1):
        a, t = sign * Fraction(right), Fraction(tolerance)
        assert near(sign * Fraction(low), a, t)
        assert near(sign * Fraction(high), a, t)
        assert not near(sign * (Fraction(low) - hair), a, t)
        assert not near(sign * (Fraction(high) + hair), a, t)
        assert not near(-a, a, t)


@given(st.fractions(), st.fractions(min_value=0), st.fractions())
def test_the_exact_number_is_always_within_and_more_tolerance_never_takes_away(
    right, tolerance, said
) -> None:
    for name, near in numbers.TOLERANCES.items():
        assert near(right, right, tolerance), name
        assert near(said, right, tolerance + 1) or not near(said, right, tolerance), name
