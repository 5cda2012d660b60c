"""Numbers without gaps, whatever happens at once and whatever is rolled back."""

from uuid import uuid4

import pytest
from django.db import transaction

from lms.billing.actions import orders, payments
from lms.billing.models import Document, Entitlement, Order, Payment
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
