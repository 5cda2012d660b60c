"""Numbers without gaps, whatever happens at once and whatever is rolled back."""

from uuid import uuid4

import pytest
from django.db import transaction

from lms.billing.actions import baskets, orders, payments, refunds
from lms.billing.models import Basket, Document, Entitlement, Order, Payment, Refund
from lms.billing.queries import quotes
from lms.billing.rules import numbers
from lms.db import clock
from tests.factories import billing as make
from tests.together import WORKERS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Undone(Exception):
    """What takes a transaction back."""


def test_orders_at_once_and_undone_leave_no_gap_among_the_invoices(ada) -> None:
    make.shop()

    def work(worker: int) -> None:
        for n in range(4):
            try:
                with transaction.atomic():
                    make.ordered(ada)
                    if n == worker % 3:
                        raise Undone
            except Undone:
                pass

    at_once(work)
    known = list(Document.objects.values_list("number", flat=True))
    assert (len(known), numbers.gaps(known)) == (WORKERS * 3, [])


def test_the_same_form_and_the_last_use_of_a_coupon_at_once_give_one_order_each(ada, ben) -> None:
    make.shop()
    make.coupon(limit=1)
    key = uuid4()

    def work(worker: int) -> None:
        make.ordered(ada, form_key=key)
        try:
            make.ordered(ben, coupon_code="TEN")
        except quotes.CouponRefused:
            pass

    at_once(work)
    assert Order.objects.filter(buyer=ada).count() == 1
    assert Order.objects.filter(buyer=ben).count() == 1
    assert numbers.gaps(list(Document.objects.values_list("number", flat=True))) == []


def test_a_payment_that_is_told_by_many_at_once_is_one(ada) -> None:
    make.shop()
    order = make.ordered(ada)

    def work(worker: int) -> bool:
        return payments.record(
            order_uuid=order.uuid, provider="stripe", reference="pi_1", amount_minor=order.gross_minor,
            currency="EUR", received_at=clock.now(),
        ).before  # fmt: skip

    assert sorted(at_once(work)) == [False, *[True] * (WORKERS - 1)]
    assert (Payment.objects.count(), Entitlement.objects.count()) == (1, 1)


def test_an_issuer_counts_for_itself_and_each_year_begins_with_one(ada) -> None:
    make.shop()
    make.ordered(ada)
    with clock.shifted(days=400):
        make.ordered(ada)
    assert [row.number for row in Document.objects.order_by("pk")] == [1, 1]
    assert orders.place(placing=make.placing(ada)).documents.get().number == 2


def test_of_many_refunds_at_once_one_is_asked_and_it_is_approved_once(ada, fay, gil) -> None:
    make.shop()
    order = make.paid(ada)
    counts = {line.pk: 1 for line in order.lines.all()}

    def ask(worker: int) -> str:
        try:
            refunds.ask(order_uuid=order.uuid, counts=counts, reason="", form_key=uuid4(), actor_id=ada.pk)
        except refunds.AskedAlready:
            return "waits"
        return "asked"

    assert sorted(at_once(ask)) == ["asked"] + ["waits"] * (WORKERS - 1)
    row = Refund.objects.get()
    at_once(lambda worker: refunds.approve(uuid=row.uuid, actor_id=(fay, gil)[worker % 2].pk))
    assert Document.objects.filter(series="credit-note").count() == 1
    order.refresh_from_db()
    assert order.state == "refunded"


def test_sellers_count_for_themselves_at_once(ada) -> None:
    make.shop()
    make.second_seller()
    at_once(lambda worker: make.ordered(ada, (("course-far", make.COURSE)[worker % 2], 1)))
    found: dict[str, list[int]] = {}
    for prefix, number in Document.objects.values_list("issuer__prefix", "number"):
        found.setdefault(prefix, []).append(number)
    assert {prefix: sorted(known) for prefix, known in found.items()} == {"AI": [1, 2, 3], "FARA": [1, 2, 3]}


def test_six_clicks_put_it_into_one_basket(ada) -> None:
    make.shop()

    def click(_: int) -> int:
        return baskets.put(product_key=make.COURSE, quantity=1, person_id=ada.pk, key=None).pk

    assert len(set(at_once(click))) == 1
    assert list(Basket.objects.get().lines.values_list("product__key", "quantity")) == [(make.COURSE, 1)]
