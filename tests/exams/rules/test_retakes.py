from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import retakes
from exams.rules.retakes import Wait

WAITS = (Wait(days=15), Wait(months=3), Wait(months=6), Wait(months=12))


@pytest.mark.parametrize(
    ("failures", "allowed"),
    [
        (["2026-11-23"], "2026-12-08"),
        (["2026-09-01", "2026-11-23"], "2027-02-23"),
        (["2026-01-01", "2026-05-01", "2026-11-23"], "2027-05-23"),
        (["2025-01-01", "2025-06-01", "2026-01-01", "2026-11-23"], "2027-11-23"),
        (["2024-01-01", "2025-01-01", "2025-06-01", "2026-01-01", "2026-11-23"], "2027-11-23"),
    ],
)
def test_the_wait_grows_with_each_failure_and_the_last_one_holds(failures: list[str], allowed: str) -> None:
    failed_on = [date.fromisoformat(day) for day in failures]
    assert retakes.next_allowed(failed_on=failed_on, waits=WAITS) == date.fromisoformat(allowed)


def test_without_a_failure_or_a_rule_there_is_nothing_to_wait_for() -> None:
    assert retakes.next_allowed(failed_on=[], waits=WAITS) is None
    assert retakes.next_allowed(failed_on=[date(2026, 1, 1)], waits=()) is None


def test_a_month_ends_on_its_last_day() -> None:
    assert retakes.after(date(2027, 11, 30), Wait(months=3)) == date(2028, 2, 29)
    assert retakes.after(date(2026, 11, 30), Wait(months=3)) == date(2027, 2, 28)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 100), st.integers(0, 60))
def test_a_wait_never_leads_back(day: date, days: int, months: int) -> None:
    assert retakes.after(day, Wait(days=days, months=months)) >= day
