"""Whether the register is guarded as it has to be."""

from django.db import connection

from certificates.models import guards


def check() -> str:
    """Says which triggers are missing: without them the database would let pass what the rules refuse."""
    missing = guards.missing(connection)
    if not missing:
        return ""
    return f"The register's guards are missing in the database ({', '.join(sorted(missing))}): run manage.py migrate."
