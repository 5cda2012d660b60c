"""Orders paid by card: whatever Stripe tells, how often and in which order, there is one truth."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lms.billing import gateway, queries
from lms.billing.actions import (
    card_refunds,
    checkouts,
    comparing,
    entitlements,
    orders,
    payments,
    reconciliation,
    refunds,
    stripe_events,
)
from lms.billing.models import (
    Checkout,
    Comparison,
    Dispute,
    Document,
    Entitlement,
    Finding,
    Payment,
    Refund,
    StripeEvent,
)
from lms.billing.states import Method
from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job
from lms.notifications.models import Notice
from tests.factories import cards
from tests.payments import account, server


def state(order):
    order.refresh_from_db()
    return order.state


# Paying


def test_a_card_pays_an_order_and_nothing_but_stripes_word_does(stripe, ada) -> None:
    order = cards.order(ada)
    cards.pay(stripe, order)
    assert state(order) == "placed" and not Payment.objects.exists()
    assert cards.tell(stripe, *stripe.account.events) == [200, 200, 200]
    assert state(order) == "paid"
    assert queries.has_unused("a-course", ada.pk)
    assert Payment.objects.get().amount_minor == 11900


def test_told_three_times_and_backwards_it_is_one_payment_and_one_invoice(stripe, ada) -> None:
    order = cards.order(ada)
    cards.pay(stripe, order)
    assert set(cards.tell(stripe, *reversed(stripe.account.events), times=3)) == {200}
    assert state(order) == "paid"
    counts = (Payment.objects.count(), Document.objects.count(), Entitlement.objects.count())
    assert counts == (1, 1, 1)
    assert StripeEvent.objects.count() == 3


def test_told_before_the_page_was_noted_the_order_is_paid_all_the_same(stripe, ada) -> None:
    order = cards.order(ada)
    cards.pay(stripe, order)
    # As if this machine had died between Stripe's answer and our note of it.
    Checkout.objects.update(session_id="", state="asked")
    cards.tell(stripe, *stripe.account.events)
    assert state(order) == "paid"
    assert Checkout.objects.get().state == "paid"


def test_two_clicks_open_one_page_and_a_paid_order_none(stripe, ada) -> None:
    order = cards.order(ada)
    first, second = checkouts.open_page(order_uuid=order.uuid), checkouts.open_page(order_uuid=order.uuid)
    assert first == second and len(stripe.account.all("checkout.session")) == 1
    stripe.account.pay(stripe.account.all("checkout.session")[0], account.PAYS)
    with pytest.raises(checkouts.NothingDue):
        checkouts.open_page(order_uuid=order.uuid)
    assert state(order) == "paid"  # it was asked for, and so it is known


def test_a_page_is_asked_for_again_under_the_same_key_where_nobody_answered(stripe, ada, monkeypatch) -> None:
    order = cards.order(ada)
    monkeypatch.setattr(gateway, "RETRIES", 0)
    gateway._client.cache_clear()
    stripe.faults.append(server.Fault("/v1/checkout/sessions", after=True))
    with pytest.raises(gateway.Unanswered):
        checkouts.open_page(order_uuid=order.uuid)
    checkouts.open_page(order_uuid=order.uuid)
    gateway._client.cache_clear()
    assert len(stripe.account.all("checkout.session")) == Checkout.objects.count() == 1


def test_a_declined_card_leaves_the_page_open_and_the_order_unpaid(stripe, ada) -> None:
    order = cards.order(ada)
    page = cards.page_of(stripe, order)
    with pytest.raises(account.Refused, match="declined"):
        stripe.account.pay(page, account.DECLINED)
    cards.tell(stripe, *stripe.account.events)
    assert (state(order), Checkout.objects.get().state) == ("placed", "open")
    stripe.account.pay(page, account.PAYS)
    cards.tell(stripe, *stripe.account.events)
    assert state(order) == "paid"


def test_an_expired_page_gives_way_to_another(stripe, ada) -> None:
    order = cards.order(ada)
    first = cards.page_of(stripe, order)
    stripe.account.expire(first)
    cards.tell(stripe, *stripe.account.events)
    assert Checkout.objects.get().state == "expired"
    cards.pay(stripe, order)
    cards.tell(stripe, *stripe.account.events)
    assert state(order) == "paid"
    assert sorted(Checkout.objects.values_list("state", flat=True)) == ["expired", "paid"]


def test_a_bank_that_takes_days_is_waited_for_and_not_paid_twice(stripe, ada) -> None:
    order = cards.order(ada)
    page = cards.pay(stripe, order, account.BY_BANK)
    cards.tell(stripe, *stripe.account.events)
    assert (state(order), Checkout.objects.get().state) == ("placed", "waiting")
    with pytest.raises(checkouts.BankIsAsked):
        checkouts.open_page(order_uuid=order.uuid)
    stripe.account.bank_answers(page, paid=True)
    cards.tell(stripe, *stripe.account.events)
    assert (state(order), Checkout.objects.get().state) == ("paid", "paid")


def test_a_bank_that_does_not_pay_leaves_the_order_to_be_paid_otherwise(stripe, ada) -> None:
    order = cards.order(ada)
    page = cards.pay(stripe, order, account.BY_BANK)
    stripe.account.bank_answers(page, paid=False)
    cards.tell(stripe, *stripe.account.events)
    assert (state(order), Checkout.objects.get().state) == ("placed", "failed")
    [letter] = Notice.objects.filter(kind="billing.not_paid")
    assert (letter.to, "did not pay" in letter.subject) == ("ada@example.org", True)
    cards.pay(stripe, order)
    cards.tell(stripe, *stripe.account.events)
    assert state(order) == "paid"


def test_what_is_due_has_changed_and_so_has_the_page(stripe, ada) -> None:
    order = cards.order(ada)
    first = cards.page_of(stripe, order)
    payments.record(
        order_uuid=order.uuid, provider="transfer", reference="t1", amount_minor=1900, currency="EUR", received_at=clock.now(),
    )  # fmt: skip
    second = cards.page_of(stripe, order)
    assert (first["status"], second["amount_total"]) == ("expired", 10000)


def test_pages_that_nobody_came_back_from_are_looked_at(stripe, ada) -> None:
    order = cards.order(ada)
    cards.pay(stripe, order)
    assert checkouts.look() == 0
    with clock.shifted(minutes=11):
        assert checkouts.look() == 1
    assert state(order) == "paid"


def test_an_order_by_card_that_was_left_is_cancelled_and_one_by_transfer_is_not(stripe, ada) -> None:
    left, transfer = cards.order(ada), cards.order(ada, method=Method.TRANSFER)
    page = cards.page_of(stripe, left)
    with clock.shifted(days=4):
        checkouts.look()
        assert state(left) == "placed"  # while its page may be paid
        stripe.account.expire(page)
        checkouts.look()
    assert (state(left), state(transfer)) == ("cancelled", "placed")


def test_a_page_of_a_cancelled_order_is_closed_and_one_that_stripe_lost_is_left(stripe, ada) -> None:
    order, other = cards.order(ada), cards.order(ada)
    page, lost = cards.page_of(stripe, order), cards.page_of(stripe, other)
    orders.cancel(uuid=order.uuid, actor_id=ada.pk)
    del stripe.account.objects[lost["id"]]
    with clock.shifted(minutes=11):
        checkouts.look()
    assert page["status"] == "expired"
    assert set(Checkout.objects.values_list("state", flat=True)) == {"expired"}


def test_paid_twice_is_found(stripe, ada) -> None:
    order = cards.order(ada)
    page = cards.page_of(stripe, order)
    Checkout.objects.update(state="expired")  # as if we had lost sight of it
    cards.pay(stripe, order)
    stripe.account.pay(page, account.PAYS)
    cards.tell(stripe, *stripe.account.events)
    assert (state(order), Payment.objects.count()) == ("paid", 2)
    assert Finding.objects.get().kind == "paid-over"


# The door


def test_a_wrong_signature_leaves_no_row(stripe, ada) -> None:
    cards.pay(stripe, cards.order(ada))
    body, signature = stripe.account.signed(stripe.account.events[-1], "whsec_of_somebody_else")
    answer = cards.knock(body, signature)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-signature")
    assert cards.knock(body, "").status_code == 400
    assert not StripeEvent.objects.exists() and not Job.objects.filter(kind=stripe_events.JOB).exists()


def test_without_a_secret_there_is_no_door(db, settings) -> None:
    assert cards.knock(b"{}", "t=1,v1=0").status_code == 404
    assert Client().get("/api/payments/stripe/").status_code == 405


def test_events_of_no_concern_are_kept_and_nothing_more(stripe, ada) -> None:
    cards.tell(stripe, stripe.account.say("customer.created", {"id": "cus_1", "object": "customer"}))
    assert StripeEvent.objects.get().kind == "customer.created"
    assert not Job.objects.filter(kind=stripe_events.JOB).exists()


def test_what_another_shop_of_the_account_sells_is_left_alone(stripe, ada) -> None:
    theirs = gateway.client().v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "success_url": "http://localhost/",
            "line_items": [
                {"price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": "x"}}}
            ],
            "client_reference_id": str(cards.order(ada).uuid),
        }
    )
    stripe.account.pay(stripe.account.objects[theirs.id], account.IS_DISPUTED)
    stripe.account.refund(
        stripe.account.objects[theirs.id]["payment_intent"], None, None, {}
    ) if False else None
    cards.tell(stripe, *stripe.account.events)
    assert comparing.compare().findings == 0
    assert not Payment.objects.exists() and not Dispute.objects.exists() and not Finding.objects.exists()
    assert not Job.objects.exclude(state="done").filter(kind=stripe_events.JOB).exists()


def test_the_content_of_an_event_is_not_believed(stripe, ada) -> None:
    """Stripe's own signature on a picture of the past: how it stands now is asked for."""
    order = cards.order(ada)
    page = cards.page_of(stripe, order)
    event = stripe.account.say(
        "checkout.session.completed", page | {"payment_status": "paid", "status": "complete"}
    )
    cards.tell(stripe, event)
    assert state(order) == "placed"


