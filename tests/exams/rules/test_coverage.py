"""What is taught and asked, and where one of the two is missing."""

from fractions import Fraction

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
    marks = [
        Points(1, Fraction(1), Fraction(1)),
        Points(1, Fraction(0), Fraction(1)),
        Points(2, Fraction(3, 2), Fraction(2)),
    ]
    asked = {"4.1": {1}, "4.2": {1, 2}, "A.2.2": {3}}
    assert coverage.shares(marks, asked) == {"4.1": Fraction(1, 2), "4.2": Fraction(5, 8)}


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
