

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exams', '0027_certifies_in_batches'),
    ]

    operations = [
        migrations.CreateModel(
            name='EventArchive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('before', models.DateField(help_text='What was handed in before this day (UTC) was looked at.')),
                ('file', models.FileField(max_length=200, upload_to='')),
                ('digest', models.CharField(help_text='SHA-256 of the file.', max_length=64)),
                ('size', models.PositiveBigIntegerField(help_text='Bytes of the file.')),
                ('sittings', models.PositiveIntegerField()),
                ('events', models.PositiveBigIntegerField()),
                ('sealed_at', models.DateTimeField()),
                ('restored_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file', ''), _negated=True), models.Q(('digest', ''), _negated=True), ('sittings__gte', 1), ('size__gte', 1)), name='exams_archive_is_of_something')],
            },
        ),
        migrations.CreateModel(
            name='ArchivedSitting',
            fields=[
                ('sitting', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='archived', serialize=False, to='exams.sitting')),
                ('begins_at_byte', models.PositiveBigIntegerField()),
                ('bytes', models.PositiveIntegerField()),
                ('events', models.PositiveIntegerField()),
                ('archive', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='exams.eventarchive')),
            ],
        ),
    ]
