"""What applicants prove themselves, and results that change later."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from certificates.actions import decisions, doubts, evidence, logs, references, register
from certificates.models import Credential, Doubt, Evidence, LogEntry, Reference
from certificates.queries import proofs
from certificates.queries import schemes as schemes_of
from certificates.rules.references import Refusal, Relation
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
WRITTEN = logs.Written(
    "hours", "Northmoor", "Auditor", "Led it.", "", date(2026, 1, 1), date(2026, 2, 1), False, 80
)
SAID = references.Said(Relation.CLIENT, "Head of audit", 2019, True, "Careful work.")


def level_of(person, key="lead"):
    scheme = schemes_of.scheme(key=make.IMPLEMENTER, on=clock.today())
    found = proofs.findings(person_id=person.pk, scheme=scheme, on=clock.today())
    return next(level for level in found if level.level.key == key)


def got(person, kind):
    return next(finding.got for finding in level_of(person).findings if finding.kind == kind)


def test_an_entry_counts_once_and_can_be_taken_back(schemes, ada, dag):
    key = uuid4()
    for _ in range(2):
        logs.write(person_id=ada.pk, scheme_key=make.IMPLEMENTER, written=WRITTEN, use_key=key)
    assert (LogEntry.objects.count(), got(ada, "hours")) == (1, 80)
    with pytest.raises(logs.UnknownEntry):
        logs.take_back(entry_uuid=key, person_id=dag.pk)
    for _ in range(2):
        logs.take_back(entry_uuid=key, person_id=ada.pk)
    assert (Evidence.objects.count(), got(ada, "hours")) == (2, 0)


def test_what_a_decision_rests_on_is_not_taken_back(schemes, ada, eve, kai):
    make.practice(ada)
    make.referred(ada)
    decisions.decide(application_id=make.applied(ada, examiner=eve).pk, officer_id=kai.pk)
    with pytest.raises(logs.InUse):
        logs.take_back(entry_uuid=LogEntry.objects.first().uuid, person_id=ada.pk)


def test_the_day_of_the_next_level_is_foretold(schemes, ada):
    make.exam_result(ada)
    evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER)
    make.practice(ada, years=4, hours=300)
    make.referred(ada)
    # Four years of 365 days and today: the fifth is full 364 days from now.
    assert level_of(ada).expected_on == clock.today() + timedelta(days=364)
    assert level_of(ada, "implementer").granted


def test_a_referee_is_asked_by_a_link_of_their_own_and_answers_once(schemes, ada):
    row = references.ask(
        person_id=ada.pk,
        scheme_key=make.IMPLEMENTER,
        name="Rae",
        email="rae@example.com",
        relation=Relation.CLIENT,
    )
    signed = references.token(row)
    assert signed in Notice.objects.get(kind="certificates.reference-asked").context["url"]
    references.give(signed=signed, said=SAID)
    assert got(ada, "references") == 1
    with pytest.raises(IllegalMove):
        references.give(signed=signed, said=SAID)
    for forged in (signed[:-1] + "x", str(row.uuid), ""):
        with pytest.raises(references.UnknownReference):
            references.give(signed=forged, said=SAID)


@pytest.mark.parametrize(
    ("email", "relation", "refusal"),
    [
        ("ADA+work@example.org", Relation.CLIENT, Refusal.OWN_ADDRESS),
        ("rae@example.com", Relation.SUBORDINATE, Refusal.SUBORDINATE),
        ("rae@example.com", Relation.RELATIVE, Refusal.RELATIVE),
        ("referee0+two@example.com", Relation.CLIENT, Refusal.ASKED_ALREADY),
    ],
)
def test_whom_the_rule_refuses_is_not_written_to(schemes, ada, email, relation, refusal):
    make.referred(ada, by=1)
    with pytest.raises(references.Refused) as caught:
        references.ask(
            person_id=ada.pk, scheme_key=make.IMPLEMENTER, name="Rae", email=email, relation=relation
        )
    assert caught.value.refusal is refusal
    assert Notice.objects.filter(kind="certificates.reference-asked").count() == 1


@pytest.mark.parametrize(
    ("relation", "recommends", "state"),
    [
        (Relation.RELATIVE, True, "unfit"),
        (Relation.SUBORDINATE, True, "unfit"),
        (Relation.COLLEAGUE, False, "given"),
    ],
)
def test_a_referee_who_is_dependent_or_does_not_recommend_is_no_evidence(
    schemes, ada, relation, recommends, state
):
    row = references.ask(
        person_id=ada.pk,
        scheme_key=make.IMPLEMENTER,
        name="Rae",
        email="rae@example.com",
        relation=Relation.CLIENT,
    )
    said = references.Said(relation, "Clerk", 2019, recommends, "Hm.")
    assert references.give(signed=references.token(row), said=said).state == state
    assert got(ada, "references") == 0


def test_a_link_that_was_taken_back_or_ran_out_gives_nothing(schemes, ada):
    make_one = {
        "person_id": ada.pk,
        "scheme_key": make.IMPLEMENTER,
        "name": "Rae",
        "relation": Relation.CLIENT,
    }
    row = references.ask(**make_one, email="rae@example.com")
    references.cancel(reference_uuid=row.uuid, person_id=ada.pk)
    with pytest.raises(IllegalMove):
        references.give(signed=references.token(row), said=SAID)
    again = references.ask(**make_one, email="rae@example.com")
    with clock.shifted(days=121), pytest.raises(references.UnknownReference):
        references.give(signed=references.token(again), said=SAID)
    assert Reference.objects.filter(state="asked").count() == 1


def revised(person, examiner, outcome, run=2):
    return evidence.take(
        source=f"exams.result_revised:1:{run}",
        person_id=person.pk,
        kind="exam",
        scheme_key=make.IMPLEMENTER,
        facts={"outcome": outcome, "revises": f"exams.result:{make.IMPLEMENTER}:{person.pk}", "run": run},
        occurred_on=clock.today(),
        assessed_by_id=examiner.pk,
    )


def test_a_result_that_stays_a_pass_puts_nothing_in_doubt(schemes, ada, eve):
    make.certified(ada, examiner=eve)
    revised(ada, eve, "passed")
    assert not Doubt.objects.exists()


def test_a_pass_that_is_lost_goes_before_an_officer_and_nothing_happens_by_itself(schemes, ada, eve, kai):
    credential = make.certified(ada, examiner=eve)
    revised(ada, eve, "failed")
    make.annulled(ada, examiner=eve)
    assert Credential.objects.get().state == "granted"
    first, second = Doubt.objects.order_by("pk")
    with pytest.raises(register.Conflicted):
        doubts.decide(doubt_uuid=first.uuid, event="keep", officer_id=eve.pk, reason="not-material", note="")
    decide = {"officer_id": kai.pk, "note": ""}
    doubts.decide(doubt_uuid=first.uuid, event="suspend", reason="to-be-shown", **decide)
    with pytest.raises(IllegalMove):
        doubts.decide(doubt_uuid=first.uuid, event="keep", reason="not-material", **decide)
    doubts.decide(doubt_uuid=second.uuid, event="withdraw", reason="error", **decide)
    credential.refresh_from_db()
    assert credential.state == "withdrawn"
    assert list(credential.events.order_by("pk").values_list("kind", "reason"))[1:] == [
        ("suspended", "evidence-in-doubt"),
        ("withdrawn", "error"),
    ]
    # A new pass starts the ordinary decision.
    make.exam_result(ada, examiner=eve, source="exams.result:another")
    assert make.certified(ada).pk != credential.pk


def test_a_kept_credential_stands_as_it_did(schemes, ada, eve, kai):
    credential = make.certified(ada, examiner=eve)
    make.annulled(ada, examiner=eve)
    doubts.decide(
        doubt_uuid=Doubt.objects.get().uuid, event="keep", officer_id=kai.pk, reason="other-pass", note=""
    )
    credential.refresh_from_db()
    assert (credential.state, credential.events.count()) == ("granted", 1)
