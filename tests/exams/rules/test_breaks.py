from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exams.rules import breaks, deadline

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
MINUTE, NOTHING = timedelta(minutes=1), timedelta()
spans = st.timedeltas(NOTHING, timedelta(hours=3))


def test_a_break_lasts_as_long_as_break_time_is_left() -> None:
    left = breaks.left(granted=15 * MINUTE, taken=4 * MINUTE)
    assert left == 11 * MINUTE
    assert breaks.ends_at(begun_at=TEN, left=left) == TEN + 11 * MINUTE
    assert breaks.left(granted=15 * MINUTE, taken=15 * MINUTE) == NOTHING


def test_a_break_ends_with_the_window_that_ends_the_sitting() -> None:
    closes = TEN + 5 * MINUTE
    assert breaks.ends_at(begun_at=TEN, left=11 * MINUTE, window_closes_at=closes) == closes
    assert breaks.ends_at(begun_at=TEN, left=MINUTE, window_closes_at=closes) == TEN + MINUTE


def test_a_break_is_over_in_the_second_in_which_its_time_is_used_up() -> None:
    assert not breaks.is_over(ends_at=TEN, at=TEN - timedelta(microseconds=1))
    assert breaks.is_over(ends_at=TEN, at=TEN)
    assert not breaks.is_over(ends_at=None, at=TEN)


def test_a_break_counts_its_length_and_no_more_than_it_could_last() -> None:
    ends = TEN + 10 * MINUTE
    assert breaks.length(begun_at=TEN, ends_at=ends, at=TEN + 3 * MINUTE) == 3 * MINUTE
    assert breaks.length(begun_at=TEN, ends_at=ends, at=TEN + timedelta(days=3)) == 10 * MINUTE
    assert breaks.length(begun_at=TEN, ends_at=ends, at=TEN - MINUTE) == NOTHING


@given(
    granted=spans,
    allowed=st.timedeltas(MINUTE, timedelta(hours=4)),
    window=st.none() | st.timedeltas(MINUTE, timedelta(hours=6)),
    steps=st.lists(st.tuples(spans, st.timedeltas(timedelta(minutes=-1), timedelta(hours=4))), max_size=8),
)
def test_however_breaks_are_taken_the_deadline_never_shrinks_and_no_more_is_credited_than_was_granted(
    granted, allowed, window, steps
) -> None:
    closes = None if window is None else TEN + window
    credited, at = NOTHING, TEN

    def due(credits: timedelta) -> datetime:
        return deadline.deadline(started_at=TEN, allowed=allowed, credited=credits, window_closes_at=closes)

    for work, away in steps:
        at += work
        left = breaks.left(granted=granted, taken=credited)
        ends = breaks.ends_at(begun_at=at, left=left, window_closes_at=closes)
        if deadline.is_over(deadline_at=due(credited), at=at) or ends <= at:
            continue
        before = due(credited)
        # What was left when the break began is left when it ends, unless the window took it.
        seconds = before - at
        length = breaks.length(begun_at=at, ends_at=ends, at=at + away)
        credited += length
        at = max(at, at + min(away, length))
        assert before <= due(credited)
        assert due(credited) - at == seconds or due(credited) == closes
        assert at <= due(credited), "time is never up for a break"
    assert NOTHING <= credited <= granted
