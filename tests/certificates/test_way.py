"""The way of one certificate: announced, taken as evidence, signed, applied for, decided, awarded, made."""

import pytest
from django.core import mail
from django.db import transaction

from certificates.actions import applications, evidence
from certificates.models import CpdEntry, Credential, CredentialEvent, Decision, Document, Evidence, Tie
from courses.actions import cohorts, enrolments
from courses.models import Enrolment
from courses.signals import course_completed
from exams.signals import result_annulled, result_released, result_revised
from lms.audit.models import Entry
from lms.db import clock
from lms.jobs import worker
from lms.organisations.actions import memberships
from tests.factories import certificates as make
from tests.factories import courses as make_courses

pytestmark = pytest.mark.django_db


def release(person, examiner, *, kind="exam", scheme_key=make.IMPLEMENTER, outcome="passed", result_id=17):
    with transaction.atomic():
        result_released.announce(
            result_id=result_id,
            sitting_id=16,
            person_id=person.pk,
            exam_key="lead-implementer",
            exam_title="Lead Implementer",
            kind=kind,
            scheme_key=scheme_key,
            outcome=outcome,
            on=clock.today(),
            invigilated=False,
            at=clock.now(),
            examiner_id=examiner.pk if examiner else None,
        )
    worker.run_due()


def test_a_released_result_becomes_a_certificate_when_its_holder_signs_and_applies(schemes, ada, eve):
    release(ada, eve)
    proof = Evidence.objects.get()
    assert (proof.source, proof.kind, proof.assessed_by) == ("exams.result:17", "exam", eve)
    evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER)
    applications.apply(person_id=ada.pk, scheme_key=make.IMPLEMENTER, level_key="provisional")

    credential = Credential.objects.get()
    edition = credential.editions.get()
    assert not Document.objects.exists()
    assert edition.claims["holder"] == "Ada Kamau"
    assert len(edition.digest) == 64
    assert edition.expires_on.year == edition.begins_on.year + 3

    worker.run_due()
    document = Document.objects.get()
    with document.file.open("rb") as stored:
        assert stored.read(5) == b"%PDF-"
    kinds = [event.kind for event in CredentialEvent.objects.order_by("pk")]
    assert kinds == ["granted", "document_issued"]
    assert [message.subject for message in mail.outbox] == ["You are certified: Provisional Implementer"]
    assert mail.outbox[0].to == ["ada@example.org"]
    decision = Decision.objects.get()
    assert (decision.outcome, decision.decided_by) == ("granted", None)
    assert decision.grounds.count() == 2
    # Whether the keys were there before is the test's own affair.
    acts = Entry.objects.filter(verb__startswith="certificates.").exclude(verb="certificates.key.created")
    assert list(acts.order_by("pk").values_list("verb", flat=True)) == [
        "certificates.scheme.published",
        "certificates.scheme.published",
        "certificates.evidence.taken",
        "certificates.evidence.taken",
        "certificates.application.submitted",
        "certificates.application.granted",
        "certificates.credential.granted",
        *["certificates.badge.issued"] * 3,
        "certificates.document.issued",
    ]


def test_an_announcement_heard_twice_is_one_evidence(schemes, ada, eve):
    release(ada, eve)
    release(ada, eve)
    assert Evidence.objects.count() == 1


def test_practice_and_exams_without_a_scheme_prove_nothing(schemes, ada, eve):
    release(ada, None, kind="practice")
    release(ada, eve, scheme_key="")
    assert not Evidence.objects.exists()


