"""Who is stuck; docs/algorithms/stuck.md has the same numbers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from courses.rules import stuck
from courses.rules.stuck import Reading, Sign, Studying

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
FINE = Studying(since=AT - timedelta(days=9), done=10, total=40, readings=(Reading(30, 3599),), tries=2)


def test_who_studies_within_the_thresholds_is_not_stuck() -> None:
    assert stuck.signs(FINE, AT) == ()


def test_each_threshold_is_a_sign_from_its_first_moment_on() -> None:
    assert stuck.signs(replace(FINE, since=AT - timedelta(days=10)), AT) == (Sign.QUIET,)
    assert stuck.signs(replace(FINE, readings=(Reading(30, 3600),)), AT) == (Sign.LONG,)
    assert stuck.signs(replace(FINE, tries=3), AT) == (Sign.TRIES,)


def test_behind_is_a_quarter_of_the_course_against_the_days_of_the_cohort() -> None:
    span = date(2026, 11, 1), date(2026, 11, 20)  # nineteen of twenty days are over
    assert stuck.gone(*span, AT.date()) == Fraction(19, 20)
    assert stuck.signs(replace(FINE, span=span, done=28), AT) == (Sign.BEHIND,)
    assert stuck.signs(replace(FINE, span=span, done=29), AT) == ()


def test_who_has_done_everything_is_never_stuck() -> None:
    assert stuck.signs(replace(FINE, since=AT - timedelta(days=90), done=40, tries=9), AT) == ()
