"""What every page depends on."""

import uuid
from datetime import UTC, datetime

from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection

from lms.kit import gather
from lms.web import caching

# A candidate's clock runs against the database's; the machine's own is in what is printed and signed.
APART_SECONDS = 2
NOT_ASKED = "Not asked, since the database does not answer."


def register() -> None:
    gather.READINESS.add(gather.ReadinessPart("database", 1, database))
    gather.READINESS.add(gather.ReadinessPart("storage", 2, storage, stops=False))
    gather.READINESS.add(gather.ReadinessPart("clock", 3, clocks, stops=False))
    gather.READINESS.add(gather.ReadinessPart("cache", 5, shared_cache, stops=False))


def says() -> dict[str, str]:
    """What each part says, by its key: empty where it is as it should be.

    While the database doesn't answer nothing else is asked: each that needs it would wait as long again, and whoever asks
    after our health would get no answer at all.
    """
    said: dict[str, str] = {}
    for part in gather.READINESS:
        said[part.key] = NOT_ASKED if said.get("database") else part.says()
    return said


def database() -> str:
    """Says when the database doesn't answer, or isn't one of ours yet."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as fault:
        return (
            f"The database does not answer ({_short(fault)}). Nothing is acknowledged until it does; devices of candidates "
            "keep what isn't. Start it, or see whether DATABASE_URL is right and it has a connection to spare."
        )
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_migrations")
    except DatabaseError as fault:
        return f"The database has no tables of ours ({_short(fault)}): manage.py open_institution, or prepare, makes them."
    return ""


def storage() -> str:
    """Says when files can't be written, whatever the storage's client raises (there are dozens of kinds)."""
    try:
        name = default_storage.save(f"health/{uuid.uuid4()}", ContentFile(b"ready"))
        default_storage.delete(name)
    except Exception as fault:
        return (
            f"Files can't be written ({_short(fault)}). Exams and sign-in go on; certificates and uploads wait. "
            "Give the storage room, or its credentials: what is missing is made then."
        )
    return ""


def _short(fault: Exception) -> str:
    return f"{type(fault).__name__}: {' '.join(str(fault).split())}"[:160].rstrip(".")


def shared_cache() -> str:
    """Says when the shared cache doesn't answer: throttles then count for each process by itself."""
    default = caches[DEFAULT_CACHE_ALIAS]
    return default.says() if isinstance(default, caching.Shared) else ""


def clocks() -> str:
    """Says when this machine's clock and the database's are apart."""
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        apart = abs((datetime.now(UTC) - cursor.fetchone()[0]).total_seconds())
    if apart <= APART_SECONDS:
        return ""
    return (
        f"This machine's clock and the database's are {apart:.0f} seconds apart: set both by one time server."
    )