def test_an_annulled_result_no_longer_counts_and_is_not_erased(schemes, ada, eve):
    release(ada, eve)
    evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER)
    with transaction.atomic():
        result_annulled.announce(
            result_id=17,
            sitting_id=16,
            person_id=ada.pk,
            exam_key="lead-implementer",
            scheme_key=make.IMPLEMENTER,
            at=clock.now(),
            reason="misconduct",
            examiner_id=eve.pk,
            run=1,
        )
    worker.run_due()
    with pytest.raises(applications.RequirementsMissing) as caught:
        applications.apply(person_id=ada.pk, scheme_key=make.IMPLEMENTER, level_key="provisional")
    assert caught.value.missing == ("exam-not-passed",)
    assert Evidence.objects.count() == 3
    with transaction.atomic():
        result_revised.announce(
            result_id=17,
            sitting_id=16,
            person_id=ada.pk,
            exam_key="lead-implementer",
            exam_title="Lead Implementer",
            kind="exam",
            scheme_key=make.IMPLEMENTER,
            outcome="passed",
            on=clock.today(),
            at=clock.now(),
            examiner_id=eve.pk,
            invigilated=True,
            run=2,
            reason="The annulment was lifted on appeal.",
        )
    worker.run_due()
    applications.apply(person_id=ada.pk, scheme_key=make.IMPLEMENTER, level_key="provisional")
    assert Credential.objects.count() == 1


def test_a_completed_course_says_who_trained(schemes, ada, finn):
    with transaction.atomic():
        course_completed.announce(
            enrolment_id=5,
            person_id=ada.pk,
            course_key="lead-implementer",
            course_title="Lead Implementer",
            scheme_key=make.IMPLEMENTER,
            hours=31,
            on=clock.today(),
            trainer_ids=[finn.pk],
            organisation_id=None,
        )
    worker.run_due()
    proof = Evidence.objects.get()
    assert (proof.kind, proof.facts["trainer_ids"]) == ("course", [finn.pk])


@pytest.mark.parametrize(("whose", "hours"), [("institute", 1), ("", 1), ("dag-daughters", 0)])
def test_a_course_that_somebody_gives_themselves_adds_no_hours_and_is_no_evidence(
    schemes, ada, institute, whose, hours
):
    """Anybody may found an organisation, give a course there of a thousand hours and complete it."""
    make.certified(ada)
    organisation_id = memberships.found(slug=whose, name=whose, provider=True) if whose else None
    page = make_courses.small(lessons=1)
    page.organisation_id, page.scheme_key = organisation_id, make.IMPLEMENTER
    page.save()
    make_courses.done(make_courses.enrolled(ada, page), "l1")
    worker.run_due()
    evidence = Evidence.objects.filter(kind="course").count()
    assert (CpdEntry.objects.count(), evidence) == (hours, hours)


def test_whoever_leads_a_cohort_or_holds_one_of_its_sessions_is_kept_out(schemes, ada, tove, ivo):
    course = make_courses.small()
    group = make_courses.cohort(course, tove)
    cohorts.join(cohort_uuid=group.uuid, person_id=ada.pk)
    make_courses.appointed(ivo, "trainer", course)
    evening = make_courses.session(group, trainer_id=ivo.pk)
    enrolment = Enrolment.objects.get()
    make_courses.attended(evening, ivo, **{f"e{enrolment.pk}": 90})
    cohorts.leave(enrolment_id=enrolment.pk, actor_id=ada.pk)
    worker.run_due()
    ties = Tie.objects.order_by("officer__email").values_list("officer", "bond", "ended_on")
    assert list(ties) == [(ivo.pk, "trained", None), (tove.pk, "trained", None)]


def test_whoever_trains_is_known_as_soon_as_they_do_and_whatever_becomes_of_the_course(
    schemes, ada, finn, eve
):
    course = make_courses.small()
    enrolment_id = make_courses.enrolled(ada, course).pk
    for trainer in (finn, eve, eve):  # another cohort: both have trained her
        enrolments.assign_trainer(enrolment_id=enrolment_id, trainer_id=trainer.pk, actor_id=finn.pk)
    enrolments.withdraw(enrolment_id=enrolment_id, actor_id=ada.pk)
    enrolments.enrol(person_id=ada.pk, course_id=course.pk)
    worker.run_due()
    assert set(Tie.objects.values_list("officer", "bond")) == {(finn.pk, "trained"), (eve.pk, "trained")}
    assert Tie.objects.count() == 2
