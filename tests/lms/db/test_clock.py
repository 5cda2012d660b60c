"""One clock for everybody, which only tests and the demonstration may move."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from lms.db import clock


def test_the_clock_is_in_utc_and_near_the_machine_s():
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_shift_moves_now_and_today_and_ends_with_the_block():
    before = clock.now()
    with clock.shifted(days=400):
        assert clock.now() - before >= timedelta(days=400)
        with clock.shifted(days=1):
            assert clock.today() == (before + timedelta(days=401)).date()
    assert clock.now() - before < timedelta(minutes=1)


def test_moving_it_reaches_every_process_by_a_file(settings, tmp_path):
    settings.CLOCK_FILE = tmp_path / "clock"
    clock.move(timedelta(days=3))
    assert clock.offset() == timedelta(days=3)


def test_a_spoilt_file_moves_nothing(settings, tmp_path):
    settings.CLOCK_FILE = tmp_path / "clock"
    settings.CLOCK_FILE.write_text("soon")
    assert clock.offset() == timedelta(0)


def test_production_s_clock_can_t_be_moved(settings):
    settings.CLOCK_MAY_MOVE = False
    with pytest.raises(RuntimeError):
        clock.move(timedelta(days=3))
    with clock.shifted(days=3):
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.django_db
def test_the_database_s_clock_carries_the_offset():
    sql, values = clock.sql_now()
    with clock.shifted(days=10):
        moved_sql, moved_values = clock.sql_now()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", values)
        now = cursor.fetchone()[0]
        cursor.execute(f"SELECT {moved_sql}", moved_values)
        later = cursor.fetchone()[0]
    if isinstance(now, str):
        now, later = datetime.fromisoformat(now), datetime.fromisoformat(later)
    assert timedelta(days=9, hours=23) < later - now < timedelta(days=10, hours=1)
