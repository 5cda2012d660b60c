"""`manage.py audit_register` names what was changed, removed or backdated behind the guards."""

import subprocess
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import html

from certificates.actions import badges, checkpoints, erasure, keys, register
from certificates.models import Badge, Checkpoint, CheckpointStamp, CredentialEvent, EditionName, LeafSalt
from certificates.queries import keys as keys_now
from certificates.queries import log
from certificates.rules import answers
from certificates.states import KeyPurpose
from lms.db import append_only, clock
from lms.jobs import worker
from lms.web import timestamping
from tests import authorities
from tests.factories import certificates as make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def credential(schemes, ada, eve):
    """Ada's: granted, and a day later suspended; both are in the log."""
    made = make.certified(ada)
    checkpoints.make()
    with clock.shifted(days=1):
        register.suspend(
            number=made.number, officer_id=eve.pk, reason="investigation", public_note="", use_key="1"
        )
        checkpoints.make()
    return made


def audited(**given):
    """What the command says, line by line; the last line is the sum of it."""
    out, err = StringIO(), StringIO()
    try:
        call_command("audit_register", stdout=out, stderr=err, **given)
    except CommandError as fault:
        return fault.returncode, [*err.getvalue().splitlines(), str(fault)]
    return 0, out.getvalue().splitlines()


def behind_the_guards(table, statement, *values):
    """Does what the database refuses, as somebody might who owns it, and puts the guards back."""
    append_only.lift(table)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table), values)
    append_only.install()


def event(credential, kind):
    return credential.events.get(kind=kind)


def at(moment):
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def test_a_register_that_nobody_touched_holds(credential):
    assert audited() == (0, ["The register holds (2 events, 1 edition, 2 checkpoints)."])


def test_a_changed_event_is_named(credential):
    row = event(credential, "suspended")
    statement = "UPDATE {} SET public_note = 'never mind' WHERE id = %s"
    behind_the_guards("certificates_credentialevent", statement, row.pk)
    logged = row.leaf.logged_at
    assert audited() == (
        1,
        [
            f"Event {row.pk} (suspended of {credential.number}, recorded {at(row.recorded_at)}) was changed, or its "
            f"certificate was, after it was entered in the log on {at(logged)}.",
            "The register does not hold (2 events, 1 edition, 2 checkpoints): 1 fault.",
        ],
    )


def test_a_removed_event_is_named(credential):
    row = event(credential, "suspended")
    logged = row.leaf.logged_at
    behind_the_guards("certificates_credentialevent", "DELETE FROM {} WHERE id = %s", row.pk)
    assert audited()[1][:-1] == [
        f"Event {row.pk} was removed: it was entered in the log at place 1 on {at(logged)}.",
        f"{credential.number} is marked suspended in lists, and its events say granted.",
    ]


def test_a_backdated_event_is_named_before_and_after_it_is_entered(credential, eve):
    with clock.shifted(days=2):
        moment = clock.now() - timedelta(days=1, hours=6)
        row = CredentialEvent.objects.create(
            credential=credential,
            kind="reinstated",
            key="reinstate:never",
            effective_at=moment,
            recorded_at=moment,
            actor=eve,
            reason="cleared",
        )
        head = Checkpoint.objects.first().made_at
        type(credential).objects.update(state="granted")
        said = (
            f"Event {row.pk} (reinstated of {credential.number}, recorded {at(moment)}) was backdated: the checkpoint "
            f"of {at(head)} does not have it."
        )
        assert audited()[1][:-1] == [said]
        checkpoints.make()
        assert audited()[1][:-1] == [said]


def test_a_changed_name_and_a_changed_holder_are_named(credential, ben):
    EditionName.objects.update(holder_name="Somebody Else")
    assert audited()[1][:-1] == [
        f"Edition 1 of {credential.number} was changed: its digest is not that of what it says."
    ]
    EditionName.objects.all().delete()
    assert audited()[1][:-1] == [
        f"The name of edition 1 of {credential.number} was removed without an erasure."
    ]
    type(credential).objects.update(holder=ben)
    assert [line.split(" (")[0] for line in audited()[1][:-2]] == [
        f"Event {row.pk}" for row in credential.events.order_by("pk")
    ]


