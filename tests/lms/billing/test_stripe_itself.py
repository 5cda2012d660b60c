"""The gateway against Stripe's own test mode: `STRIPE_TEST_KEY=sk_test_… pytest tests/lms/billing/test_stripe_itself.py`.

What our own server does in the other tests is held against the original here. No money moves.
"""

import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from lms.billing import gateway
from lms.billing.rules.by_card import Checkout, Line

KEY = os.environ.get("STRIPE_TEST_KEY", "")
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not KEY.startswith(("sk_test_", "rk_test_")),
        reason="STRIPE_TEST_KEY names no key of Stripe's test mode",
    ),
]


@pytest.fixture(autouse=True)
def stripe_itself(settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = KEY, ""


def test_a_page_is_opened_once_for_a_key_and_closed() -> None:
    asked = Checkout(
        reference=str(uuid4()),
        currency="EUR",
        lines=(Line("A course", 11900), Line("An exam", 5950)),
        email="ada@example.org",
        language="de",
        success_url="https://example.org/paid/",
        cancel_url="https://example.org/back/",
        closes_at=gateway.closing_time(),
    )
    opened = gateway.open_checkout(asked, key=asked.reference)
    assert gateway.open_checkout(asked, key=asked.reference).id == opened.id
    assert (opened.state, opened.amount_minor, opened.reference) == ("open", 17850, asked.reference)
    assert opened.id in {one.id for one in gateway.sessions(since=datetime.now(UTC) - timedelta(minutes=5))}
    assert gateway.close_checkout(opened.id).state == "expired"
    assert gateway.close_checkout(opened.id).state == "expired"


def test_a_payment_is_refunded_once_and_never_beyond() -> None:
    paid = gateway.client().v1.payment_intents.create(
        params={
            "amount": 11900,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    reference = str(uuid4())
    for _ in range(2):
        gateway.refund(payment_id=paid.id, amount_minor=1900, reference=reference)
    assert [(one.reference, one.amount_minor) for one in gateway.refunds_of(paid.id)] == [(reference, 1900)]
    with pytest.raises(gateway.Refused):
        gateway.refund(payment_id=paid.id, amount_minor=11900, reference=str(uuid4()))
    assert gateway.disputes_of(paid.id) == []
    kinds = {one.kind for one in gateway.events_since(datetime.now(UTC) - timedelta(minutes=5))}
    assert kinds <= set(gateway.KINDS)


def test_what_is_not_there_is_refused_by_its_name() -> None:
    with pytest.raises(gateway.Refused) as refused:
        gateway.session("cs_test_none")
    assert refused.value.code == "resource_missing"
