"""The register's own rows: the database refuses to change them, and says so when it no longer would."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from certificates.models import CredentialEvent, guards
from lms.db import append_only
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
TABLES = (
    "certificates_credentialevent",
    "certificates_edition",
    "certificates_issueddigest",
    "certificates_evidence",
    "certificates_decisionground",
)
ACTS = ["UPDATE {} SET id = id", "DELETE FROM {}"]
if connection.vendor == "postgresql":
    ACTS.append("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {} CASCADE")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ACTS)
def test_neither_update_nor_delete_passes_by_sql(schemes, ada, table, act):
    credential = make.certified(ada)
    make.issued(credential)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table))


@pytest.mark.django_db(transaction=True)
def test_readiness_names_what_a_changed_table_lost_and_the_next_migrate_puts_back():
    assert append_only.missing() == []
    guards.before_migrate(using="default")
    field = CredentialEvent._meta.get_field("public_note").clone()
    field.max_length, field.name = 301, "public_note"
    with connection.schema_editor() as editor:
        field.set_attributes_from_name("public_note")
        editor.alter_field(CredentialEvent, CredentialEvent._meta.get_field("public_note"), field)
        if connection.vendor == "postgresql":  # keeps its triggers where SQLite builds the table anew
            editor.execute(
                "ALTER TABLE certificates_credentialevent DISABLE TRIGGER certificates_credentialevent_no_update"
            )
    answer = Client().get("/health/ready")
    assert answer.status_code == 503
    assert "certificates_credentialevent_no_update" in answer.json()["checks"]["register"]
    append_only.install()
    guards.after_migrate(using="default")
    assert append_only.missing() == []
    assert not guards.missing(connection)