def test_an_edition_that_was_put_in_is_named(credential, ben):
    make.crowd(credential, people=1)  # its event does not say which edition it made
    assert audited()[1][-3].endswith("was put in: no event says that it was made.")


def test_a_log_that_was_cut_off_or_rewritten_contradicts_what_a_witness_kept(credential, eve, tmp_path):
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(Checkpoint.objects.first().note.strip())
    assert audited(witnessed=[kept]) == (
        0,
        ["The register holds (2 events, 1 edition, 2 checkpoints), and is the log that 1 witness saw."],
    )
    LeafSalt.objects.filter(pk=1).delete()
    behind_the_guards("certificates_leaf", "DELETE FROM {} WHERE %s = 1 AND " + '"index" = 1', 1)
    behind_the_guards("certificates_credentialevent", "DELETE FROM {} WHERE kind = %s", "suspended")
    type(credential).objects.update(state="granted")
    assert audited()[1][:-1] == ["A checkpoint has 2 entries, and the log has only 1: its end was cut off."]
    behind_the_guards("certificates_checkpoint", "DELETE FROM {} WHERE size = %s", 2)
    assert audited()[0] == 0  # with everything of it gone nobody inside can tell
    assert audited(witnessed=[kept])[1][:-1] == [
        "A checkpoint has 2 entries, and the log has only 1: its end was cut off."
    ]
    with clock.shifted(days=1):
        register.suspend(
            number=credential.number,
            officer_id=eve.pk,
            reason="investigation",
            public_note="another",
            use_key="2",
        )
        checkpoints.make()
    assert audited(witnessed=[kept])[1][:-1] == [
        "The first 2 entries are not those of the checkpoint that a witness has kept: the log was rewritten."
    ]


def test_a_forged_checkpoint_is_named_and_a_foreign_one_is_refused(credential, tmp_path):
    head = Checkpoint.objects.first()
    behind_the_guards(
        "certificates_checkpoint", "UPDATE {} SET note = %s WHERE size = 2", head.note[:-9] + "AAAAAAA=\n"
    )
    assert audited()[1][:-1] == [
        f"The checkpoint of {at(head.made_at)} over 2 entries is not signed by a key of ours."
    ]
    foreign = tmp_path / "foreign.txt"
    foreign.write_text("example.org/log\n1\n\n— example.org/log AAAA\n")
    code, said = audited(witnessed=[foreign])
    assert (code, said) == (
        2,
        [
            f"{foreign} is no checkpoint of ours: none of the signatures is by a key of ours. Nothing was checked."
        ],
    )


def test_an_erasure_is_not_a_fault_and_a_missing_salt_is(credential, ada, eve):
    LeafSalt.objects.filter(pk=0).delete()
    first = event(credential, "granted")
    said = f"Event {first.pk} (granted of {credential.number}, recorded {at(first.recorded_at)}) can't be checked: its salt was removed without an erasure."
    assert audited()[1][:-1] == [said]
    with clock.shifted(days=1):
        register.surrender(number=credential.number, holder_id=ada.pk)
        erasure.erase(number=credential.number, officer_id=eve.pk, reason="asked", use_key="1")
        checkpoints.make()
    assert audited() == (
        0,
        [
            "The register holds (4 events, 1 edition, 3 checkpoints; of 2 erased events only that there was one)."
        ],
    )


def test_guards_that_are_missing_are_named(credential):
    append_only.lift("certificates_leaf")
    try:
        assert audited()[1][0].startswith("The guard certificates_leaf_no_delete is missing in the database")
    finally:
        append_only.install()


