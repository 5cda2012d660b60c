"""Statements that PostgreSQL plans once for each connection and then only runs.

To plan a statement that joins a few tables costs it more than to run it. Django leaves that so, since a
pooler between us and the database may hand a planned statement's connection to somebody else
(`docs/settings.md` says which poolers do not). For the few statements that are said a thousand times a
second it is worth asking for.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import connection


@contextlib.contextmanager
def cursor() -> Iterator[Any]:
    """A cursor of the connection, as `connection.cursor()` gives it, whose statements are planned once.

    Values go to PostgreSQL beside the statement and not within it: whatever has no type of its own there
    (an array, a number in a sum) needs a cast. On SQLite, which plans anew and cheaply, it is the usual one.
    """
    if connection.vendor != "postgresql":
        with connection.cursor() as usual:
            yield usual
        return
    connection.ensure_connection()
    # Wrapped by Django like any other: what is said through it is counted, and its faults are Django's.
    wrapped = connection._prepare_cursor(psycopg.Cursor(connection.connection))  # type: ignore[attr-defined]  # not in the stubs
    with wrapped as planned:
        yield planned
