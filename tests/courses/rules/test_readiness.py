"""Which domains to study; docs/algorithms/readiness.md has the same numbers."""

from fractions import Fraction

import pytest

from courses.rules import readiness
from courses.rules.readiness import Domain, Tried

NOTHING = Tried(0, Fraction(0))


def domain(number: int = 1, *, weight: int = 20, checks: Tried = NOTHING, exam: Tried = NOTHING) -> Domain:
    return Domain(number, f"Domain {number}", weight, checks, exam)


@pytest.mark.parametrize(
    ("right", "items", "verdict", "low", "high"),
    [
        (9, 20, "study", 25, 66),
        (14, 20, "open", 48, 86),
        (36, 40, "ready", 76, 97),
        (5, 5, "open", 56, 100),
        (10, 10, "ready", 72, 100),
        (4, 4, "unknown", None, None),
    ],
)
def test_a_verdict_is_what_the_whole_interval_says(right, items, verdict, low, high) -> None:
    found = readiness.finding(domain(exam=Tried(items, Fraction(right, items))))
    assert (found.verdict, found.low, found.high) == (verdict, low, high)


def test_an_exam_counts_before_the_checks_and_the_checks_where_there_is_none() -> None:
    well, badly = Tried(40, Fraction(9, 10)), Tried(20, Fraction(2, 5))
    both = readiness.finding(domain(checks=well, exam=badly))
    assert (both.verdict, both.by_exam) == ("study", True)
    few = readiness.finding(domain(checks=well, exam=Tried(4, Fraction(0))))
    assert (few.verdict, few.by_exam) == ("ready", False)


def test_what_is_to_be_studied_first_stands_first() -> None:
    bad, worse, good = (Tried(20, Fraction(right, 20)) for right in (9, 8, 20))
    found = readiness.findings(
        [domain(1, exam=good), domain(2), domain(3, weight=20, exam=bad), domain(4, weight=15, exam=worse)]
    )
    assert [one.domain.number for one in found] == [3, 4, 2, 1]  # 20 × 0.55 is more to win than 15 × 0.6


def test_several_results_are_one_by_their_items() -> None:
    found = readiness.together([Tried(10, Fraction(1, 2)), Tried(30, Fraction(9, 10))])
    assert found == Tried(40, Fraction(4, 5))
    assert readiness.together([]) == NOTHING
