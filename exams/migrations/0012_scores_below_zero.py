from django.db import migrations, models


class Migration(migrations.Migration):
    """A score may lie below zero where a wrong answer takes points away; a blueprint may name kinds of items."""

    dependencies = [("exams", "0011_leave_the_wide_responses")]

    operations = [
        migrations.AlterField(
            model_name="scorerun",
            name="raw_numerator",
            field=models.IntegerField(),
        ),
        migrations.AddField(
            model_name="blueprint",
            name="kinds",
            field=models.JSONField(
                default=list, help_text="The kinds of items that it may hold; none named is any."
            ),
        ),
    ]
