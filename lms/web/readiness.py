"""What every page depends on."""

import uuid
from datetime import UTC, datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from lms.kit import gather

# A candidate's clock runs against the database's; the machine's own is in what is printed and signed.
APART_SECONDS = 2


def register() -> None:
    gather.READINESS.add(gather.ReadinessPart("database", 1, database))
    gather.READINESS.add(gather.ReadinessPart("storage", 2, storage))
    gather.READINESS.add(gather.ReadinessPart("clock", 3, clocks))


def database() -> str:
    """Empty: a database that doesn't answer raises."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
    return ""


def storage() -> str:
    """Empty: a storage that takes nothing raises."""
    name = default_storage.save(f"health/{uuid.uuid4()}", ContentFile(b"ready"))
    default_storage.delete(name)
    return ""


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
