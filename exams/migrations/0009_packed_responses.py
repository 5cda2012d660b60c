"""Response events in a table of fewer bytes: see the model. The old one is copied, then left."""

import django.db.models.deletion
from django.db import migrations, models

import lms.db.fields


class Migration(migrations.Migration):
    dependencies = [("exams", "0008_breaks")]

    operations = [
        migrations.AlterField("sitting", "id", models.AutoField(primary_key=True, serialize=False)),
        migrations.CreateModel(
            name="PackedResponse",
            fields=[
                ("pk", models.CompositePrimaryKey("sitting_id", "number", blank=True, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("sitting", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.sitting")),
                ("number", models.PositiveIntegerField()),
                ("seq", models.PositiveIntegerField()),
                ("epoch", models.PositiveIntegerField()),
                ("position", models.PositiveSmallIntegerField()),
                ("value", lms.db.fields.JSONText(null=True)),
                ("digest", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="ResponseStamp",
            fields=[
                ("pk", models.CompositePrimaryKey("sitting_id", "number", blank=True, editable=False, primary_key=True, serialize=False)),
                ("sitting", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.sitting")),
                ("number", models.PositiveIntegerField(help_text="The number of the event in its sitting.")),
                ("stamped_at", models.DateTimeField()),
            ],
        ),
    ]
