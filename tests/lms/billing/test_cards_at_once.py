"""Many clicks and many deliveries at the same moment."""

import pytest

from lms.billing.actions import checkouts, stripe_events
from lms.billing.models import Checkout, Document, Payment, StripeEvent
from lms.jobs.models import Job
from tests.factories import cards
from tests.payments import account
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_clicks_and_deliveries_at_once_are_one_page_and_one_payment(stripe, ada) -> None:
    order = cards.order(ada)
    pages = at_once(lambda _: checkouts.open_page(order_uuid=order.uuid))
    assert len(set(pages)) == len(stripe.account.all("checkout.session")) == Checkout.objects.count() == 1

    stripe.account.pay(stripe.account.all("checkout.session")[0], account.PAYS)
    event = stripe.account.events[-1]
    body, signature = stripe.account.signed(event, cards.SECRET)
    assert {answer.status_code for answer in at_once(lambda _: cards.knock(body, signature))} == {200}
    assert StripeEvent.objects.count() == Job.objects.filter(kind=stripe_events.JOB).count() == 1

    at_once(lambda _: stripe_events.heed(event_id=event["id"]))
    assert (Payment.objects.count(), Document.objects.count()) == (1, 1)
