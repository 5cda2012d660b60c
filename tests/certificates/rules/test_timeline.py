from datetime import date

from certificates.rules import timeline


def test_the_line_runs_from_the_grant_to_the_end_of_grace():
    line = timeline.of(date(2026, 11, 24), date(2029, 11, 24), date(2028, 5, 25), grace_days=90)
    assert (line.due_on, line.closes_on) == (date(2029, 8, 26), date(2030, 2, 22))
    assert 0 < line.today < line.due < line.expires < 100


def test_a_day_outside_stands_at_the_end():
    early = timeline.of(date(2026, 11, 24), date(2029, 11, 24), date(2020, 1, 1), grace_days=0)
    late = timeline.of(date(2026, 11, 24), date(2029, 11, 24), date(2040, 1, 1), grace_days=0)
    assert (early.today, late.today, late.lived) == (0.0, 100.0, 100.0)
