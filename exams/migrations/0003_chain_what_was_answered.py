"""Chains the response events that were stored before there was a chain, and pins what sittings had as time."""

from itertools import groupby

from django.db import migrations

from exams.rules import chain

ENDED = ("submitted", "marked")


def chain_events(apps, schema_editor):
    before, chained = apps.get_model("exams", "ResponseEvent"), apps.get_model("exams", "ChainedEvent")
    sittings = apps.get_model("exams", "Sitting").objects
    for sitting in sittings.filter(started_at__isnull=False).select_related("form").defer("form__package"):
        sitting.time_allowed = sitting.deadline_at - sitting.started_at
        head = chain.root(sitting=str(sitting.uuid), form_digest=sitting.form.digest)
        rows = []
        events = before.objects.filter(sitting=sitting).order_by("at", "epoch", "seq")
        for number, event in enumerate(events.iterator(), 1):
            said = {name: getattr(event, name) for name in ("epoch", "seq", "position", "value", "at")}
            head = chain.link(head, number=number, stamped_at=None, **said)
            rows.append(chained(sitting=sitting, number=number, digest=head, **said))
        chained.objects.bulk_create(rows)
        if sitting.state in ENDED:
            sitting.chain_length, sitting.chain_head = len(rows), head.hex()
        sitting.save(update_fields=["time_allowed", "chain_length", "chain_head"])


def unchain_events(apps, schema_editor):
    before, chained = apps.get_model("exams", "ResponseEvent"), apps.get_model("exams", "ChainedEvent")
    names = ("sitting_id", "epoch", "seq", "position", "value", "at")
    rows = chained.objects.order_by("sitting_id").values(*names).iterator()
    for _, group in groupby(rows, key=lambda row: row["sitting_id"]):
        before.objects.bulk_create([before(**row) for row in group])
    chained.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("exams", "0002_sittings_that_lose_nothing")]
    operations = [migrations.RunPython(chain_events, unchain_events)]
