import pytest
from django.db import IntegrityError, transaction

from certificates.actions import applications, decisions, discipline, evidence, register
from certificates.models import Application, Credential, Decision, DecisionGround, Evidence
from certificates.models import Level as Levels
from lms.db import clock
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


def apply(person, *, scheme_key=make.IMPLEMENTER, level_key="provisional"):
    return applications.apply(person_id=person.pk, scheme_key=scheme_key, level_key=level_key)


def test_without_proof_nothing_is_entered(schemes, ada):
    with pytest.raises(applications.RequirementsMissing) as caught:
        apply(ada)
    assert caught.value.missing == ("exam-not-passed", "code-not-signed")
    assert not Application.objects.exists()


def test_a_failed_exam_is_no_proof(schemes, ada):
    make.exam_result(ada, outcome="failed")
    evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER)
    with pytest.raises(applications.RequirementsMissing):
        apply(ada)


def test_the_exam_of_another_scheme_is_no_proof(schemes, ada):
    make.exam_result(ada, scheme_key=make.AUDITOR)
    evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER)
    with pytest.raises(applications.RequirementsMissing):
        apply(ada)


def test_a_second_click_finds_what_the_first_one_made(schemes, ada):
    first = make.certified(ada)
    with pytest.raises(applications.AlreadyHeld) as caught:
        apply(ada)
    assert caught.value.number == first.number
    assert Credential.objects.count() == 1


def test_after_a_withdrawal_one_may_apply_again_and_gets_another_number(schemes, ada, kai):
    first = make.certified(ada)
    register.withdraw(number=first.number, officer_id=kai.pk, reason="error", public_note="", use_key="a")
    apply(ada)
    assert Credential.objects.exclude(number=first.number).get().state == "granted"


def test_who_is_suspended_or_was_withdrawn_gets_no_other_one_by_the_rule(schemes, ada, kai, mara):
    first = make.certified(ada)
    number = {"number": first.number}
    discipline.propose(**number, officer_id=kai.pk, public_note="")
    register.surrender(**number, holder_id=ada.pk)
    application = Application.objects.get(pk=apply(ada))
    assert (application.state, Credential.objects.count()) == ("submitted", 1)
    with pytest.raises(decisions.NotByRule):
        decisions.decide(application_id=application.pk)
    decisions.decide(application_id=application.pk, officer_id=mara.pk)
    assert Credential.objects.exclude(**number).get().state == "granted"


@pytest.mark.parametrize("gives_up", [False, True])
def test_a_suspension_of_one_level_is_no_reason_to_get_another_by_the_rule(schemes, ada, kai, gives_up):
    lead = make.granted(ada, level_key="lead")
    make.exam_result(ada)
    register.suspend(
        number=lead.number, officer_id=kai.pk, reason="complaint-open", public_note="", use_key="a"
    )
    if gives_up:
        register.surrender(number=lead.number, holder_id=ada.pk)
    assert Application.objects.get(pk=apply(ada)).state == "submitted"
    assert Credential.objects.count() == 1


def test_what_lapsed_asks_for_the_exam_anew_though_it_was_given_up(schemes, ada):
    first = make.certified(ada)
    with clock.shifted(days=6 * 365):
        with pytest.raises(applications.RequirementsMissing):
            apply(ada)
        register.surrender(number=first.number, holder_id=ada.pk)
        with pytest.raises(applications.RequirementsMissing):
            apply(ada)


def test_what_there_is_not_cannot_be_applied_for(schemes, ada):
    with pytest.raises(applications.NotOpen):
        apply(ada, level_key="no-such-level")
    with pytest.raises(applications.NotOpen):
        apply(ada, scheme_key="no-such-scheme")


def test_an_account_without_a_name_is_asked_for_one(schemes, ada):
    type(ada).objects.filter(pk=ada.pk).update(display_name="", certificate_name="")
    with pytest.raises(applications.NameMissing):
        apply(ada)


def test_the_name_for_certificates_is_printed(schemes, ada):
    type(ada).objects.filter(pk=ada.pk).update(certificate_name="Ada W. Kamau")
    assert make.certified(ada).editions.get().holder_name == "Ada W. Kamau"


def test_signing_twice_leaves_one_signature(schemes, ada):
    assert evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER) == evidence.sign_code(
        person_id=ada.pk, scheme_key=make.IMPLEMENTER
    )
    assert Evidence.objects.get().facts["version"] == "1"


def test_nobody_signs_the_code_of_an_unknown_scheme(schemes, ada):
    with pytest.raises(evidence.UnknownScheme):
        evidence.sign_code(person_id=ada.pk, scheme_key="nonsense")


def entered(person):
    """An application that waits for a decision."""
    level = Levels.objects.get(scheme__key=make.IMPLEMENTER, key="provisional")
    return Application.objects.create(
        person=person, level=level, version=level.scheme.versions.get(), submitted_at=clock.now()
    )


def proven(person, examiner):
    make.exam_result(person, examiner=examiner)
    evidence.sign_code(person_id=person.pk, scheme_key=make.IMPLEMENTER)
    return entered(person)


def test_an_officer_without_conflict_decides(schemes, ada, eve, kai):
    application = proven(ada, eve)
    decision = decisions.decide(application_id=application.pk, officer_id=kai.pk)
    assert (decision.outcome, decision.decided_by) == ("granted", kai)
    assert Credential.objects.get().holder == ada


def test_whoever_examined_or_trained_or_applies_does_not_decide(schemes, ada, eve, finn):
    application = proven(ada, eve)
    evidence.take(
        source="courses.enrolment:1",
        person_id=ada.pk,
        kind="course",
        scheme_key=make.IMPLEMENTER,
        facts={"trainer_ids": [finn.pk]},
        occurred_on=clock.today(),
        assessed_by_id=None,
    )
    for officer in (eve, finn, ada):
        with pytest.raises(decisions.Conflicted):
            decisions.decide(application_id=application.pk, officer_id=officer.pk)
    assert not Decision.objects.exists()


def test_the_table_itself_refuses_a_decision_by_the_one_who_assessed(schemes, ada, eve, kai):
    application = proven(ada, eve)
    decision = Decision.objects.create(
        application=application,
        outcome="granted",
        decided_by=kai,
        looked_back_to=clock.today(),
        decided_at=clock.now(),
    )
    proof = Evidence.objects.get(kind="exam")
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionGround.objects.create(decision=decision, evidence=proof, decided_by=eve, assessed_by=eve)


def test_nobody_assesses_themselves(schemes, ada):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.exam_result(ada, examiner=ada)


def test_an_application_is_decided_once(schemes, ada, eve):
    application = proven(ada, eve)
    first = decisions.decide(application_id=application.pk)
    assert decisions.decide(application_id=application.pk) == first
    assert Credential.objects.count() == 1


def test_what_is_missing_when_it_is_decided_refuses_with_codes(schemes, ada):
    application = entered(ada)
    decision = decisions.decide(application_id=application.pk)
    application.refresh_from_db()
    assert (decision.outcome, decision.reasons) == ("refused", ["exam-not-passed", "code-not-signed"])
    assert application.state == "refused"
    assert not Credential.objects.exists()


def test_the_rule_does_not_decide_where_the_scheme_names_an_officer(schemes, ada):
    level = Levels.objects.get(scheme__key=make.IMPLEMENTER, key="lead")
    application = Application.objects.create(
        person=ada, level=level, version=level.scheme.versions.get(), submitted_at=clock.now()
    )
    with pytest.raises(decisions.NotByRule):
        decisions.decide(application_id=application.pk)
