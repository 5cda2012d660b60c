"""Many at once: whatever arrives twice makes one thing."""

import uuid

import pytest

from certificates.actions import (
    appeals,
    applications,
    badges,
    batches,
    decisions,
    documents,
    dues,
    evidence,
    register,
    renewals,
    status_lists,
    upkeep,
    watching,
)
from certificates.models import (
    Badge,
    Credential,
    CredentialEvent,
    Document,
    DocumentBatch,
    FeeDemand,
    Key,
    SampleCase,
    SampleDraw,
    StatusList,
    StatusPlace,
    Watch,
)
from certificates.rules.renewal import Route
from lms.billing.actions import refunds
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests.factories import billing as shop
from tests.factories import certificates as make
from tests.together import WORKERS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_six_clicks_on_apply_make_one_credential(schemes, ada):
    make.exam_result(ada)
    evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER)

    def click(_):
        try:
            applications.apply(person_id=ada.pk, scheme_key=make.IMPLEMENTER, level_key="provisional")
        except applications.AlreadyHeld as held:
            return held.number
        return "granted"

    said = at_once(click)
    assert said.count("granted") == 1
    assert set(said) == {"granted", Credential.objects.get().number}


def test_six_workers_make_one_document(schemes, ada):
    edition = make.certified(ada).editions.get()
    at_once(lambda _: documents.make_document(edition_id=edition.pk))
    assert Document.objects.count() == 1
    assert CredentialEvent.objects.filter(kind="document_issued").count() == 1


def test_twenty_clicks_by_either_way_renew_once(schemes, ada):
    credential = make.certified(ada)
    with clock.shifted(days=3 * 365 - 40):
        make.exam_result(ada, source="again")

        def click(which):
            route = Route.CPD if which % 2 else Route.EXAM
            told = {"number": credential.number, "holder_id": ada.pk, "renews": 1}
            return renewals.renew(**told, route=route).pk

        assert len(set(at_once(click, workers=20))) == 1
    assert [edition.kind for edition in credential.editions.all()] == ["grant", "renewal"]
    assert CredentialEvent.objects.filter(kind="renewed").count() == 1


def test_workers_that_sweep_at_the_same_time_ask_once(schemes, ada):
    make.granted(ada)
    with clock.shifted(days=366):
        at_once(lambda _: upkeep.maintain())
        assert (FeeDemand.objects.count(), SampleDraw.objects.count(), SampleCase.objects.count()) == (
            1,
            2,
            1,
        )


def test_six_officers_suspend_it_once(schemes, ada, kai):
    number = make.certified(ada).number

    def click(which):
        try:
            register.suspend(
                number=number,
                officer_id=kai.pk,
                reason="complaint-open",
                public_note="",
                use_key=f"form {which}",
            )
        except IllegalMove:
            return "refused"
        return "suspended"

    assert sorted(at_once(click)) == ["refused"] * (WORKERS - 1) + ["suspended"]
    assert CredentialEvent.objects.filter(kind="suspended").count() == 1


def test_six_clicks_and_six_workers_ask_tell_and_batch_once(schemes, ada, cleo, kai, northmoor):
    credential = make.certified(ada)

    def click(_):
        try:
            watching.ask(
                organisation_id=northmoor.id, number=credential.number, manager_id=cleo.pk, purpose="Work"
            )
        except watching.AlreadyAsked:
            return "there"
        return "asked"

    assert sorted(at_once(click)) == ["asked"] + ["there"] * (WORKERS - 1)
    watching.answer(watch_uuid=Watch.objects.get().uuid, holder_id=ada.pk, event="consent")
    asked = {"use_key": uuid.uuid4(), "scheme_key": make.IMPLEMENTER, "officer_id": kai.pk}
    day = {"since": clock.today(), "until": clock.today()}
    at_once(lambda _: batches.ask(**asked, **day))
    assert DocumentBatch.objects.count() == 1
    register.suspend(
        number=credential.number, officer_id=kai.pk, reason="complaint-open", public_note="", use_key="1"
    )
    at_once(lambda _: watching.tell(credential_id=credential.pk))
    assert Notice.objects.filter(kind="certificates.watch").count() == 2  # the consent, and the suspension


def test_six_clicks_lodge_one_appeal(schemes, ada, kai):
    application = make.applied(ada)
    decisions.decide(application_id=application.pk, officer_id=kai.pk, refusal="requirements-missing")

    def click(_: int) -> str:
        told = {"person_id": ada.pk, "kind": "appeal", "text": "It is wrong."}
        try:
            appeals.lodge(**told, application_uuid=application.uuid)
        except appeals.LodgedAlready:
            return "there"
        return "lodged"

    assert sorted(at_once(click)) == ["lodged"] + ["there"] * (WORKERS - 1)


def test_six_officers_grant_it_once(schemes, ada, kai, mara):
    make.practice(ada)
    make.referred(ada)
    application = make.applied(ada)

    def click(which):
        officer = (kai, mara)[which % 2]
        return decisions.decide(application_id=application.pk, officer_id=officer.pk).pk

    assert len(set(at_once(click))) == 1
    assert Credential.objects.count() == 1


def test_of_a_decision_and_a_refund_of_its_fee_at_once_one_goes_through(schemes, ada, kai, fay, gil):
    shop.issuer()
    make.practice(ada)
    make.referred(ada)
    application = make.applied(ada, paid=False)
    order = shop.paid(ada, ("application-aims-lead-implementer-lead", 1))
    dues.pay_with(product_key="application-aims-lead-implementer-lead", person_id=ada.pk)
    counts = {line.pk: 1 for line in order.lines.all()}
    refund = refunds.ask(
        order_uuid=order.uuid, counts=counts, reason="", form_key=uuid.uuid4(), actor_id=fay.pk
    )

    def click(which):
        try:
            if which % 2:
                refunds.approve(uuid=refund.uuid, actor_id=gil.pk)
                return "refunded"
            decisions.decide(application_id=application.pk, officer_id=kai.pk)
            return "granted"
        except (refunds.NotRefundable, decisions.FeeUnpaid):
            return "refused"

    assert set(at_once(click)) in ({"granted", "refused"}, {"refunded", "refused"})
    refund.refresh_from_db()
    assert Credential.objects.exists() != (refund.state != "asked")


def test_six_workers_sign_one_badge_with_one_key_and_publish_one_list(schemes, ada):
    edition = make.certified(ada).editions.get()
    made = at_once(lambda _: badges.make(edition_id=edition.pk).pk)
    assert len(set(made)) == 1
    assert (Badge.objects.count(), StatusPlace.objects.count()) == (3, 1)
    at_once(lambda _: status_lists.publish_all())
    assert StatusList.objects.count() == 3
    assert sorted(Key.objects.values_list("purpose", flat=True)) == ["credential", "jwt", "status"]
