from django.db import migrations, models


class Migration(migrations.Migration):
    """A score may lie below zero where a wrong answer takes points away."""

    dependencies = [("exams", "0011_leave_the_wide_responses")]

    operations = [
        migrations.AlterField(
            model_name="scorerun",
            name="raw_numerator",
            field=models.IntegerField(),
        ),
    ]
