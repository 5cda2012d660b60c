from datetime import date

from exams.rules import eligibility
from exams.rules.eligibility import Facts, Hindrance
from exams.rules.retakes import Wait

WAITS = (Wait(days=15),)
TODAY = date(2026, 11, 23)


def hindrances(practice: bool = False, **facts: object) -> tuple[Hindrance, ...]:
    known = Facts(**({"offered": True, "has_form": True} | facts))  # type: ignore[arg-type]
    return eligibility.decide(known, practice=practice, waits=WAITS, on=TODAY).hindrances


def test_nothing_stands_in_the_way_of_a_newcomer() -> None:
    assert hindrances() == ()


def test_each_hindrance_is_named() -> None:
    assert hindrances(offered=False, has_form=False) == (Hindrance.NOT_OFFERED,)
    assert hindrances(has_form=False) == (Hindrance.NO_FORM,)
    assert hindrances(open_sitting=True) == (Hindrance.OPEN_SITTING,)
    assert hindrances(result_pending=True) == (Hindrance.RESULT_PENDING,)
    assert hindrances(passed=True) == (Hindrance.ALREADY_PASSED,)


def test_who_failed_waits_until_the_day_and_no_longer() -> None:
    assert hindrances(failed_on=(date(2026, 11, 9),)) == (Hindrance.MUST_WAIT,)
    assert hindrances(failed_on=(date(2026, 11, 8),)) == ()


def test_a_practice_exam_may_be_repeated_at_will() -> None:
    assert hindrances(practice=True, passed=True, failed_on=(TODAY,)) == ()
    assert hindrances(practice=True, open_sitting=True) == (Hindrance.OPEN_SITTING,)
