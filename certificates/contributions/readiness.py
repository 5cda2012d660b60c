"""Whether the register is guarded as it has to be."""

from django.db import connection

from certificates.models import guards
from certificates.queries import log
from lms.db import clock


def check() -> str:
    """Says which triggers are missing: without them the database would let pass what the rules refuse."""
    missing = guards.missing(connection)
    if not missing:
        return ""
    return f"The register's guards are missing in the database ({', '.join(sorted(missing))}): run manage.py migrate."


def log_goes_on() -> str:
    """Says when events have waited for long without being entered in the log."""
    if not log.waiting(at=clock.now()):
        return ""
    return (
        "Events of the register have waited for over 15 minutes to be entered in its log: no worker is at work, "
        "or the log's key can't be reached."
    )