def test_an_event_for_trying_out_does_nothing_in_a_live_institution(stripe, ada, settings) -> None:
    order = cards.order(ada)
    cards.pay(stripe, order)
    settings.STRIPE_TEST_MODE = False
    cards.tell(stripe, *stripe.account.events)
    assert state(order) == "placed"
    assert StripeEvent.objects.count() == 3


def test_while_stripe_is_away_jobs_wait_and_then_all_is_well(stripe, ada, monkeypatch) -> None:
    order = cards.order(ada)
    cards.pay(stripe, order)
    monkeypatch.setattr(gateway, "RETRIES", 0)
    gateway._client.cache_clear()
    for event in stripe.account.events:
        page = event["data"]["object"]["id"]
        stripe.faults.append(server.Fault(f"/v1/checkout/sessions/{page}", status=503))
    cards.tell(stripe, *stripe.account.events)
    assert state(order) == "placed"
    with clock.shifted(minutes=2):
        worker.run_due()
    gateway._client.cache_clear()
    assert state(order) == "paid"


# Money that goes back


def refunded(order, finance, colleague, count=1):
    row = refunds.ask(
        order_uuid=order.uuid,
        counts={order.lines.first().pk: count},
        reason="Changed my mind",
        form_key=uuid4(),
        actor_id=finance.pk,
    )
    refunds.approve(uuid=row.uuid, actor_id=colleague.pk)
    return row


