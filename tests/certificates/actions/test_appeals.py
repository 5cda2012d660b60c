"""Appeals and complaints about decisions of the register."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from certificates.actions import appeals, decisions, register
from certificates.models import AppealVote, Application, Decision
from certificates.rules.appeals import Absence, Finding
from lms.db import clock
from lms.notifications.models import Notice
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(schemes, ada, eve, kai) -> Decision:
    application = make.applied(ada, examiner=eve)
    return decisions.decide(application_id=application.pk, officer_id=kai.pk, refusal="requirements-missing")


def lodge(person, decision, kind="appeal"):
    return appeals.lodge(
        person_id=person.pk, kind=kind, text="It is wrong.", application_uuid=decision.application.uuid
    )


def vote(appeal, member, finding=Finding.UPHOLD):
    return appeals.vote(appeal_uuid=appeal.uuid, by_id=member.pk, finding=finding, reason="Because.")


def test_an_appeal_is_heard_by_who_took_no_part_and_upheld_is_decided_by_others(
    refused, ada, kai, lena, mara
):
    appeal = lodge(ada, refused)
    assert appeal.answer_by == clock.today() + timedelta(days=60)
    told = Notice.objects.filter(kind="certificates.appeal").values_list("person_id", flat=True)
    assert set(told) == {ada.pk, lena.pk, mara.pk}
    for member, absence in ((kai, Absence.TOOK_PART), (ada, Absence.OWN)):
        with pytest.raises(appeals.NotOfThePanel) as caught:
            vote(appeal, member)
        assert caught.value.absence is absence
    assert vote(appeal, lena).state == "hearing"
    with pytest.raises(appeals.VotedAlready):
        vote(appeal, lena)
    assert vote(appeal, mara).state == "upheld"
    again = Application.objects.get(after=appeal)
    assert (again.state, again.level, again.version) == (
        "submitted",
        refused.application.level,
        refused.application.version,
    )
    with pytest.raises(decisions.Conflicted) as fault:
        decisions.decide(application_id=again.pk, officer_id=kai.pk, refusal="code-broken")
    assert fault.value.bars == ("decided",)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            application=again, outcome="granted", decided_by=kai, looked_back_to=date(2020, 1, 1),
            decided_at=clock.now(),
        )  # fmt: skip
    assert decisions.decide(application_id=again.pk, officer_id=mara.pk, refusal="code-broken")


def test_the_database_refuses_a_vote_by_who_took_part(refused, ada, kai):
    appeal = lodge(ada, refused)
    with pytest.raises(IntegrityError), transaction.atomic():
        AppealVote.objects.create(
            appeal=appeal,
            by=kai,
            finding="dismiss",
            reason="x",
            looked_back_to=date(2020, 1, 1),
            at=clock.now(),
        )


def test_dismissed_the_decision_stands(refused, ada, lena, mara):
    appeal = lodge(ada, refused)
    vote(appeal, lena, Finding.DISMISS)
    assert vote(appeal, mara, Finding.DISMISS).state == "dismissed"
    assert Application.objects.count() == 1
    with pytest.raises(appeals.LodgedAlready):
        lodge(ada, refused)


def test_only_whom_it_concerns_appeals_and_only_in_time(refused, ada, dag):
    with pytest.raises(appeals.NothingToAppeal):
        lodge(dag, refused)
    with clock.shifted(days=31):
        with pytest.raises(appeals.TooLate):
            lodge(ada, refused)
        assert lodge(ada, refused, kind="complaint").ticket.startswith("C-")
    with clock.shifted(days=30):
        appeal = lodge(ada, refused)
    appeals.withdraw(appeal_uuid=appeal.uuid, person_id=ada.pk)
    with clock.shifted(days=30):
        assert lodge(ada, refused).pk != appeal.pk


def test_a_complaint_that_is_upheld_changes_no_decision(refused, ada, lena, mara):
    complaint = lodge(ada, refused, kind="complaint")
    vote(complaint, lena)
    assert vote(complaint, mara).state == "upheld"
    assert Application.objects.count() == 1


@pytest.mark.parametrize(("act", "state"), [(register.suspend, "granted"), (register.withdraw, "withdrawn")])
def test_upheld_a_suspension_ends_and_a_withdrawal_leads_to_a_new_application(
    act, state, schemes, ada, eve, kai, lena, mara
):
    credential = make.certified(ada, examiner=eve)
    reason = "complaint-open" if act is register.suspend else "error"
    act(number=credential.number, officer_id=kai.pk, reason=reason, public_note="", use_key="a")
    appeal = appeals.lodge(person_id=ada.pk, kind="appeal", text="No.", number=credential.number)
    vote(appeal, lena)
    vote(appeal, mara)
    credential.refresh_from_db()
    assert credential.state == state
    assert Application.objects.filter(after=appeal).exists() is (state == "withdrawn")
    with pytest.raises(appeals.LodgedAlready if state == "withdrawn" else appeals.NothingToAppeal):
        appeals.lodge(person_id=ada.pk, kind="appeal", text="No.", number=credential.number)
