"""docs/algorithms/standing.md: dates and reminders."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules import validity
from certificates.rules.validity import REMINDER_DAYS

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("granted", "years", "last"),
    [
        (date(2026, 11, 24), 3, date(2029, 11, 24)),
        (date(2028, 2, 29), 3, date(2031, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
    ],
)
def test_the_last_day_is_the_same_day_years_on(granted, years, last):
    assert validity.expires_on(granted, years) == last


def test_no_validity_is_no_certificate():
    with pytest.raises(ValueError, match="a year at least"):
        validity.expires_on(date(2026, 1, 1), 0)


@given(days, st.integers(1, 10))
def test_it_is_never_longer_than_promised(granted, years):
    last = validity.expires_on(granted, years)
    assert last.year == granted.year + years
    assert (last.month, last.day) <= (granted.month, granted.day)
    assert (last.month, granted.month) == (granted.month, granted.month)


@pytest.mark.parametrize(
    ("left", "told", "sent", "overtaken"),
    [
        (91, (), None, ()),
        (90, (), 90, ()),
        (58, (90,), 60, ()),
        (24, (90, 60), 30, ()),
        (1, (90, 60, 30), 7, ()),
        (0, (90, 60, 30), 0, (7,)),
        (-3, (90, 60, 30, 7), 0, ()),
        (-91, (90, 60, 30, 7), None, ()),
        (30, (90, 60, 30), None, ()),
        (-1, REMINDER_DAYS, None, ()),
        (40, (60,), None, (90,)),
    ],
)
def test_reminders_as_the_document_tells_them(left, told, sent, overtaken):
    last = date(2029, 11, 24)
    assert validity.reminder(last, last - timedelta(days=left), told, grace_days=90) == (sent, overtaken)


@given(st.lists(st.integers(1, 12), min_size=40, max_size=90))
def test_whenever_the_sweep_runs_each_reminder_is_settled_once(gaps):
    last, on = date(2029, 11, 24), date(2029, 8, 1)
    told: list[int] = []
    sent: list[int] = []
    for gap in gaps:
        on += timedelta(days=gap)
        due, overtaken = validity.reminder(last, on, told, grace_days=90)
        assert not set(overtaken) & set(told)
        told.extend(overtaken)
        if due is not None:
            assert due not in told
            told.append(due)
            sent.append(due)
    assert sent == sorted(sent, reverse=True)
    assert len(told) == len(set(told))
    if on >= last:
        assert sorted(told) == sorted(REMINDER_DAYS)


@given(st.integers(1, 7), st.integers(0, 6))
def test_a_sweep_that_never_sleeps_longer_than_a_week_sends_all_five(stride, start):
    last = date(2029, 11, 24)
    on = last - timedelta(days=100 + start)
    told: list[int] = []
    while on <= last + timedelta(days=10):
        due, _ = validity.reminder(last, on, told, grace_days=90)
        if due is not None:
            told.append(due)
        on += timedelta(days=stride)
    assert told == list(REMINDER_DAYS)
