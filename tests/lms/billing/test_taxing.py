"""Stripe Tax, where it is on: it decides before an order is placed, and is told of what is paid and given back."""

from uuid import uuid4

import pytest

from lms.billing.actions import orders, products, refunds, taxing
from lms.billing.models import Finding, TaxBooking
from lms.billing.queries import quotes
from lms.billing.queries.quotes import Buyer
from lms.billing.rules.tax import Treatment
from lms.db import clock
from lms.jobs import worker
from tests.factories import billing as make
from tests.payments import server


@pytest.fixture(autouse=True)
def tax_is_on(settings):
    settings.STRIPE_TAX = True


def quoted(billed, **more):
    make.shop()
    product = products.Product.objects.get(key=make.COURSE)
    buyer = Buyer(billed.country, billed.vat_id)
    return quotes.quote([(product, 1)], currency="EUR", buyer=buyer, at=clock.now(), **more)


@pytest.mark.parametrize(
    ("billed", "treatment", "tax_minor"),
    [
        ({"country": "DE"}, Treatment.DOMESTIC, 24_510),
        ({"country": "FR"}, Treatment.DESTINATION, 25_800),
        ({"country": "FR", "vat_id": "FR40303265045"}, Treatment.REVERSE_CHARGE, 0),
        ({"country": "US"}, Treatment.OUTSIDE, 0),
    ],
)
def test_stripe_decides_what_is_owed_where(stripe, billed, treatment, tax_minor) -> None:
    billed = make.billed(**billed)
    told = taxing.decide(quoted(billed), billed)
    assert told is not None and told.treatment == treatment
    assert quoted(billed, told=told).quote.tax_minor == tax_minor
    taxing.decide(quoted(billed), billed)
    assert stripe.count("POST", "/v1/tax/calculations") == 1  # asked once for the same


def test_where_it_gives_no_answer_nothing_is_decided(stripe) -> None:
    stripe.faults.append(server.Fault("/v1/tax/calculations", status=429))
    billed = make.billed(city="Elsewhere", street="Weg 2")
    with pytest.raises(taxing.NotDecided):
        taxing.decide(quoted(billed), billed)


def test_where_it_is_off_our_own_table_decides(stripe, settings) -> None:
    settings.STRIPE_TAX = False
    assert taxing.decide(quoted(make.billed()), make.billed()) is None


def test_what_is_paid_and_given_back_is_booked_once(stripe, ada, fay, gil) -> None:
    make.shop()
    order = make.paid(ada)
    worker.run_due()
    booked = TaxBooking.objects.get()
    assert booked.transaction_id.startswith("tax_") and not Finding.objects.exists()
    taxing.book(order_uuid=order.uuid)
    asked = {"counts": {order.lines.get().pk: 1}, "reason": "", "form_key": uuid4()}
    row = refunds.ask(order_uuid=order.uuid, actor_id=fay.pk, **asked)
    refunds.approve(uuid=row.uuid, actor_id=gil.pk)
    worker.run_due()
    taxing.give_back(refund_uuid=row.uuid)
    assert [(one["type"], one["reference"]) for one in stripe.account.all("tax.transaction")] == [
        ("reversal", str(row.uuid)),
        ("transaction", str(order.uuid)),
    ]


def test_a_sum_that_differs_from_the_ledger_s_is_found(stripe, ada) -> None:
    make.shop()
    placing = make.placing(ada)
    stripe.account.tax_rates["DE"] = 7
    order = orders.place(placing=placing)
    make.pay(order)
    worker.run_due()
    assert Finding.objects.get().facts["kind"] == "other-tax"
