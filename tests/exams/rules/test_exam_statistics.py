"""The numbers are those of docs/algorithms/exam-statistics.md."""

from datetime import date
from fractions import Fraction

import pytest

from exams.rules import exam_statistics as rules
from exams.rules.exam_statistics import Period, Sat
from exams.rules.statistics.estimates import Reason

PATTERNS = {"1110": 10, "1111": 6, "1010": 6, "0011": 5, "1000": 3}


def sat(pattern: str) -> Sat:
    points = {place: Fraction(digit) for place, digit in enumerate(pattern, 1)}
    raw = sum(points.values(), Fraction(0))
    return Sat(1, date(2026, 5, 4), raw, Fraction(4), raw >= 3, False, points)


THIRTY = [sat(pattern) for pattern, many in PATTERNS.items() for _ in range(many)]


def test_what_thirty_sittings_of_one_form_say() -> None:
    found = rules.group("form 1", THIRTY, of_one_form=True)
    near = pytest.approx
    assert (found.passing.value, found.passing.low, found.passing.high) == (
        near(0.53333, abs=1e-5), near(0.36142, abs=1e-5), near(0.69767, abs=1e-5),
    )  # fmt: skip
    assert found.mean.value == near(65.8333, abs=1e-4)
    assert found.alpha.value == near(0.19582, abs=1e-5)
    assert found.error.value == near(0.81808, abs=1e-5)
    assert (found.error.low, found.error.high) == near((0.59126, 1.08128), abs=1e-4)


def test_of_fewer_than_thirty_nothing_but_their_number_is_said() -> None:
    found = rules.group("few", THIRTY[:29], of_one_form=True)
    assert found.sittings == 29
    assert {one.reason for one in (found.passing, found.mean, found.alpha, found.error)} == {
        Reason.FEW_PERSONS
    }
    alike = rules.group("alike", [sat("1110")] * 30, of_one_form=True)
    assert (alike.alpha.reason, alike.error.reason, alike.mean.low) == (Reason.CONSTANT, Reason.CONSTANT, 75)


def test_periods_sort_as_time_goes() -> None:
    days = [date(2025, 12, 31), date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 1)]
    for each, labels in {
        Period.YEAR: ["2025", "2026", "2026", "2026"],
        Period.QUARTER: ["2025 Q4", "2026 Q1", "2026 Q2", "2026 Q4"],
        Period.MONTH: ["2025-12", "2026-03", "2026-04", "2026-12"],
    }.items():
        assert [rules.period(on, each) for on in days] == labels == sorted(labels)
