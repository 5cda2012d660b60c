"""From application to decision: what officers and applicants do, and who may not."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from certificates.actions import applications, decisions, evidence, publishing, ties
from certificates.models import Application, Credential, Decision, Edition, SchemeVersion, Tie, Waiver
from certificates.queries import conflicts, proofs
from certificates.queries import schemes as schemes_of
from certificates.rules.conflicts import Bar
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from lms.organisations.actions import memberships
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def waits(schemes, ada, eve) -> Application:
    """Ada's application for Lead, everything proven, examined by Eve."""
    make.practice(ada)
    make.referred(ada)
    return make.applied(ada, examiner=eve)


@pytest.fixture
def short(schemes, ada, eve) -> Application:
    """Ada's application for Lead with 150 hours of 300 and nothing else missing but one reference."""
    make.practice(ada, hours=150)
    make.referred(ada, by=1)
    return make.applied(ada, examiner=eve)


def grant(application, officer, **more):
    return decisions.decide(application_id=application.pk, officer_id=officer.pk, **more)


def events(application):
    return list(application.changes.values_list("event", "to_state"))


def test_an_officer_grants_what_is_proven(waits, ada, kai):
    decision = grant(waits, kai, note="Welcome.")
    assert (decision.outcome, decision.reasons, decision.waived) == ("granted", [], [])
    assert decision.grounds.count() == 6
    assert Credential.objects.get().level.key == "lead"
    assert events(waits) == [("submit", "submitted"), ("pay", "submitted"), ("grant", "granted")]
    assert grant(waits, kai) == decision


def test_asking_twice_finds_the_application_that_waits(waits, ada):
    again = applications.apply(person_id=ada.pk, scheme_key=make.IMPLEMENTER, level_key="lead")
    assert again == waits.pk


def test_an_officer_does_not_grant_what_is_missing(short, kai):
    with pytest.raises(decisions.Unproven) as caught:
        grant(short, kai)
    assert caught.value.missing == ("hours-short", "references-short")
    assert not Decision.objects.exists()


def test_a_refusal_has_a_code_and_the_applicant_is_told(short, kai, ada):
    decision = grant(short, kai, refusal="requirements-missing", note="Half of the hours.")
    short.refresh_from_db()
    assert (decision.refusal, decision.reasons, short.state) == (
        "requirements-missing",
        ["hours-short", "references-short"],
        "refused",
    )
    assert Notice.objects.filter(kind="certificates.application", context__event="refuse").count() == 1
    assert not Credential.objects.exists()


def test_what_is_waived_by_one_is_granted_by_another(short, kai, mara):
    for missing in ("hours-short", "references-short"):
        waive = {"application_uuid": short.uuid, "missing": missing, "reason": "equivalent", "note": "Shown."}
        first = decisions.waive(**waive, officer_id=mara.pk)
        assert decisions.waive(**waive, officer_id=mara.pk) == first
    with pytest.raises(decisions.SamePerson):
        grant(short, mara)
    assert grant(short, kai).waived == ["hours-short", "references-short"]


def test_the_database_refuses_a_grant_by_who_waived(short, mara):
    decisions.waive(
        application_uuid=short.uuid, missing="hours-short", reason="equivalent", note="x", officer_id=mara.pk
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            application=short,
            outcome="granted",
            decided_by=mara,
            looked_back_to=date(2020, 1, 1),
            decided_at=clock.now(),
        )


