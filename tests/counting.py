"""Counting what is said to the database."""

import contextlib
from collections.abc import Iterator

from django.db import connection
from django.test.utils import CaptureQueriesContext

FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextlib.contextmanager
def statements() -> Iterator[list[str]]:
    """The statements said within, filled in at the end; what only frames a transaction is not counted."""
    said: list[str] = []
    with CaptureQueriesContext(connection) as seen:
        yield said
    said += [query["sql"] for query in seen if not query["sql"].startswith(FRAME)]
