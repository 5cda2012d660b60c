"""The beat: of however many, one rings."""

import logging
from typing import Any

from celery import beat
from django.db import DatabaseError, connection

log = logging.getLogger(__name__)
LOCK = 0x61756469  # any number, as long as it is the same for every beat of a database
LOOKS_AGAIN = 5.0  # seconds


class Scheduler(beat.Scheduler):
    """Celery's own schedule, by whoever holds the lock of the database; the others look every five seconds whether it is free.

    The lock belongs to the holder's connection: when process, machine or connection dies, PostgreSQL frees it. On SQLite
    there is one machine, where `serve` lets one beat run. That a sweep's turn is taken once does not hang on this: the
    worker that does it takes it by a conditional update (lms/jobs/worker.py). The lock keeps bells from being rung twice.
    """

    _held = False

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Rings for what is due, if this is the beat that does; returns the seconds until it is to be asked again."""
        if not self._holds():
            return LOOKS_AGAIN
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def _holds(self) -> bool:
        if connection.vendor != "postgresql":
            return True
        question = "SELECT true" if self._held else f"SELECT pg_try_advisory_lock({LOCK})"
        try:
            with connection.cursor() as cursor:
                cursor.execute(question)
                held = bool(cursor.fetchone()[0])
        except DatabaseError as fault:
            # The lock went with the connection. A fresh one is asked for the lock anew.
            log.warning("the beat has lost the database: %s", fault)
            connection.close()
            held = False
        if held != self._held:
            log.warning("this beat %s", "rings from now on" if held else "no longer rings")
        self._held = held
        return held
