"""Orders that are paid by card, and the service that they are paid at."""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.test import Client

from lms.billing.actions import checkouts, products
from lms.billing.models import Checkout, Order
from lms.billing.states import Method
from lms.jobs import worker
from tests.factories import billing as make
from tests.payments import account, server

COURSE = "a-course"
SECRET = "whsec_of_the_tests"


@contextlib.contextmanager
def service(settings: Any) -> Iterator[server.Stripe]:
    """An institution that takes cards, and Stripe's protocol spoken on this machine."""
    with server.serving() as running:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = running.account.key, running.url
        settings.STRIPE_WEBHOOK_SECRETS, settings.STRIPE_TEST_MODE = (SECRET,), True
        yield running


def order(buyer: Any, *, method: Method = Method.CARD) -> Order:
    """An order of one course, at 100.00 without tax and 119.00 with."""
    make.issuer()
    products.offer(key=COURSE, kind="course", title="A Course", amount_minor=10_000, currency="EUR")
    return make.ordered(buyer, (COURSE, 1), method=method)


def page_of(stripe: server.Stripe, made: Order) -> account.Document:
    """The payment page for an order, as Stripe has it."""
    checkouts.open_page(order_uuid=made.uuid)
    return stripe.account.objects[Checkout.objects.filter(order=made).latest("pk").session_id]


def pay(stripe: server.Stripe, made: Order, number: str = account.PAYS) -> account.Document:
    """Somebody pays on that page; nobody has told us."""
    page = page_of(stripe, made)
    stripe.account.pay(page, number)
    return page


def tell(stripe: server.Stripe, *events: account.Document, times: int = 1) -> list[int]:
    """Stripe's own knocking, through the door; then the jobs are run. The codes that were answered."""
    codes = [
        knock(*stripe.account.signed(event, SECRET)).status_code for event in events for _ in range(times)
    ]
    worker.run_due()
    return codes


def knock(body: bytes, signature: str) -> Any:
    return Client().post(
        "/api/payments/stripe/",
        body,
        content_type="application/json",
        headers={"stripe-signature": signature},
    )
