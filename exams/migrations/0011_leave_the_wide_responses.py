import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def unindexed(to, **options):
    return models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [("exams", "0010_pack_responses"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RemoveConstraint(model_name="responseevent", name="exams_response_position_from_one"),
        migrations.DeleteModel(name="ResponseEvent"),
        migrations.RenameModel(old_name="PackedResponse", new_name="ResponseEvent"),
        migrations.AlterField("responseevent", "sitting", unindexed("exams.sitting", related_name="events")),
        migrations.AddConstraint(
            model_name="responseevent",
            constraint=models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="exams_response_position_from_one"),
        ),
        # Indexes that nothing reads.
        migrations.AlterField("sitting", "form", unindexed("exams.form", null=True, related_name="sittings")),
        migrations.AlterField("sittingchange", "by", unindexed(settings.AUTH_USER_MODEL, null=True, related_name="+")),
        migrations.AlterField("scorerun", "sitting", unindexed("exams.sitting", related_name="score_runs")),
        migrations.AlterField("scorerun", "by", unindexed(settings.AUTH_USER_MODEL, null=True, related_name="+")),
        migrations.AlterField("result", "run", unindexed("exams.scorerun", related_name="+")),
        migrations.AlterField("result", "released_by", unindexed(settings.AUTH_USER_MODEL, null=True, related_name="+")),
        migrations.AlterField("resultchange", "by", unindexed(settings.AUTH_USER_MODEL, null=True, related_name="+")),
    ]