@pytest.fixture
def paid(stripe, ada):
    order = cards.order(ada)
    page = cards.pay(stripe, order)
    cards.tell(stripe, *stripe.account.events)
    stripe.account.events.clear()
    order.refresh_from_db()
    order.page = page
    return order


def test_an_approved_refund_goes_back_by_card_once(stripe, paid, eve, kai) -> None:
    row = refunded(paid, eve, kai)
    worker.run_due()
    row.refresh_from_db()
    assert (row.state, row.provider, row.reference[:3]) == ("sent", "stripe", "re_")
    for _ in range(2):
        card_refunds.send(refund_uuid=row.uuid, payment_id=paid.page["payment_intent"])
        cards.tell(stripe, *stripe.account.events)
    assert [one["amount"] for one in stripe.account.all("refund")] == [11900]
    assert Refund.objects.count() == 1 and state(paid) == "refunded"


def test_a_refund_whose_answer_was_lost_is_not_sent_again(stripe, paid, eve, kai, monkeypatch) -> None:
    row = refunded(paid, eve, kai)
    monkeypatch.setattr(gateway, "RETRIES", 0)
    gateway._client.cache_clear()
    stripe.faults.append(server.Fault("/v1/refunds", status=500, after=True))
    worker.run_due()
    stripe.kept.clear()  # a day later Stripe has forgotten the key
    with clock.shifted(minutes=5):
        worker.run_due()
    gateway._client.cache_clear()
    row.refresh_from_db()
    assert row.state == "sent"
    assert len(stripe.account.all("refund")) == 1


