"""Two roles for those who review texts. The list is the code's own, so that it holds whatever other roles came before."""

from django.db import migrations, models

from lms.organisations.states import Role


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_markers")]

    operations = [
        migrations.RemoveConstraint(model_name="membership", name="membership_role_known"),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(choices=Role.choices, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        ),
    ]
