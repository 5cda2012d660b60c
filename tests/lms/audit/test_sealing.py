"""Entries are sealed once, after the acts, and what is done to them afterwards is named."""

import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.urls import reverse

from lms.audit import queries, trail
from lms.audit.actions import sealing
from lms.audit.models import Entry, Seal
from lms.db import append_only, clock
from tests import counting

pytestmark = pytest.mark.django_db


@pytest.fixture
def acts():
    """Three entries that are sealed."""
    for number in range(3):
        note(number)
    with clock.shifted(minutes=2):
        sealing.seal()
    return list(Entry.objects.order_by("pk"))


def note(number, **more):
    trail.record("x.thing.made", subject=f"x.thing:{number}", at=clock.now(), actor_id=None, **more)


def check(capsys, *args):
    call_command("verify_trail", *args)
    return capsys.readouterr().out


def test_every_entry_is_sealed_once_however_often_the_job_runs(acts, capsys):
    with clock.shifted(minutes=5):
        assert sealing.seal() == 0
        note(3)
    with clock.shifted(minutes=7):
        assert sealing.seal() == 1
    assert list(Seal.objects.values_list("place", flat=True)) == [1, 2, 3, 4]
    assert check(capsys).startswith("The trail is as it was sealed. Head: 4:")


def test_what_is_younger_than_a_minute_waits(capsys):
    note(1)
    assert (sealing.seal(), queries.unsealed()) == (0, "")
    with clock.shifted(minutes=11):
        assert queries.unsealed() != ""
        with pytest.raises(CommandError):
            check(capsys)
    assert capsys.readouterr().out.startswith("unsealed: Entry ")


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_neither_entries_nor_seals_are_changed_or_deleted(acts, table, statement):
    column = "subject = 'x'" if table == "audit_entry" else "digest = 'x'"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table, column))


def test_who_gets_past_the_triggers_is_found(acts, capsys):
    head = queries.head()
    append_only.lift("audit_entry")
    Entry.objects.filter(pk=acts[0].pk).update(facts={"more": 1})
    Entry.objects.filter(pk=acts[1].pk).delete()
    append_only.install()
    with pytest.raises(CommandError, match="2 findings"):
        check(capsys, "--head", head)
    assert capsys.readouterr().out.splitlines() == [
        f"changed: Entry {acts[0].pk} (x.thing.made) is not as it was sealed.",
        f"missing: Entry {acts[1].pk}, sealed at place 2, is not there.",
    ]


def test_a_trail_that_was_cut_off_is_found_by_a_noted_head(acts, capsys):
    head = queries.head()
    for table, rows in (("audit_entry", Entry), ("audit_seal", Seal)):
        append_only.lift(table)
        rows.objects.order_by("-pk")[:1].get().delete()
    append_only.install()
    assert "as it was sealed" in check(capsys)
    with pytest.raises(CommandError):
        check(capsys, "--head", head)
    assert capsys.readouterr().out == "broken: The chain ends at place 2, and one at place 3 was noted.\n"


def test_what_is_no_head_is_refused():
    with pytest.raises(CommandError, match="invalid"):
        call_command("verify_trail", "--head", "3:abc")


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_seal_each_entry_once(capsys):
    for number in range(20):
        note(number)
    both = threading.Barrier(2)

    def work():
        both.wait()
        sealing.seal()
        connection.close()

    with clock.shifted(minutes=2):
        jobs = [threading.Thread(target=work) for _ in range(2)]
        [job.start() for job in jobs]
        [job.join() for job in jobs]
        sealing.seal()
    assert Seal.objects.count() == Entry.objects.count()
    assert "as it was sealed" in check(capsys)


def test_the_owner_searches_the_trail_and_takes_it_along(acts, olga, ada, signed_in):
    trail.record("x.other.made", subject="x.other:1", at=clock.now(), actor_id=ada.pk, facts={"a": 1})
    owner, page = signed_in(olga), reverse("organisations:trail")
    found = owner.get(page, {"actor": ada.email, "verb": "x.other"})
    assert [row[0].subject for row in found.context["rows"]] == ["x.other:1"]
    assert ada.display_name in found.content.decode()
    assert owner.get(page, {"actor": "nobody@example.org"}).context["rows"] == []
    assert owner.get(page, {"since": "yesterday"}).status_code == 400
    table = owner.get(reverse("organisations:trail_table"), {"subject": "x.thing"})
    lines = b"".join(table.streaming_content).decode().splitlines()
    assert [line.split(",")[3] for line in lines] == ["subject", "x.thing:2", "x.thing:1", "x.thing:0"]


def test_the_page_costs_the_same_for_few_entries_as_for_many(olga, ada, ben, signed_in):
    owner, counts = signed_in(olga), []
    for many in (1, 40):
        for number in range(many):
            trail.record("x.y", subject=f"x:{number}", at=clock.now(), actor_id=(ada, ben)[number % 2].pk)
        with counting.statements() as said:
            owner.get(reverse("organisations:trail"))
        counts.append(len(said))
    assert counts[0] == counts[1]
