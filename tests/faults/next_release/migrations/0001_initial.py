"""A column that old code does not know, and an index made without holding up who writes: as migrations here are to be."""

from django.db import migrations

COLUMN = "ALTER TABLE exams_responseevent ADD COLUMN next_release text NULL"
INDEX = "CREATE INDEX CONCURRENTLY next_release ON exams_responseevent (next_release) WHERE next_release IS NOT NULL"


class Migration(migrations.Migration):
    initial = True
    atomic = False
    operations = [
        migrations.RunSQL(COLUMN, "ALTER TABLE exams_responseevent DROP COLUMN next_release"),
        migrations.RunSQL(INDEX, "DROP INDEX next_release"),
    ]
