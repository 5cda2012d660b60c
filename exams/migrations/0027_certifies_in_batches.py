from django.db import migrations, models


def two_release(apps, schema_editor):
    """An exam that certifies is released in batches, whatever was chosen for it before."""
    exams = apps.get_model("exams", "Exam").objects.exclude(scheme_key="")
    exams.filter(release="singly").update(release="in-batches")


class Migration(migrations.Migration):
    dependencies = [("exams", "0026_points_of_eight_bytes")]

    operations = [
        migrations.AlterField(
            model_name="exam",
            name="release",
            field=models.CharField(
                choices=[
                    ("singly", "By one examiner, as they come"),
                    ("in-batches", "In batches, by two examiners, after the key was validated"),
                ],
                default="in-batches",
                max_length=10,
            ),
        ),
        migrations.RunPython(two_release, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="exam",
            constraint=models.CheckConstraint(
                condition=models.Q(release="in-batches") | models.Q(scheme_key=""),
                name="exams_exam_certifies_in_batches",
            ),
        ),
    ]