def test_what_stripe_refuses_stays_approved_with_its_reason(stripe, paid, eve, kai) -> None:
    stripe.account.dispute(stripe.account.all("charge")[0])
    row = refunded(paid, eve, kai)
    worker.run_due()
    row.refresh_from_db()
    assert (row.state, "charged back" in row.failure) == ("approved", True)


def test_a_refund_that_comes_back_is_told_to_finance(stripe, ada, eve, kai) -> None:
    order = cards.order(ada)
    cards.pay(stripe, order, account.REFUND_FAILS)
    cards.tell(stripe, *stripe.account.events)
    row = refunded(order, eve, kai)
    worker.run_due()
    row.refresh_from_db()
    assert (row.state, "failed" in row.failure) == ("approved", True)


def test_a_refund_made_in_the_dashboard_is_recorded_once(stripe, paid, ada) -> None:
    payment = paid.page["payment_intent"]
    stripe.account.refund(payment, 1900, None, {})
    cards.tell(stripe, *stripe.account.events, times=2)
    assert list(Refund.objects.values_list("kind", "amount_minor", "state")) == [("elsewhere", 1900, "sent")]
    assert state(paid) == "paid" and queries.has_unused("a-course", ada.pk)
    stripe.account.refund(payment, None, None, {})
    cards.tell(stripe, *stripe.account.events, times=2)
    assert state(paid) == "refunded" and not queries.has_unused("a-course", ada.pk)
    assert Document.objects.filter(series="credit-note").count() == 2


def test_a_refund_heard_of_before_the_payment_finds_its_order(stripe, ada) -> None:
    order = cards.order(ada)
    page = cards.pay(stripe, order)
    stripe.account.refund(page["payment_intent"], None, None, {})
    cards.tell(stripe, *[one for one in stripe.account.events if one["type"] == "charge.refunded"])
    assert state(order) == "refunded"
    assert Payment.objects.count() == Refund.objects.count() == 1


# Disputes


def test_while_a_payment_is_disputed_what_it_bought_waits(stripe, paid, ada) -> None:
    dispute = stripe.account.dispute(stripe.account.all("charge")[0])
    cards.tell(stripe, *stripe.account.events, times=2)
    assert state(paid) == "paid" and not queries.has_unused("a-course", ada.pk)
    with pytest.raises(entitlements.NoEntitlement):
        entitlements.redeem(product_key="a-course", person_id=ada.pk, use_key="a:1")
    assert Finding.objects.get(settled_at=None).kind == "disputed"

    stripe.account.close_dispute(dispute, won=True)
    cards.tell(stripe, *stripe.account.events)
    assert queries.has_unused("a-course", ada.pk) and not Finding.objects.filter(settled_at=None).exists()
    assert not Refund.objects.exists()


def test_a_lost_dispute_ends_the_order_begun_or_not(stripe, paid, ada) -> None:
    entitlements.redeem(product_key="a-course", person_id=ada.pk, use_key="a:1")
    entitlements.begin(use_key="a:1", at=clock.now())
    dispute = stripe.account.dispute(stripe.account.all("charge")[0])
    stripe.account.close_dispute(dispute, won=False)
    cards.tell(stripe, *reversed(stripe.account.events))
    cards.tell(stripe, *stripe.account.events)
    assert state(paid) == "refunded"
    assert list(Refund.objects.values_list("reference", "reason")) == [(dispute["id"], "dispute")]
    assert not Entitlement.objects.filter(revoked_at=None).exists()


# The nightly comparison


def test_missed_webhooks_are_made_good(stripe, ada) -> None:
    order = cards.order(ada)
    cards.pay(stripe, order)
    made = comparing.compare()
    worker.run_due()
    assert (made.events, made.missed, made.findings) == (1, 1, 0)
    assert state(order) == "paid"
    assert StripeEvent.objects.get().asked_for
    assert comparing.compare().missed == 0


