"""Orders, payments and refunds: what is recorded, and what follows from it in the same transaction."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from lms.billing import queries, signals
from lms.billing.actions import entitlements, findings, orders, payments, products, reconciliation, refunds
from lms.billing.models import Document, Entitlement, Finding, Order, Payment, Redemption, Refund
from lms.billing.queries import quotes
from lms.billing.rules.refunds import Refusal
from lms.billing.states import OrderState, RefundState
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests.factories import billing as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    make.shop()


def asked(order, ada, count=1, **more) -> Refund:
    counts = {line.pk: count for line in order.lines.all()}
    return refunds.ask(
        order_uuid=order.uuid, counts=counts, reason="", form_key=uuid4(), actor_id=ada.pk, **more
    )


def given_back(order, ada, fay, count=1) -> Refund:
    row = asked(order, ada, count)
    refunds.approve(uuid=row.uuid, actor_id=fay.pk)
    row.refresh_from_db()
    return row


def begun(ada) -> None:
    entitlements.redeem(product_key=make.COURSE, person_id=ada.pk, use_key="use:1")
    entitlements.begin(use_key="use:1", at=clock.now())


def test_an_order_is_placed_with_its_invoice_and_a_letter_and_grants_nothing_yet(ada) -> None:
    order = make.ordered(ada)
    assert (order.net_minor, order.tax_minor, order.state) == (129_000, 24_510, OrderState.PLACED)
    assert order.documents.get().printed_number == f"AI-{clock.now().year}-00001"
    assert Notice.objects.get().kind == "billing.order_placed"
    assert not queries.has_unused(make.COURSE, ada.pk)


def test_the_same_form_sent_twice_is_one_order(ada) -> None:
    key = uuid4()
    first = make.ordered(ada, form_key=key)
    assert make.ordered(ada, form_key=key) == first
    assert Order.objects.count() == 1


def test_a_payment_grants_in_its_transaction_and_once(ada) -> None:
    order = make.ordered(ada)
    for before in (False, True):
        recorded = make.pay(order, reference="pi_1")
        assert (recorded.state, recorded.before) == (OrderState.PAID, before)
    assert Entitlement.objects.get().person_id == ada.pk
    assert Payment.objects.count() == 1
    assert [change.event for change in order.changes.order_by("pk")] == ["place", "pay"]


def test_a_reference_is_of_one_payment(ada) -> None:
    make.pay(make.ordered(ada), reference="pi_1")
    other = make.ordered(ada)
    with pytest.raises(payments.KnownReference):
        make.pay(other, reference="pi_1")
    with pytest.raises(payments.OtherCurrency):
        payments.record(
            order_uuid=other.uuid, provider="x", reference="y", amount_minor=1, currency="USD",
            received_at=clock.now(),
        )  # fmt: skip


def test_a_part_grants_nothing_and_what_is_beyond_is_found(ada) -> None:
    order = make.ordered(ada)
    assert make.pay(order, 100_000).due_minor == 53_510
    assert not Entitlement.objects.exists()
    recorded = make.pay(order, 60_000)
    assert (recorded.state, recorded.over_minor) == (OrderState.PAID, 6490)
    assert Finding.objects.get().facts == {"amount": 6490}


def test_what_costs_nothing_after_its_coupon_is_paid_at_once(ada) -> None:
    make.coupon("GIFT", value=10_000)
    order = make.ordered(ada, coupon_code="gift")
    assert (order.state, order.gross_minor) == (OrderState.PAID, 0)
    assert queries.has_unused(make.COURSE, ada.pk)


def test_a_coupon_with_a_limit_is_used_that_often_and_a_cancelled_order_gives_its_use_back(ada, ben) -> None:
    make.coupon(limit=1)
    order = make.ordered(ada, coupon_code="TEN")
    assert order.net_minor == 116_100
    with pytest.raises(quotes.CouponRefused):
        make.ordered(ben, coupon_code="TEN")
    orders.cancel(uuid=order.uuid, actor_id=ada.pk)
    assert make.ordered(ben, coupon_code="TEN").net_minor == 116_100


def test_a_sum_that_has_changed_is_not_agreed_to(ada) -> None:
    with pytest.raises(orders.SumHasChanged):
        make.ordered(ada, shown_minor=1)
    with pytest.raises(orders.SeveralForOne):
        make.ordered(ada, (make.COURSE, 2))
    assert not Order.objects.exists()


def test_an_order_keeps_the_price_at_which_it_was_placed(ada) -> None:
    order = make.ordered(ada)
    products.offer(key=make.COURSE, kind="course", title="Lead Implementer", amount_minor=1, currency="EUR")
    order.refresh_from_db()
    assert order.net_minor == 129_000
    assert make.ordered(ada).net_minor == 1


def test_a_price_of_the_desk_holds_from_its_day_on(ada, fay) -> None:
    product = queries.Product.objects.get(key=make.COURSE)
    products.price(
        product_id=product.pk, amount_minor=99_000, currency="EUR", valid_from=clock.now() + timedelta(days=2),
        includes_tax=False, tiers=[], actor_id=fay.pk,
    )  # fmt: skip
    assert queries.offer_of(make.COURSE).amount_minor == 129_000
    with clock.shifted(days=3):
        assert queries.offer_of(make.COURSE).amount_minor == 99_000
        assert make.ordered(ada).net_minor == 99_000


def test_a_cancelled_order_is_credited_and_what_was_paid_for_it_goes_back(ada, fay, gil) -> None:
    order = make.ordered(ada)
    make.pay(order, 100_000)
    orders.cancel(uuid=order.uuid, actor_id=fay.pk)
    assert [row.series for row in order.documents.order_by("pk")] == ["invoice", "credit-note"]
    over = refunds.ask_over(order_uuid=order.uuid, form_key=uuid4(), actor_id=fay.pk)
    assert over.amount_minor == 100_000
    refunds.approve(uuid=over.uuid, actor_id=gil.pk)
    assert Document.objects.count() == 2
    with pytest.raises(refunds.NotRefundable):
        refunds.ask_over(order_uuid=order.uuid, form_key=uuid4(), actor_id=fay.pk)
    with pytest.raises(IllegalMove):
        orders.cancel(uuid=make.paid(ada).uuid, actor_id=fay.pk)


def test_a_payment_for_a_cancelled_order_grants_nothing_and_is_found(ada) -> None:
    order = make.ordered(ada)
    orders.cancel(uuid=order.uuid, actor_id=ada.pk)
    assert make.pay(order).over_minor == order.gross_minor
    assert not Entitlement.objects.exists()
    assert Finding.objects.get().kind == "paid-cancelled"


def test_a_refund_ends_the_right_gives_back_its_uses_and_is_credited(ada, fay) -> None:
    order = make.paid(ada)
    entitlements.redeem(product_key=make.COURSE, person_id=ada.pk, use_key="use:1")
    told: list[dict] = []

    def listen(sender, **facts) -> None:
        told.append(facts)

    signals.entitlement_revoked.connect(listen)
    try:
        row = given_back(order, ada, fay)
    finally:
        signals.entitlement_revoked.disconnect(listen)
    order.refresh_from_db()
    assert (order.state, row.state, row.amount_minor) == (OrderState.REFUNDED, RefundState.APPROVED, 153_510)
    assert told[0]["use_keys"] == ["use:1"]
    assert Redemption.objects.get().given_back_at is not None
    assert row.document.printed_number == f"AI-C{clock.now().year}-00001"
    with pytest.raises(entitlements.NoEntitlement), transaction.atomic():
        entitlements.begin(use_key="use:1", at=clock.now())


def test_what_has_begun_is_not_refunded_whoever_asks(ada, fay) -> None:
    order = make.paid(ada)
    begun(ada)
    with pytest.raises(refunds.NotRefundable) as refused:
        asked(order, fay, outside_policy=True)
    assert refused.value.why == Refusal.BEGUN


def test_what_begins_between_asking_and_approving_stays_begun(ada, fay) -> None:
    row = asked(make.paid(ada), ada)
    begun(ada)
    with pytest.raises(refunds.NotRefundable):
        refunds.approve(uuid=row.uuid, actor_id=fay.pk)
    assert Entitlement.objects.get().revoked_at is None


def test_the_window_closes_and_finance_may_look_past_it(ada, fay, gil) -> None:
    order = make.paid(ada)
    with clock.shifted(days=15):
        with pytest.raises(refunds.NotRefundable) as refused:
            asked(order, ada)
        assert refused.value.why == Refusal.TOO_LATE
        row = asked(order, fay, outside_policy=True)
        refunds.approve(uuid=row.uuid, actor_id=gil.pk)
    assert Entitlement.objects.get().revoked_at is not None


def test_who_asked_does_not_decide(ada, fay, gil) -> None:
    row = asked(make.paid(ada), fay)
    for decide in (refunds.approve, refunds.decline):
        note = {"note": "no"} if decide is refunds.decline else {}
        with pytest.raises(refunds.SamePerson):
            decide(uuid=row.uuid, actor_id=fay.pk, **note)
    with pytest.raises(DatabaseError), transaction.atomic():
        Refund.objects.update(decided_by=fay)
    refunds.decline(uuid=row.uuid, note="Too late in the year", actor_id=gil.pk)
    with pytest.raises(IllegalMove):
        refunds.approve(uuid=row.uuid, actor_id=gil.pk)


def test_one_of_three_places_goes_back(ada, fay, northmoor) -> None:
    order = make.paid(ada, (make.COURSE, 3), organisation_id=northmoor.id)
    first = given_back(order, ada, fay)
    assert (first.amount_minor, Entitlement.objects.get().quantity) == (153_510, 2)
    given_back(order, ada, fay, 2)
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED
    assert sum(row.amount_minor for row in order.refunds.all()) == order.gross_minor


def test_the_money_leaves_under_a_reference_of_its_own(ada, fay) -> None:
    row = given_back(make.paid(ada), ada, fay)
    refunds.failed(uuid=row.uuid, reason="card closed", at=clock.now())
    for _ in range(2):
        refunds.sent(uuid=row.uuid, provider="stripe", reference="re_1", at=clock.now())
    row.refresh_from_db()
    assert (row.state, row.reference, row.failure) == (RefundState.SENT, "re_1", "")


def test_what_was_charged_back_ends_the_right_even_if_it_had_begun(ada) -> None:
    order = make.paid(ada)
    begun(ada)
    for _ in range(2):
        refunds.record_elsewhere(
            order_uuid=order.uuid, provider="stripe", reference="du_1", amount_minor=order.gross_minor,
            reason="dispute", at=clock.now(),
        )  # fmt: skip
    order.refresh_from_db()
    assert order.state == OrderState.REFUNDED
    assert Entitlement.objects.get().revoked_at is not None
    assert Redemption.objects.get().given_back_at is None
    credit = order.documents.get(series="credit-note")
    assert [(line["net"], line["tax"]) for line in credit.facts["lines"]] == [(129_000, 24_510)]


def test_a_part_that_went_back_elsewhere_leaves_the_right(ada) -> None:
    order = make.paid(ada)
    facts = {"order_uuid": order.uuid, "provider": "stripe", "reason": "dashboard", "at": clock.now()}
    refunds.record_elsewhere(reference="re_1", amount_minor=50_000, **facts)
    assert Entitlement.objects.get().revoked_at is None
    with pytest.raises(refunds.NotRefundable):
        asked(order, ada)
    refunds.record_elsewhere(reference="re_2", amount_minor=103_510, **facts)
    assert Entitlement.objects.get().revoked_at is not None


def test_what_the_ledger_says_is_restored_and_what_a_person_must_see_is_reported_once(ada) -> None:
    order = make.paid(ada)
    make.pay(order, 500)
    Entitlement.objects.update(revoked_at=clock.now())
    first = reconciliation.reconcile()
    assert (first.orders, first.repaired) == (1, 1)
    assert first.reported == (f"ledger:over:{order.pk}:500",)
    assert Entitlement.objects.get().revoked_at is None
    again = reconciliation.reconcile()
    assert (again.repaired, again.reported) == (0, first.reported)
    over = refunds.ask_over(order_uuid=order.uuid, form_key=uuid4(), actor_id=ada.pk)
    Refund.objects.filter(pk=over.pk).update(state=RefundState.APPROVED)
    assert reconciliation.reconcile().reported == ()
    assert Finding.objects.get(key=first.reported[0]).settled_at is not None


def test_a_finding_that_somebody_settled_stays_settled(ada, fay) -> None:
    make.pay(make.paid(ada), 500)
    findings.settle(finding_id=Finding.objects.get().pk, actor_id=fay.pk)
    reconciliation.reconcile()
    assert Finding.objects.get().settled_by == fay


def test_the_database_refuses_to_change_or_remove_the_ledger(ada, fay) -> None:
    make.coupon()
    given_back(make.paid(ada, coupon_code="TEN"), ada, fay)
    wanted = {
        "billing_price": "amount_minor", "billing_order": "net_minor", "billing_orderline": "net_minor",
        "billing_orderchange": "event", "billing_payment": "amount_minor", "billing_refund": "amount_minor",
        "billing_refundline": "quantity", "billing_document": "number", "billing_coupon": "value",
    }  # fmt: skip
    for table, column in wanted.items():
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with (
                pytest.raises(DatabaseError, match="append-only"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
