from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exams.rules import deadline

NINE = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)


def test_ninety_minutes_from_nine_end_at_half_past_ten() -> None:
    assert deadline.deadline(started_at=NINE, minutes=90) == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


def test_a_third_more_time_is_counted_to_the_second() -> None:
    ends = deadline.deadline(started_at=NINE, minutes=90, factor=Fraction(13, 10))
    assert ends == NINE + timedelta(minutes=117)


def test_a_part_of_a_second_counts_as_a_whole_one() -> None:
    assert deadline.deadline(started_at=NINE, minutes=1, factor=Fraction(61, 60)) == NINE + timedelta(
        seconds=61
    )
    assert deadline.deadline(started_at=NINE, minutes=1, factor=Fraction(121, 119)) == NINE + timedelta(
        seconds=62
    )


def test_the_moment_of_the_deadline_belongs_to_the_candidate() -> None:
    assert not deadline.is_over(deadline_at=NINE, at=NINE)
    assert deadline.is_over(deadline_at=NINE, at=NINE + timedelta(microseconds=1))


def test_seconds_left_never_fall_below_nothing() -> None:
    assert deadline.seconds_left(deadline_at=NINE, at=NINE - timedelta(seconds=61)) == 61
    assert deadline.seconds_left(deadline_at=NINE, at=NINE + timedelta(hours=1)) == 0


@given(minutes=st.integers(1, 600), top=st.integers(10, 40))
def test_more_time_never_shortens(minutes: int, top: int) -> None:
    plain = deadline.deadline(started_at=NINE, minutes=minutes)
    assert deadline.deadline(started_at=NINE, minutes=minutes, factor=Fraction(top, 10)) >= plain
