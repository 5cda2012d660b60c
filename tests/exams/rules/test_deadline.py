from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exams.rules import deadline

NINE = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)


def allowed(minutes: int, factor: Fraction = Fraction(1)) -> timedelta:
    return deadline.time_allowed(minutes=minutes, factor=factor)


def test_ninety_minutes_from_nine_end_at_half_past_ten() -> None:
    ends = deadline.deadline(started_at=NINE, allowed=allowed(90))
    assert ends == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def test_a_third_more_time_is_counted_to_the_second() -> None:
    assert allowed(90, Fraction(13, 10)) == timedelta(minutes=117)


def test_a_part_of_a_second_counts_as_a_whole_one() -> None:
    assert allowed(1, Fraction(61, 60)) == timedelta(seconds=61)
    assert allowed(1, Fraction(121, 119)) == timedelta(seconds=62)


def test_credits_are_added_and_the_windows_end_caps_them() -> None:
    ends = deadline.deadline(started_at=NINE, allowed=allowed(60), credited=timedelta(seconds=95))
    assert ends == NINE + timedelta(minutes=61, seconds=35)
    shut = NINE + timedelta(minutes=61)
    assert (
        deadline.deadline(
            started_at=NINE, allowed=allowed(60), credited=timedelta(seconds=95), window_closes_at=shut
        )
        == shut
    )


def test_a_sitting_closes_ten_seconds_after_its_deadline() -> None:
    assert not deadline.is_closing(deadline_at=NINE, at=NINE + timedelta(seconds=10))
    assert deadline.is_closing(deadline_at=NINE, at=NINE + timedelta(seconds=10, microseconds=1))


def test_a_paused_sitting_ends_only_with_its_window() -> None:
    late = NINE + timedelta(hours=1)
    past = {"deadline_at": NINE, "paused_at": NINE - timedelta(minutes=1), "at": late}
    assert not deadline.is_past(window_closes_at=None, **past)
    assert not deadline.is_past(window_closes_at=late, **past)
    assert deadline.is_past(window_closes_at=NINE, **past)


def test_the_moment_of_the_deadline_belongs_to_the_candidate() -> None:
    assert not deadline.is_over(deadline_at=NINE, at=NINE)
    assert deadline.is_over(deadline_at=NINE, at=NINE + timedelta(microseconds=1))


def test_seconds_left_never_fall_below_nothing() -> None:
    assert deadline.seconds_left(deadline_at=NINE, at=NINE - timedelta(seconds=61)) == 61
    assert deadline.seconds_left(deadline_at=NINE, at=NINE + timedelta(hours=1)) == 0


@given(minutes=st.integers(1, 600), top=st.integers(10, 40), more=st.integers(0, 7200))
def test_more_time_never_shortens(minutes: int, top: int, more: int) -> None:
    plain = deadline.deadline(started_at=NINE, allowed=allowed(minutes))
    longer = allowed(minutes, Fraction(top, 10))
    assert deadline.deadline(started_at=NINE, allowed=longer, credited=timedelta(seconds=more)) >= plain
