from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0008_steps_of_review_and_blocks'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutlineRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='courses_one_outline_revision')],
            },
        ),
    ]
