"""The guards of records are put in their place while the institution is open."""

import psycopg
import pytest
from django.db import connection

from lms.db import append_only


@pytest.fixture
def reading():
    """Another session that reads a guarded table, as a backup does, and has not ended."""
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a migration has the database to itself")
    known = connection.get_connection_params()
    wanted = {key: known[key] for key in ("dbname", "user", "password", "host", "port") if known.get(key)}
    with psycopg.connect(**wanted) as session:
        session.execute("SELECT count(*) FROM audit_entry")
        yield


@pytest.mark.django_db(transaction=True)
def test_a_migration_waits_for_no_backup_and_leaves_no_table_unguarded_meanwhile(reading):
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '3s'")
        cursor.execute('ALTER TABLE billing_order DISABLE TRIGGER "billing_order_no_update"')
        assert append_only.missing() == ["billing_order_no_update"]
        append_only.install()
        assert append_only.missing() == []
        cursor.execute("RESET lock_timeout")
