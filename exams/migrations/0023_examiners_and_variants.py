"""Lets be said who examined whom before it was announced: a job does it, as soon as a worker runs. And a variant may
come in a file that nobody here is known to have brought; a version says where it comes from."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lms.db import clock

KIND = "exams.announce_examiners"
EXAMINED = ("ScriptMark", "Work", "Batch", "LostPass", "AppealVote", "ResultChange")


def ask(apps, schema_editor):
    if not any(apps.get_model("exams", name).objects.exists() for name in EXAMINED):
        return
    at = clock.now()
    apps.get_model("jobs", "Job").objects.get_or_create(
        kind=KIND, key="earlier", defaults={"created_at": at, "run_after": at}
    )


def take_back(apps, schema_editor):
    apps.get_model("jobs", "Job").objects.filter(kind=KIND, state="pending").delete()


class Migration(migrations.Migration):
    dependencies = [("exams", "0022_marking_by_people"), ("jobs", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="variant",
            name="author",
            field=models.ForeignKey(
                help_text="None where it came in a file, and nobody here is known to have brought it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="source",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Where it was published before, or what it is drawn from.",
                max_length=300,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="itemversion",
            name="edition",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="itemversion",
            name="aids",
            field=models.CharField(
                blank=True, default="", help_text="With what aids it was written.", max_length=300
            ),
            preserve_default=False,
        ),
        migrations.RunPython(ask, take_back),
    ]
