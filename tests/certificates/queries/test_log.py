"""The log of the register on the database: entering events, committing to them, proving editions, auditing it all."""

from threading import Thread

import pytest
from django.core import mail
from django.db import connection, connections, transaction
from django.test import Client

from certificates.actions import checkpoints, erasure, register
from certificates.models import Checkpoint, CredentialEvent, Leaf, LeafSalt, Tile
from certificates.queries import log
from certificates.rules import merkle, notes, records, tiles
from lms.db import clock
from lms.jobs import worker
from lms.notifications.actions import delivery
from lms.notifications.models import Notice
from tests.counting import statements
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(schemes, ada):
    """Ada's, with its one event in the log."""
    made = make.certified(ada)
    checkpoints.make()
    return made


def edition(credential):
    return credential.editions.get()


def proven(credential):
    """The checkpoint under which the edition is proven by nothing but the text of its proof."""
    text = log.inclusion(edition=edition(credential)).text
    told, salt = records.uncarried(notes.proof(text).extra)
    assert told["edition"]["uuid"] == str(edition(credential).uuid)
    assert told["edition"]["digest"] == edition(credential).digest
    return notes.proven(text, records.entry(told, salt), log.public_keys())


def test_what_happened_is_entered_once_and_signed_once(credential):
    assert Leaf.objects.count() == CredentialEvent.objects.count() == 1
    assert checkpoints.make() is None
    assert Checkpoint.objects.count() == 1
    head = proven(credential)
    assert (head.origin, head.size) == ("localhost:8000/log", 1)


def test_every_later_checkpoint_begins_with_the_earlier_ones(credential, eve):
    make.crowd(credential, people=300)
    checkpoints.make()
    old, new = Checkpoint.objects.order_by("size")
    assert (old.size, new.size, Tile.objects.count()) == (1, 301, 1)
    path = log.consistency(old=1, size=301)
    merkle.check_consistency(1, 301, path, bytes(old.root), bytes(new.root))
    assert log.root(1) == bytes(old.root)
    assert proven(credential).size == 301
    assert dict(log.inclusions(new)) == {edition(credential).uuid: log.inclusion(edition=edition(credential))}


def test_a_proof_takes_three_statements_among_two_events_and_four_among_600(credential):
    found = []
    for people in (1, 600):
        make.crowd(credential, people=people)
        checkpoints.make()
        asked = edition(credential)
        with statements() as said:
            log.inclusion(edition=asked)
        found.append(len(said))
    assert found == [3, 4]


def test_an_event_with_a_lower_number_that_is_seen_later_comes_later(credential):
    make.crowd(credential, people=3)
    late = CredentialEvent.objects.order_by("pk")[1]
    held = log.unlogged(everything=False)
    rest = [event for event in held if event.pk != late.pk]
    with transaction.atomic():
        checkpoints._append(rest, log.edge(1))
    checkpoints.make()
    assert Leaf.objects.get(event=late).index == 3
    assert proven(credential).size == 4


def test_whoever_erases_takes_the_salts_and_leaves_the_tree(credential, ada, eve):
    before = log.root(1)
    register.surrender(number=credential.number, holder_id=ada.pk)
    checkpoints.make()
    erasure.erase(number=credential.number, officer_id=eve.pk, reason="asked", use_key="1")
    assert LeafSalt.objects.count() == 0
    assert log.inclusion(edition=edition(credential)) is None
    assert log.root(1) == before
    checkpoints.make()
    assert log.current().size == 3


def test_anyone_fetches_checkpoint_tiles_and_proof_and_may_keep_them(credential):
    make.crowd(credential, people=299)
    checkpoints.make()
    client = Client()
    head = notes.checkpoint(client.get("/log/checkpoint").content.decode(), log.public_keys())
    leaves = []
    for tile in (tile for tile in tiles.of_tree(head.size) if tile.level is None):
        answer = client.get(f"/log/tile/{tile.path}")
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer["Access-Control-Allow-Origin"] == "*"
        body = answer.content
        while body:
            leaves.append(merkle.leaf(body[2 : 2 + int.from_bytes(body[:2], "big")]))
            body = body[2 + int.from_bytes(body[:2], "big") :]
    assert merkle.root(leaves) == head.root
    assert client.get("/log/tile/0/000").content == b"".join(leaves[:256])
    assert client.get("/log/tile/0/001.p/44").content == b"".join(leaves[256:])
    assert client.get("/log/tile/1/000.p/1").content == merkle.root(leaves[:256])
    for missing in ("0/001.p/45", "0/001", "1/000.p/2", "entries/001.p/45", "2/000.p/1", "x"):
        assert client.get(f"/log/tile/{missing}").status_code == 404
    shown = client.get(f"/credentials/{edition(credential).uuid}.tlog-proof")
    assert notes.proof(shown.content.decode()).index == 0
    again = client.get("/log/checkpoint", HTTP_IF_NONE_MATCH=client.get("/log/checkpoint")["ETag"])
    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_enter_every_event_once(schemes, ada):
    make.crowd(make.certified(ada), people=5)
    if connection.vendor == "sqlite":
        connection.close()

    def enter():
        try:
            checkpoints.make()
        finally:
            connections.close_all()

    threads = [Thread(target=enter) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    checkpoints.make()
    assert list(Leaf.objects.values_list("index", flat=True)) == list(range(6))
    assert log.root(6) == bytes(log.current().root)


def test_what_waits_too_long_for_the_log_is_noticed(credential, eve):
    register.suspend(
        number=credential.number, officer_id=eve.pk, reason="investigation", public_note="", use_key="1"
    )
    assert not log.waiting(at=clock.now())
    with clock.shifted(minutes=16):
        assert log.waiting(at=clock.now())
        checkpoints.make()
        assert not log.waiting(at=clock.now())


def test_the_last_checkpoint_of_a_day_is_mailed_to_each_witness_once(credential, settings):
    settings.LOG_WITNESSES = ["wanda@example.org", "walt@example.org"]
    worker.run_sweep("certificates.tell_witnesses", force=True)
    with clock.shifted(days=1):
        worker.run_sweep("certificates.tell_witnesses", force=True)
        worker.run_sweep("certificates.tell_witnesses", force=True)
    for row in Notice.objects.filter(kind="certificates.checkpoint"):
        delivery.deliver(key=row.key)
    sent = [message for message in mail.outbox if message.subject == "Checkpoint 1 of the register's log"]
    assert sorted(message.to[0] for message in sent) == ["walt@example.org", "wanda@example.org"]
    assert log.current().note in sent[0].body
    assert notes.checkpoint(log.current().note, log.public_keys()).size == 1
