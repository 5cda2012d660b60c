from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exams.rules import eligibility
from exams.rules.eligibility import Eligibility, Facts, Hindrance, Rules
from exams.rules.retakes import Wait

WAITS = (Wait(days=15), Wait(months=3), Wait(months=6), Wait(months=12))
TODAY = date(2026, 11, 23)


def decide(practice: bool = False, windowed: bool = False, free: int = 0, **facts: object) -> Eligibility:
    known = Facts(**({"offered": True, "has_form": True} | facts))  # type: ignore[arg-type]
    rules = Rules(practice=practice, windowed=windowed, waits=WAITS, free_retake_months=free)
    return eligibility.decide(known, rules=rules, on=TODAY)


def hindrances(**said: object) -> tuple[Hindrance, ...]:
    return decide(**said).hindrances  # type: ignore[arg-type]


def ago(**amount: int) -> date:
    return TODAY - timedelta(**amount)


def test_nothing_stands_in_the_way_of_a_newcomer() -> None:
    assert hindrances() == ()
    assert decide().may_enter


def test_each_hindrance_is_named() -> None:
    assert hindrances(offered=False, has_form=False) == (Hindrance.NOT_OFFERED,)
    assert hindrances(has_form=False) == (Hindrance.NO_FORM,)
    assert hindrances(has_unseen_form=False) == (Hindrance.NO_UNSEEN_FORM,)
    assert hindrances(open_sitting=True) == (Hindrance.OPEN_SITTING,)
    assert hindrances(result_pending=True) == (Hindrance.RESULT_PENDING,)
    assert hindrances(passed=True) == (Hindrance.ALREADY_PASSED,)
    assert hindrances(entitled=False) == (Hindrance.NO_ENTITLEMENT,)
    assert hindrances(windowed=True) == (Hindrance.NO_WINDOW,)
    assert hindrances(windowed=True, windows_ahead=True) == (Hindrance.WINDOWS_FULL,)
    assert hindrances(windowed=True, windows_ahead=True, has_place=True) == ()


def test_of_forms_nobody_hears_before_it_is_known_whether_there_will_be_another_sitting() -> None:
    assert hindrances(result_pending=True, has_unseen_form=False) == (Hindrance.RESULT_PENDING,)
    assert hindrances(open_sitting=True, has_unseen_form=False) == (Hindrance.OPEN_SITTING,)
    waiting = hindrances(failed_on=(TODAY,), has_unseen_form=False)
    assert waiting == (Hindrance.NO_UNSEEN_FORM, Hindrance.MUST_WAIT)


def test_who_failed_waits_until_the_day_and_no_longer() -> None:
    waiting = decide(failed_on=(ago(days=14),))
    assert waiting.hindrances == (Hindrance.MUST_WAIT,)
    assert waiting.next_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert hindrances(failed_on=(ago(days=15),)) == ()


def test_the_wait_grows_with_each_failure() -> None:
    failed: list[date] = []
    for first_day in (
        date(2026, 12, 8),
        date(2027, 2, 23),
        date(2027, 5, 23),
        date(2027, 11, 23),
        date(2027, 11, 23),
    ):
        failed.append(TODAY)
        assert decide(failed_on=tuple(failed)).next_on == first_day


def test_a_practice_exam_may_be_repeated_at_will_also_with_a_form_already_seen() -> None:
    assert hindrances(practice=True, passed=True, failed_on=(TODAY,), has_unseen_form=False) == ()
    assert hindrances(practice=True, open_sitting=True) == (Hindrance.OPEN_SITTING,)


def test_one_retake_is_free_from_the_first_failure_for_so_many_months() -> None:
    failed = (ago(days=20),)
    assert decide(entitled=False, free=12, failed_on=failed).free_until == date(2027, 11, 3)
    assert hindrances(entitled=False, free=12, failed_on=failed) == ()
    assert hindrances(entitled=False, free=0, failed_on=failed) == (Hindrance.NO_ENTITLEMENT,)
    assert hindrances(entitled=False, free=12) == (Hindrance.NO_ENTITLEMENT,)
    spent = decide(entitled=False, free=12, failed_on=failed, free_retake_spent=True)
    assert (spent.hindrances, spent.free_until) == ((Hindrance.NO_ENTITLEMENT,), None)


def test_the_last_day_of_the_free_retake_still_counts() -> None:
    assert decide(entitled=False, free=12, failed_on=(date(2025, 11, 23),)).may_enter
    late = decide(entitled=False, free=12, failed_on=(date(2025, 11, 22),))
    assert late.hindrances == (Hindrance.NO_ENTITLEMENT,)


def test_nobody_is_told_to_pay_for_what_they_could_not_enter_anyway() -> None:
    for lasting in (
        {"passed": True},
        {"result_pending": True},
        {"has_unseen_form": False},
        {"has_form": False},
    ):
        assert Hindrance.NO_ENTITLEMENT not in hindrances(entitled=False, windowed=True, **lasting)
        assert Hindrance.NO_WINDOW not in hindrances(entitled=False, windowed=True, **lasting)


flags = st.booleans()
facts = st.builds(
    Facts,
    offered=flags,
    has_form=flags,
    has_unseen_form=flags,
    open_sitting=flags,
    result_pending=flags,
    passed=flags,
    failed_on=st.lists(st.dates(date(2024, 1, 1), TODAY), max_size=5).map(tuple),
    windows_ahead=flags,
    has_place=flags,
    entitled=flags,
    free_retake_spent=flags,
)


@given(
    facts,
    st.builds(
        Rules, practice=flags, windowed=flags, waits=st.just(WAITS), free_retake_months=st.integers(0, 24)
    ),
)
def test_whoever_may_enter_has_all_that_it_takes(known: Facts, rules: Rules) -> None:
    found = eligibility.decide(known, rules=rules, on=TODAY)
    if not found.may_enter:
        return
    assert known.offered and known.has_form and not known.open_sitting and not known.result_pending
    assert rules.practice or (known.has_unseen_form and not known.passed)
    assert not rules.windowed or known.has_place
    assert known.entitled or found.free_until is not None
    assert found.next_on is None or found.next_on <= TODAY or known.passed
    if found.free_until is not None:
        assert known.failed_on and rules.free_retake_months and not known.free_retake_spent
        assert found.free_until >= TODAY
