from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from certificates.actions import amendments, discipline, erasure, register, sharing
from certificates.models import Credential, CredentialEvent, Tie
from certificates.queries import credentials
from certificates.rules.conflicts import Bar, Bond
from lms.audit.models import Entry
from lms.db import clock
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(schemes, ada):
    return make.certified(ada)


def act(verb, credential, officer, *, reason="complaint-open", note="", key="k1"):
    verb(number=credential.number, officer_id=officer.pk, reason=reason, public_note=note, use_key=key)


def stands(credential):
    return credentials.entry(number=credential.number, at=clock.now()).standing


def test_suspended_reinstated_withdrawn_and_never_again(credential, kai):
    act(register.suspend, credential, kai)
    assert stands(credential) == "suspended"
    act(register.reinstate, credential, kai, reason="complaint-closed")
    assert stands(credential) == "valid"
    act(register.withdraw, credential, kai, reason="error")
    assert stands(credential) == "withdrawn"
    for verb in (register.suspend, register.reinstate, register.withdraw):
        with pytest.raises(IllegalMove):
            act(verb, credential, kai, key="k2")


def test_a_suspended_one_may_be_withdrawn(credential, kai):
    act(register.suspend, credential, kai)
    act(register.withdraw, credential, kai)
    assert stands(credential) == "withdrawn"


def test_what_is_not_suspended_is_not_reinstated(credential, kai):
    with pytest.raises(IllegalMove):
        act(register.reinstate, credential, kai)


def test_a_double_click_leaves_one_event_and_one_letter(credential, kai):
    worker.run_due()
    mail.outbox.clear()
    act(register.suspend, credential, kai, note="Until the complaint is closed.")
    act(register.suspend, credential, kai, note="Until the complaint is closed.")
    worker.run_due()
    assert CredentialEvent.objects.filter(kind="suspended").count() == 1
    [letter] = mail.outbox
    assert letter.subject == f"Your certificate {credential.number} was suspended"
    assert "a complaint is being looked into" in letter.body
    assert "Until the complaint is closed." in letter.body


def test_every_act_leaves_who_from_to_and_why(credential, kai):
    act(register.suspend, credential, kai)
    entry = Entry.objects.get(verb="certificates.credential.suspended")
    assert entry.actor_id == kai.pk
    assert entry.facts == {
        "number": credential.number,
        "from": "granted",
        "to": "suspended",
        "reason": "complaint-open",
    }


def test_an_officer_does_not_act_upon_their_own(schemes, kai):
    own = make.certified(kai)
    with pytest.raises(register.Conflicted):
        act(register.suspend, own, kai)


@pytest.mark.parametrize("bond", Bond)
def test_whoever_is_tied_to_the_holder_acts_upon_no_credential_of_theirs(credential, kai, eve, bond):
    request = amendments.ask_for_name(
        number=credential.number, holder_id=credential.holder_id, name="Ada K.", reason="name-changed",
        evidence=BytesIO(make.PDF), file_name="passport.pdf",
    )  # fmt: skip
    Tie.objects.create(
        source="x", person=credential.holder, officer=kai, bond=bond,
        began_on=clock.today() - timedelta(days=30), ended_on=clock.today() - timedelta(days=1),
        noted_at=clock.now(),
    )  # fmt: skip
    by = {"number": credential.number, "officer_id": kai.pk}
    told = by | {"reason": "holder-asked", "use_key": "k"}
    discipline.propose(number=credential.number, officer_id=eve.pk, public_note="")
    for tried in (
        lambda: act(register.suspend, credential, kai),
        lambda: act(register.reinstate, credential, kai),
        lambda: act(register.withdraw, credential, kai),
        lambda: discipline.propose(**by, public_note=""),
        lambda: discipline.confirm(**by),
        lambda: amendments.reduce_scope(**told, scope="Less", public_note=""),
        lambda: amendments.grant_name(uuid=str(request.uuid), officer_id=kai.pk),
        lambda: amendments.refuse_name(uuid=str(request.uuid), officer_id=kai.pk),
        lambda: erasure.erase(**told),
        lambda: register.withdraw(**told | {"officer_id": eve.pk}, public_note="", second_id=kai.pk),
    ):
        with pytest.raises(register.Conflicted) as refused:
            tried()
        assert (refused.value.bars, refused.value.officer_id) == ((Bar(bond.value),), kai.pk)
    assert [event.kind for event in credential.events.exclude(kind="document_issued")] == ["granted"]
    act(register.suspend, credential, eve)
    assert stands(credential) == "suspended"


def test_the_table_refuses_an_officers_act_without_reason_or_actor(credential):
    with pytest.raises(IntegrityError), transaction.atomic():
        CredentialEvent.objects.create(
            credential=credential,
            kind="suspended",
            key="x",
            effective_at=clock.now(),
            recorded_at=clock.now(),
        )


def test_the_table_refuses_a_second_credential_of_holder_and_level(credential):
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.create(
            number="AIMS-LI-00000-00000-0",
            folded="A1MS1100000000000",
            holder=credential.holder,
            level=credential.level,
            share_key="k",
            granted_at=clock.now(),
        )


def test_the_state_beside_the_events_says_what_they_say(credential, kai):
    for verb, state, standing in (
        (register.suspend, "suspended", "suspended"),
        (register.reinstate, "granted", "valid"),
        (register.withdraw, "withdrawn", "withdrawn"),
    ):
        act(verb, credential, kai, key=state)
        credential.refresh_from_db()
        assert (credential.state, stands(credential)) == (state, standing)


def test_a_renewed_link_forgets_the_old_key(credential, ada, dag):
    before = credential.share_key
    sharing.renew_key(number=credential.number, holder_id=ada.pk)
    credential.refresh_from_db()
    assert credential.share_key != before
    with pytest.raises(Credential.DoesNotExist):
        sharing.renew_key(number=credential.number, holder_id=dag.pk)
