"""What is taught and asked, and where one of the two is missing."""

from fractions import Fraction

import pytest

from exams.rules import coverage
from exams.rules.coverage import Asked, Clause, Gap, Points

CLAUSES = (Clause("4", ""), Clause("4.1", "4"), Clause("4.2", "4"), Clause("A.2", ""), Clause("A.2.2", "A.2"))


def test_what_no_lesson_teaches_and_no_live_item_asks_is_a_gap() -> None:
    items = (Asked(1, True, ("4.1",)), Asked(2, False, ("A.2.2",)))
    assert coverage.gaps(CLAUSES, taught={"4.1", "A.2.2"}, items=items) == {
        "4": (),
        "4.1": (),
        "4.2": (Gap.UNTAUGHT, Gap.UNTESTED),
        "A.2": (),
        "A.2.2": (Gap.UNTESTED,),
    }


def test_the_share_of_a_clause_is_points_over_maxima_of_its_items() -> None:
    found = coverage.shares(_marks(30), {"4.1": {1}, "4.2": {1, 2}, "A.2.2": {3}})
    assert {ref: (one.value, one.low, one.high) for ref, one in found.items()} == {
        "4.1": pytest.approx((0.5, 0.3180, 0.6820), abs=5e-5),
        "4.2": pytest.approx((2 / 3, 0.6060, 0.7273), abs=5e-5),
    }


def test_below_thirty_results_nothing_is_said_of_the_points_reached() -> None:
    found = coverage.shares(_marks(29), {"4.1": {1}})
    assert (found["4.1"].value, found["4.1"].reason) == (None, "few_persons")


def _marks(results: int) -> list[Points]:
    """Item 1 is right in every other result; item 2 brings one and a half of two points in each."""
    return [
        mark
        for n in range(results)
        for mark in (
            Points(1, Fraction(n % 2), Fraction(1), n),
            Points(2, Fraction(3, 2), Fraction(2), n),
        )
    ]


def test_an_item_is_the_last_of_what_no_other_live_item_asks() -> None:
    mine = Asked(1, True, ("4.1", "4.2", "A.2.2"))
    others = (mine, Asked(2, True, ("4.1",)), Asked(3, False, ("4.2",)))
    assert coverage.last_of(mine, others) == ("4.2", "A.2.2")
    assert coverage.last_of(Asked(3, False, ("4.2",)), others) == ()


def test_items_are_found_by_what_they_ask() -> None:
    assert coverage.by_ref((Asked(1, True, ("4.1",)), Asked(2, False, ("4.1", "4.2")))) == {
        "4.1": frozenset({1, 2}),
        "4.2": frozenset({2}),
    }
