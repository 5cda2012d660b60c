import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exams", "0003_chain_what_was_answered")]

    operations = [
        migrations.DeleteModel(name="ResponseEvent"),
        migrations.RenameModel(old_name="ChainedEvent", new_name="ResponseEvent"),
        migrations.AlterField(
            model_name="responseevent",
            name="sitting",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="events", to="exams.sitting"),
        ),
        migrations.AddConstraint(
            model_name="responseevent",
            constraint=models.UniqueConstraint(fields=("sitting", "epoch", "seq"), name="exams_response_once"),
        ),
        migrations.AddConstraint(
            model_name="responseevent",
            constraint=models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="exams_response_position_from_one"),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['ready', 'running', 'paused', 'cancelled', 'missed', 'submitted', 'marked'])), name='exams_sitting_state_known'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['ready', 'running', 'paused'])), fields=('candidate', 'exam'), name='exams_sitting_one_open'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deadline_at__isnull', True), ('form__isnull', True), ('started_at__isnull', True), ('state__in', ('ready', 'cancelled', 'missed')), ('time_allowed__isnull', True)), models.Q(models.Q(('state__in', ('ready', 'cancelled', 'missed')), _negated=True), ('deadline_at__gt', models.F('started_at')), ('deadline_at__isnull', False), ('form__isnull', False), ('started_at__isnull', False), ('time_allowed__isnull', False)), _connector='OR'), name='exams_sitting_started_with_form'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paused_at__isnull', False), ('state', 'paused')), models.Q(models.Q(('state', 'paused'), _negated=True), ('paused_at__isnull', True)), _connector='OR'), name='exams_sitting_paused_when'),
        ),
        migrations.AddConstraint(
            model_name='sitting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state__in', ('submitted', 'marked')), _negated=True), ('closed_by', ''), ('submitted_at__isnull', True)), models.Q(('answered__isnull', False), ('chain_length__isnull', False), ('closed_by__in', ['hand', 'clock', 'staff']), ('state__in', ('submitted', 'marked')), ('submitted_at__isnull', False), ('submitted_at__lte', models.F('deadline_at'))), _connector='OR'), name='exams_sitting_ended_in_time'),
        ),
    ]
