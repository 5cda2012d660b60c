import secrets

from django.db import migrations


def forget(apps, schema_editor):
    """What badges said whose body an erasure emptied before: the digest of a text without a secret, with a name in it."""
    for badge in apps.get_model('certificates', 'Badge').objects.filter(body=''):
        badge.said = secrets.token_hex(32)
        badge.save(update_fields=['said'])


class Migration(migrations.Migration):
    dependencies = [('certificates', '0008_paper')]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
