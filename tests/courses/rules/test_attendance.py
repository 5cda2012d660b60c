"""Attendance and its hours; docs/algorithms/attendance.md has the same numbers."""

import pytest

from courses.rules import attendance
from courses.rules.attendance import BadMark, Given, Presence

HELD = [Given(90, attended=90), Given(90, attended=40), Given(90, attended=0)]


def test_minutes_attended_are_planned_minutes_and_no_more() -> None:
    found = attendance.attended([*HELD, Given(90, ahead=True), Given(60, attended=75)])
    assert (found.given, found.ahead, found.attended, found.percent) == (330, 90, 190, 57)


def test_minutes_attended_come_to_whole_hours_rounded_down() -> None:
    assert [attendance.whole_hours(minutes) for minutes in (0, 59, 60, 130)] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("percent", "ahead", "met"),
    [(0, True, True), (48, False, True), (49, False, False), (48, True, False)],
)
def test_what_a_cohort_asks_for_is_met_to_the_exact_share_and_when_nothing_is_ahead(
    percent, ahead, met
) -> None:
    found = attendance.attended(HELD + [Given(90, ahead=True)] * ahead)  # 130 of 270: 48.1 %
    assert attendance.is_met(found, percent) is met


def test_a_mark_counts_for_the_whole_for_a_part_or_for_nothing() -> None:
    marks = [(Presence.PRESENT, None), (Presence.PART, 30), (Presence.ABSENT, 45)]
    assert [attendance.minutes(presence, 90, part) for presence, part in marks] == [90, 30, 0]
    for part in (None, 0, 90, -5):
        with pytest.raises(BadMark):
            attendance.minutes(Presence.PART, 90, part)
