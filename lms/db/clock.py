"""The one clock. Actions read it once; rules receive the time as a parameter."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

_shift = timedelta()
_file_seen: tuple[int, timedelta] = (0, timedelta())


def now() -> datetime:
    """The present time in UTC, as the process's clock has it, with the offset of tests or demonstration."""
    return datetime.now(UTC) + offset()


def today() -> date:
    """The present day in UTC: the day on which certificates begin and end."""
    return now().date()


def offset() -> timedelta:
    """How far the institution's clock is moved: always nothing in production."""
    if not settings.CLOCK_MAY_MOVE:
        return timedelta()
    return _shift + _from_file(settings.CLOCK_FILE)


def sql_now() -> tuple[str, list[Any]]:
    """SQL, with its parameters, for the time at which the statement that it stands in arrived.

    On PostgreSQL the database's clock decides, one for all web machines, and a wait for the row's
    lock is not held against the candidate. On SQLite there is one machine, and the process's clock
    is given as a parameter.
    """
    if connection.vendor == "postgresql":
        return "(statement_timestamp() + %s * interval '1 second')", [offset().total_seconds()]
    return "%s", [now()]


@contextlib.contextmanager
def shifted(**amount: float) -> Iterator[None]:
    """Moves the clock within a test: `with clock.shifted(days=3): …`. Shifts add up."""
    global _shift
    before = _shift
    _shift = before + timedelta(**amount)
    try:
        yield
    finally:
        _shift = before


def move(to: timedelta) -> None:
    """Sets the demonstration's offset for every process of it. Raises RuntimeError elsewhere."""
    if not settings.CLOCK_MAY_MOVE:
        raise RuntimeError("The clock can be moved in demonstration mode and in tests only.")
    settings.CLOCK_FILE.parent.mkdir(parents=True, exist_ok=True)
    # Replaced in one step: a reader in another process must never see an empty file.
    fresh = settings.CLOCK_FILE.with_suffix(".new")
    fresh.write_text(str(int(to.total_seconds())))
    fresh.replace(settings.CLOCK_FILE)


def _from_file(path: Path) -> timedelta:
    global _file_seen
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return timedelta()
    if changed != _file_seen[0]:
        try:
            _file_seen = (changed, timedelta(seconds=int(path.read_text() or 0)))
        except (OSError, ValueError):
            return timedelta()
    return _file_seen[1]