def test_a_comparison_goes_back_to_the_last_one_and_two_days_more(stripe, ada) -> None:
    comparing.compare()
    first = Comparison.objects.get()
    assert clock.now() - first.since > timedelta(days=28)
    comparing.compare()
    assert clock.now() - Comparison.objects.latest("pk").since < timedelta(days=3)


def test_what_stripe_has_and_we_have_not_is_found_and_settled_when_it_is_gone(stripe, ada) -> None:
    order = cards.order(ada)
    page = cards.pay(stripe, order)
    stripe.account.objects[page["id"]]["metadata"]["auditorium_order"] = str(uuid4())
    assert comparing.compare().findings == 1
    finding = Finding.objects.get(settled_at=None)
    assert (finding.kind, finding.facts["kind"]) == ("elsewhere", "unknown-order")
    page["metadata"]["auditorium_order"] = str(order.uuid)
    assert comparing.compare().findings == 0
    assert not Finding.objects.filter(settled_at=None).exists()
    assert state(order) == "paid"


def test_what_we_have_and_stripe_has_not_is_found(stripe, ada) -> None:
    order = cards.order(ada)
    payments.record(
        order_uuid=order.uuid, provider="stripe", reference="pi_made_up", amount_minor=11900, currency="EUR", received_at=clock.now(),
    )  # fmt: skip
    assert comparing.compare().findings == comparing.compare().findings == 1
    assert Finding.objects.get(settled_at=None).facts["kind"] == "not-there"


def test_refunds_that_were_approved_and_not_sent_are_sent(stripe, paid, eve, kai) -> None:
    row = refunded(paid, eve, kai)
    Job.objects.filter(kind="billing.send_card_refund").update(state="failed")
    with clock.shifted(hours=2):
        comparing.compare()
    row.refresh_from_db()
    assert row.state == "sent"


def test_without_card_payment_there_is_nothing_to_compare(db) -> None:
    assert comparing.compare() is None
    assert checkouts.look() == 0


# Any order, any number, some of them never


def summary(order):
    """What the ledger and what follows from it say of an order, without numbers and times."""
    rights = Entitlement.objects.filter(source_key=order.lines.get().source_key)
    return (
        state(order),
        sorted(order.payments.values_list("amount_minor", flat=True)),
        sorted(order.refunds.values_list("kind", "amount_minor", "state")),
        sorted(order.documents.values_list("series", flat=True)),
        [row.revoked_at is None for row in rights],
        [(row.state, row.closed_at is None) for row in order.disputes.all()],
        sorted(order.checkouts.values_list("state", flat=True)),
    )


HAPPENED = 8


@given(told=st.lists(st.integers(0, HAPPENED - 1), max_size=2 * HAPPENED), won=st.booleans())
@hypothesis_settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_shuffled_repeated_and_dropped_events_lead_to_the_same_ledger(stripe, ada, told, won) -> None:
    stripe.account.events.clear()
    order = cards.order(ada)
    page = cards.page_of(stripe, order)
    with pytest.raises(account.Refused):
        stripe.account.pay(page, account.DECLINED)
    stripe.account.pay(page, account.PAYS)
    stripe.account.refund(page["payment_intent"], 1900, None, {})
    charge = stripe.account.objects[stripe.account.objects[page["payment_intent"]]["latest_charge"]]
    stripe.account.close_dispute(stripe.account.dispute(charge), won=won)
    assert len(stripe.account.events) == HAPPENED

    cards.tell(stripe, *[stripe.account.events[number] for number in told])
    comparing.compare()
    worker.run_due()
    back = [("elsewhere", 1900, "sent")] + ([] if won else [("elsewhere", 10000, "sent")])
    expected = (
        "paid" if won else "refunded",
        [11900],
        back,
        ["credit-note"] * len(back) + ["invoice"],
        [won],
        [("won" if won else "lost", False)],
        ["paid"],
    )
    assert summary(order) == expected
    cards.tell(stripe, *stripe.account.events)
    assert summary(order) == expected
    assert reconciliation.reconcile().reported == ()
