"""Every response event into the packed table, and back. The digests stay: a value says the same in either form."""

from django.db import migrations

from lms.db import append_only

COLUMNS = "sitting_id, number, epoch, seq, position, at, digest"


def pack(apps, schema_editor):
    value = "value::text" if schema_editor.connection.vendor == "postgresql" else "value"
    schema_editor.execute(
        f"INSERT INTO exams_packedresponse ({COLUMNS}, value)"
        f" SELECT {COLUMNS}, {value} FROM exams_responseevent ORDER BY sitting_id, number"
    )
    schema_editor.execute(
        "INSERT INTO exams_responsestamp (sitting_id, number, stamped_at)"
        " SELECT sitting_id, number, stamped_at FROM exams_responseevent WHERE stamped_at IS NOT NULL"
    )


def unpack(apps, schema_editor):
    value = "p.value::jsonb" if schema_editor.connection.vendor == "postgresql" else "p.value"
    schema_editor.execute(
        f"INSERT INTO exams_responseevent ({COLUMNS}, value, stamped_at)"
        f" SELECT {', '.join(f'p.{name}' for name in COLUMNS.split(', '))}, {value}, s.stamped_at"
        " FROM exams_packedresponse p LEFT JOIN exams_responsestamp s"
        " ON s.sitting_id = p.sitting_id AND s.number = p.number"
    )
    append_only.lift("exams_responsestamp")
    schema_editor.execute("DELETE FROM exams_responsestamp")
    schema_editor.execute("DELETE FROM exams_packedresponse")


class Migration(migrations.Migration):
    dependencies = [("exams", "0009_packed_responses")]
    operations = [migrations.RunPython(pack, unpack)]