def test_a_checkpoint_is_stamped_once_and_a_stamp_of_another_is_named(credential, settings, tmp_path):
    with authorities.time_stamping() as authority:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = authority.url, authority.roots_in(tmp_path)
        for _ in range(2):
            worker.run_sweep("certificates.stamp_log", force=True)
        assert len(authority.asked) == 1
        row = CheckpointStamp.objects.get()
        (tmp_path / "note").write_text(row.checkpoint.note)
        (tmp_path / "token").write_bytes(row.token)
        # Also by a program that nobody here wrote.
        asked = [
            "openssl",
            "ts",
            "-verify",
            "-token_in",
            "-in",
            "token",
            "-data",
            "note",
            "-CAfile",
            settings.TIMESTAMP_ROOTS,
        ]
        assert subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False).returncode == 0
        assert audited()[0] == 0
        # A token that is one in shape alone: the type of its content says that nothing follows.
        broken = row.token.replace(
            bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701"), 1
        )
        assert broken != row.token
        behind_the_guards("certificates_checkpointstamp", "UPDATE {} SET token = %s", broken)
        assert "is not of the checkpoint over" in audited()[1][0]
        behind_the_guards("certificates_checkpointstamp", "UPDATE {} SET token = %s", row.token)
        first = Checkpoint.objects.get(size=1)
        behind_the_guards("certificates_checkpointstamp", "UPDATE {} SET checkpoint_id = %s", first.pk)
        assert audited()[1][:-1] == [
            f"The time stamp of {at(row.at)} is not of the checkpoint over 1 entries, or not by the authority."
        ]


def test_an_authority_that_is_mute_leaves_the_checkpoint_without_a_stamp(credential, settings, tmp_path):
    with authorities.time_stamping(mute=True) as authority:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = authority.url, authority.roots_in(tmp_path)
        with pytest.raises(timestamping.NoTimeStamp):
            checkpoints.stamp()
    assert not CheckpointStamp.objects.exists()


def test_a_new_key_signs_what_it_finds_and_the_log_goes_on(credential):
    old = keys_now.active(KeyPurpose.LOG).key_id
    at = clock.now()
    keys.compromise(key_id=old, since=at, at=at, reason="lost")
    assert checkpoints.make().size == 2
    assert checkpoints.make() is None
    assert log.current().key_id == keys_now.active(KeyPurpose.LOG).key_id != old
    assert audited() == (0, ["The register holds (2 events, 1 edition, 3 checkpoints)."])


def test_a_changed_badge_and_a_moved_place_in_the_status_lists_are_named(credential):
    edition = credential.editions.get()
    badges.make(edition_id=edition.pk)
    assert audited()[0] == 0
    behind_the_guards("certificates_statusplace", "UPDATE {} SET list_index = (list_index + 1) % 1000")
    said = f"The credential of edition 1 of {credential.number} ({{}}, revision 1) "
    moved = said + "points at another place in the status lists than the register has: the place was moved."
    assert audited()[1][:-1] == [moved.format(form) for form in ("default", "ob30", "jwt")]
    Badge.objects.filter(profile="jwt").update(body="never.mind.it")
    changed = said + "was changed: its digest is not that of what was issued."
    assert audited()[1][:-1] == [moved.format("default"), moved.format("ob30"), changed.format("jwt")]


def test_in_production_it_says_that_nobody_outside_would_see_a_log_made_anew(credential, settings, capsys):
    settings.PRODUCTION, settings.LOG_WITNESSES, settings.TIMESTAMP_URL = True, [], ""
    call_command("audit_register")
    assert capsys.readouterr().err.startswith("Nobody outside keeps or stamps the log: ")
    settings.LOG_WITNESSES = ["wanda@example.org"]
    call_command("audit_register")
    assert capsys.readouterr().err == ""


def test_the_page_of_a_number_says_so_when_the_log_has_it_otherwise(credential):
    said = Client().get(f"/v/{credential.number}/").content.decode()
    assert answers.AGREES.detail in said
    granted = event(credential, "granted")
    behind_the_guards(
        "certificates_credentialevent",
        "UPDATE certificates_credentialevent SET recorded_at = %s WHERE id = %s",
        granted.recorded_at - timedelta(days=400),
        granted.pk,
    )
    said = Client().get(f"/v/{credential.number}/").content.decode()
    assert html.escape(answers.DISAGREES.detail) in said
