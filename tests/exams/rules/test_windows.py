from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import windows
from exams.rules.windows import Span, TimeFault, WindowFault

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = Span(NINE, NINE + 8 * HOUR)
ENDING = Span(NINE, NINE + 8 * HOUR, ends_sittings=True)

moments = st.integers(-2000, 2000).map(lambda minutes: NINE + timedelta(minutes=minutes))
spans = st.builds(
    Span,
    opens_at=st.just(NINE),
    closes_at=st.integers(1, 1000).map(lambda minutes: NINE + timedelta(minutes=minutes)),
    ends_sittings=st.booleans(),
    places=st.none() | st.integers(0, 3),
    taken=st.integers(0, 4),
    is_closed=st.booleans(),
)


@pytest.mark.parametrize(
    ("opens", "closes", "ends", "fault"),
    [
        (1, 9, False, None),
        (-1, 1, False, None),
        (1, 1, False, WindowFault.BACKWARDS),
        (-9, -1, False, WindowFault.OVER),
        (1, 2, True, WindowFault.TOO_SHORT),
        (1, 2, False, None),
        (1, 2.5, True, None),
    ],
)
def test_a_window_lies_ahead_and_holds_the_exam_that_it_ends(opens, closes, ends, fault) -> None:
    found = windows.making_fault(
        opens_at=NINE + opens * HOUR,
        closes_at=NINE + closes * HOUR,
        ends_sittings=ends,
        minutes=90,
        at=NINE,
    )
    assert found == fault


@pytest.mark.parametrize(
    ("span", "starts", "at", "fault"),
    [
        (DAY, 1, 0, None),
        (DAY, 0, -9, None),
        (DAY, 8, 0, TimeFault.AFTER),
        (DAY, -1, -9, TimeFault.BEFORE),
        (DAY, 1, 2, TimeFault.PAST),
        (DAY, 1, 8, TimeFault.CLOSED),
        (Span(NINE, NINE + HOUR, is_closed=True), 0, -1, TimeFault.CLOSED),
        (Span(NINE, NINE + HOUR, places=2, taken=2), 0, -1, TimeFault.FULL),
        (Span(NINE, NINE + HOUR, places=2, taken=1), 0, -1, None),
    ],
)
def test_a_time_lies_inside_the_window_and_ahead(span, starts, at, fault) -> None:
    found = windows.choosing_fault(span, starts_at=NINE + starts * HOUR, at=NINE + at * HOUR)
    assert found == fault


def test_the_minute_that_runs_may_still_be_chosen() -> None:
    late = NINE + timedelta(minutes=5, seconds=59)
    assert windows.choosing_fault(DAY, starts_at=NINE + timedelta(minutes=5), at=late) is None
    assert windows.choosing_fault(DAY, starts_at=NINE + timedelta(minutes=4), at=late) == TimeFault.PAST


@given(spans, moments, moments)
def test_what_may_be_chosen_lies_in_a_window_that_takes_entries(span, starts_at, at) -> None:
    if windows.choosing_fault(span, starts_at=starts_at, at=at) is None:
        assert span.takes(at)
        assert span.opens_at <= starts_at < span.closes_at
        assert at - starts_at < timedelta(minutes=1)
        assert span.places is None or span.taken < span.places


@given(spans, st.integers(0, 900).map(lambda minutes: timedelta(minutes=minutes)))
def test_who_starts_by_the_last_full_start_has_the_whole_time_and_later_has_less(span, allowed) -> None:
    last = windows.last_full_start(span, allowed=allowed)
    fits = not span.ends_sittings or allowed <= span.closes_at - span.opens_at
    assert (windows.time_there(span, starts_at=last, allowed=allowed) == allowed) == fits
    later = windows.time_there(span, starts_at=last + timedelta(minutes=1), allowed=allowed)
    assert (later < allowed) == span.ends_sittings


def test_a_change_is_possible_until_so_many_hours_before() -> None:
    assert windows.changeable_until(NINE, hours=24) == NINE - 24 * HOUR
    assert windows.changeable_until(NINE, hours=0) == NINE


def test_the_time_there_is_cut_only_where_the_window_ends_sittings() -> None:
    at = NINE + 7 * HOUR
    assert windows.time_there(ENDING, starts_at=at, allowed=2 * HOUR) == HOUR
    assert windows.time_there(DAY, starts_at=at, allowed=2 * HOUR) == 2 * HOUR
