"""The fee of an application: ordered, paid, given back before the decision and not after it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from certificates.actions import applications, decisions, dues
from certificates.actions.decisions import Conflicted, FeeUnpaid
from certificates.models import Application, Credential
from certificates.queries import dues as dues_of
from lms.billing.actions import refunds
from lms.billing.models import Product
from lms.billing.rules.refunds import Refusal
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from tests.factories import billing as shop
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
KEY = "application-aims-lead-implementer-lead"


@pytest.fixture
def unpaid(schemes, ada) -> Application:
    shop.issuer()
    make.practice(ada)
    make.referred(ada)
    return make.applied(ada, paid=False)


def is_paid(application: Application) -> bool:
    due = dues_of.of(application)
    assert due is not None
    return due.is_paid


def bought(person):
    order = shop.paid(person, (KEY, 1))
    worker.run_due()
    return order


def refunded(order, fay, gil) -> None:
    counts = {line.pk: 1 for line in order.lines.all()}
    row = refunds.ask(order_uuid=order.uuid, counts=counts, reason="", form_key=uuid4(), actor_id=fay.pk)
    refunds.approve(uuid=row.uuid, actor_id=gil.pk)
    worker.run_due()


def test_schemes_offer_their_fees_before_anybody_owes_one(schemes) -> None:
    offered = dict(Product.objects.values_list("key", "amount_minor"))
    assert offered[KEY] == 15_000
    assert offered["maintenance-aims-lead-implementer-lead"] == 10_000
    assert "application-aims-lead-implementer-provisional" not in offered


def test_nothing_is_granted_until_the_fee_is_paid_by_an_order(unpaid, ada, kai) -> None:
    with pytest.raises(FeeUnpaid):
        decisions.decide(application_id=unpaid.pk, officer_id=kai.pk)
    assert not Credential.objects.exists()
    bought(ada)
    assert is_paid(unpaid)
    decisions.decide(application_id=unpaid.pk, officer_id=kai.pk)
    assert Credential.objects.get().level.key == "lead"


def test_what_was_bought_ahead_pays_the_application_when_it_comes(schemes, ada) -> None:
    shop.issuer()
    bought(ada)
    make.practice(ada)
    assert is_paid(make.applied(ada, paid=False))


def test_a_refund_before_the_decision_takes_the_payment_away_and_it_may_be_paid_anew(
    unpaid, ada, kai, fay, gil
) -> None:
    refunded(bought(ada), fay, gil)
    assert not is_paid(unpaid)
    with pytest.raises(FeeUnpaid):
        decisions.decide(application_id=unpaid.pk, officer_id=kai.pk)
    bought(ada)
    assert is_paid(unpaid)


@pytest.mark.parametrize("refusal", ["", "requirements-missing"])
def test_from_the_decision_on_it_is_not_given_back(unpaid, ada, kai, fay, gil, refusal) -> None:
    order = bought(ada)
    decisions.decide(application_id=unpaid.pk, officer_id=kai.pk, refusal=refusal)
    with pytest.raises(refunds.NotRefundable) as refused:
        refunded(order, fay, gil)
    assert refused.value.why == Refusal.BEGUN


def test_an_application_that_is_refused_unpaid_owes_nothing_further(unpaid, kai) -> None:
    decisions.decide(application_id=unpaid.pk, officer_id=kai.pk, refusal="requirements-missing")
    unpaid.refresh_from_db()
    assert unpaid.state == "refused"


def test_taken_back_it_frees_the_fee_for_the_next_one(unpaid, ada) -> None:
    bought(ada)
    applications.withdraw(application_uuid=unpaid.uuid, person_id=ada.pk)
    assert not is_paid(unpaid)
    assert is_paid(make.applied_again(ada, paid=False))


def test_an_officer_records_a_payment_once_and_not_for_themselves(unpaid, ada, kai) -> None:
    with pytest.raises(Conflicted):
        dues.settle(application_uuid=unpaid.uuid, officer_id=ada.pk, reference="X")
    for _ in range(2):
        dues.settle(application_uuid=unpaid.uuid, officer_id=kai.pk, reference="RE 17")
    assert is_paid(unpaid)
    assert [(row.event, row.note) for row in unpaid.changes.order_by("pk")][1:] == [("pay", "RE 17")]
    decisions.decide(application_id=unpaid.pk, officer_id=kai.pk)
    with pytest.raises(IllegalMove):
        dues.settle(application_uuid=unpaid.uuid, officer_id=kai.pk, reference="RE 17")


def test_in_the_demonstration_nothing_has_to_be_paid(schemes, ada, settings) -> None:
    settings.DEMONSTRATION = True
    assert is_paid(make.applied(ada, paid=False))


def test_both_pages_say_how_it_stands(unpaid, ada, kai, signed_in) -> None:
    mine = reverse("certificates:application", args=[unpaid.uuid])
    theirs = reverse("certificates:deciding", args=[unpaid.uuid])
    shown = signed_in(ada).get(mine).content.decode()
    assert "Pay the fee: EUR 150.00" in shown
    assert KEY in shown
    officer = signed_in(kai)
    shown = officer.get(theirs).content.decode()
    assert "EUR 150.00, not paid" in shown
    assert 'value="grant"' not in shown
    assert officer.post(theirs, {"event": "settle", "reference": ""}).status_code == 400
    shown = officer.post(theirs, {"event": "settle", "reference": "RE 1"}, follow=True).content.decode()
    assert "EUR 150.00, paid" in shown
    assert 'value="grant"' in shown
    assert "Pay the fee" not in signed_in(ada).get(mine).content.decode()