def test_exam_and_code_are_never_waived_nor_what_is_not_missing(short, kai, mara):
    for missing in ("exam-not-passed", "code-not-signed", "experience-short"):
        with pytest.raises(decisions.NotWaivable):
            decisions.waive(
                application_uuid=short.uuid, missing=missing, reason="equivalent", note="x", officer_id=kai.pk
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        Waiver.objects.create(
            application=short, missing="exam-not-passed", reason="equivalent", note="x", waived_by=kai,
            looked_back_to=date(2020, 1, 1), at=clock.now(),
        )  # fmt: skip


def everything(application, officer):
    """Each thing that an officer may do with an application."""
    facts = {"application_uuid": application.uuid, "officer_id": officer.pk, "note": "x"}
    return (
        lambda: grant(application, officer),
        lambda: grant(application, officer, refusal="code-broken"),
        lambda: applications.ask(**facts),
        lambda: applications.offer(**facts, level_key="provisional"),
        lambda: decisions.waive(**facts, missing="hours-short", reason="equivalent"),
    )


def test_whoever_has_a_conflict_does_nothing_with_it_and_is_told_why(
    short, ada, eve, kai, mara, certification
):
    ties.declare(officer_id=kai.pk, person_id=ada.pk, began_on=date(2026, 1, 1), ended_on=None, note="Kin.")
    memberships.appoint(person_id=ada.pk, organisation_id=certification.id, role="member", actor_id=None)
    for officer, bars in ((ada, (Bar.OWN,)), (eve, (Bar.EXAMINED,)), (mara, (Bar.EMPLOYED,)),
                          (kai, (Bar.EMPLOYED, Bar.DECLARED))):  # fmt: skip
        for act in everything(short, officer):
            with pytest.raises(decisions.Conflicted) as caught:
                act()
            assert caught.value.bars == bars
    assert events(short) == [("submit", "submitted"), ("pay", "submitted")]


def test_former_colleagues_may_decide_after_the_months_that_are_set(waits, ada, kai, settings):
    ended = clock.today() - timedelta(days=400)
    ties.declare(
        officer_id=kai.pk, person_id=ada.pk, began_on=date(2020, 1, 1), ended_on=ended, note="Lodger."
    )
    assert conflicts.standing(officer_id=kai.pk, person_id=ada.pk, on=clock.today()).bars == (Bar.DECLARED,)
    settings.CONFLICT_MONTHS = 12
    assert grant(waits, kai).outcome == "granted"


def test_a_membership_that_is_gone_ends_the_tie_and_still_bars(waits, ada, kai, certification):
    memberships.appoint(person_id=ada.pk, organisation_id=certification.id, role="member", actor_id=None)
    ties.refresh(person_id=ada.pk)
    ties.refresh(person_id=ada.pk)
    assert Tie.objects.filter(officer=kai, bond="employed", ended_on=None).count() == 1
    ada.memberships.all().delete()
    ties.refresh(person_id=ada.pk)
    assert Tie.objects.get(officer=kai, bond="employed").ended_on == clock.today()
    with clock.shifted(days=700), pytest.raises(decisions.Conflicted):
        grant(waits, kai)
    with clock.shifted(days=735):
        assert grant(waits, kai).outcome == "granted"


def test_what_is_asked_for_is_answered_in_time_or_it_lapses_once(short, ada, kai):
    applications.ask(application_uuid=short.uuid, officer_id=kai.pk, note="Where are the other hours?")
    short.refresh_from_db()
    assert (short.state, short.answer_by) == ("waiting", clock.today() + timedelta(days=30))
    with pytest.raises(IllegalMove):
        grant(short, kai, refusal="requirements-missing")
    applications.answer(application_uuid=short.uuid, person_id=ada.pk, note="In the log now.")
    applications.ask(application_uuid=short.uuid, officer_id=kai.pk, note="And the reference?")
    with clock.shifted(days=30):
        applications.lapse_overdue()
        short.refresh_from_db()
        assert short.state == "waiting"
    with clock.shifted(days=38):  # a week without a sweep
        with pytest.raises(applications.TooLate):
            applications.answer(application_uuid=short.uuid, person_id=ada.pk, note="Late.")
        applications.lapse_overdue()
        applications.lapse_overdue()
    assert events(short)[-2:] == [("ask", "waiting"), ("lapse", "lapsed")]
    assert applications.apply(person_id=ada.pk, scheme_key=make.IMPLEMENTER, level_key="lead") != short.pk


def test_a_lower_level_is_offered_and_accepted(short, ada, kai):
    offer = {"application_uuid": short.uuid, "officer_id": kai.pk, "note": "Not yet Lead."}
    for level_key in (
        "lead",
        "senior-lead",
        "implementer",
        "nonsense",
    ):  # one reference is missing for all these
        with pytest.raises(applications.NotLower):
            applications.offer(**offer, level_key=level_key)
    applications.offer(**offer, level_key="provisional")
    applications.accept(application_uuid=short.uuid, person_id=ada.pk)
    short.refresh_from_db()
    assert (short.state, short.level.key, short.asked_level.key) == ("granted", "provisional", "lead")
    assert short.decision.decided_by == kai
    assert Credential.objects.get().level.key == "provisional"
    with pytest.raises(IllegalMove):
        applications.accept(application_uuid=short.uuid, person_id=ada.pk)


def test_an_offer_is_declined_and_an_officer_decides(short, ada, kai, dag):
    applications.offer(
        application_uuid=short.uuid, officer_id=kai.pk, note="Not yet.", level_key="provisional"
    )
    with pytest.raises(decisions.UnknownApplication):
        applications.decline(application_uuid=short.uuid, person_id=dag.pk)
    applications.decline(application_uuid=short.uuid, person_id=ada.pk)
    assert grant(short, kai, refusal="requirements-missing").outcome == "refused"


def test_the_former_rules_serve_who_had_begun_for_the_days_of_the_transition(schemes, ada, kai, lena):
    make.practice(ada)
    make.referred(ada)
    old = SchemeVersion.objects.get(scheme__key=make.IMPLEMENTER)
    tomorrow = clock.today() + timedelta(days=1)
    levels = [
        {**level, "requirements": [{**asked, "amounts": {"hours": 900}} if asked["kind"] == "hours" else asked
                                   for asked in level["requirements"]]}
        for level in old.data["levels"]
    ]  # fmt: skip
    data = {**old.data, "version": 2, "effective_on": tomorrow.isoformat(), "levels": levels,
            "transition": {"text": "x", "former_days": 180}}  # fmt: skip
    with pytest.raises(publishing.NotNext):
        publishing.publish_next(scheme_key=make.IMPLEMENTER, data={**data, "version": 3}, actor_id=lena.pk)
    new = publishing.publish_next(scheme_key=make.IMPLEMENTER, data=data, actor_id=lena.pk)
    assert publishing.publish_next(scheme_key=make.IMPLEMENTER, data=data, actor_id=lena.pk) == new
    make.exam_result(ada)
    evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER)
    with clock.shifted(days=100):
        application = make.applied_again(ada)
        assert application.version == old
        versions = schemes_of.open_to(key=make.IMPLEMENTER, begun_on=date(2020, 1, 1), on=clock.today())
        shown = proofs.best(person_id=ada.pk, versions=versions, on=clock.today())
        assert {one.level.key: one.granted for one in shown}["lead"]
        assert grant(application, kai).outcome == "granted"
        assert Edition.objects.get().version == old
    with clock.shifted(days=181):
        assert (
            schemes_of.open_to(key=make.IMPLEMENTER, begun_on=date(2026, 1, 1), on=clock.today())[0].number
            == 2
        )
        assert len(schemes_of.open_to(key=make.IMPLEMENTER, begun_on=date(2020, 1, 1), on=clock.today())) == 1


def test_nobody_is_granted_a_level_twice(schemes, ada, eve, kai, mara):
    make.practice(ada)
    make.referred(ada)
    lead, implementer = make.applied(ada, examiner=eve), make.applied(ada, level_key="implementer")
    offer = {"officer_id": kai.pk, "note": "x", "level_key": "implementer"}
    applications.offer(application_uuid=lead.uuid, **offer)
    grant(implementer, mara)
    with pytest.raises(applications.NotLower):
        applications.accept(application_uuid=lead.uuid, person_id=ada.pk)
    with pytest.raises(decisions.Held):
        again = Application.objects.create(
            person=ada, level=implementer.level, version=implementer.version, submitted_at=clock.now()
        )
        grant(again, mara)
    assert Credential.objects.count() == 1
