"""The gateway against a server that speaks Stripe's protocol: what is asked, what comes back, and what goes wrong."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import stripe as sdk

from lms.billing import gateway
from lms.billing.rules.by_card import Checkout, Line, Payer, TaxLine
from tests.factories import cards
from tests.payments import account, doors, server, typed


@pytest.fixture
def stripe(settings):
    """The database is no part of these."""
    with cards.service(settings) as running:
        yield running


def checkout(*, amount=14900, reference="order-1", **given):
    facts = {
        "reference": reference,
        "currency": "EUR",
        "lines": (Line("Lead implementer, course", amount),),
        "email": "ada@example.org",
        "language": "en-gb",
        "success_url": "http://localhost/paid/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://localhost/back/",
        "closes_at": gateway.closing_time(),
    }
    return Checkout(**facts | given)


def paid(stripe, number=account.PAYS, **given):
    opened = gateway.open_checkout(checkout(**given), key=given.get("reference", "k1"))
    stripe.account.pay(stripe.account.objects[opened.id], number)
    return gateway.session(opened.id)


def test_a_payment_page_opens_and_is_paid(stripe) -> None:
    opened = gateway.open_checkout(checkout(), key="k1")
    assert (opened.state, opened.is_paid, opened.payment_id, opened.reference) == (
        "open",
        False,
        "",
        "order-1",
    )
    assert (opened.amount_minor, opened.currency) == (14900, "EUR")
    assert opened.url.startswith(stripe.url)

    stripe.account.pay(stripe.account.objects[opened.id], account.PAYS)
    after = gateway.session(opened.id)
    assert (after.state, after.is_paid, after.has_failed, after.url) == ("complete", True, False, "")
    assert after.payment_id.startswith("pi_") and after.paid_at is not None
    assert gateway.sessions(payment_id=after.payment_id) == [after]


def test_asked_twice_with_one_key_there_is_one_page(stripe) -> None:
    asked = checkout()
    first, second = gateway.open_checkout(asked, key="k1"), gateway.open_checkout(asked, key="k1")
    assert first == second
    assert len(stripe.account.all("checkout.session")) == 1


def test_one_key_for_something_else_is_refused(stripe) -> None:
    gateway.open_checkout(checkout(), key="k1")
    with pytest.raises(gateway.Refused, match="same parameters"):
        gateway.open_checkout(checkout(amount=1), key="k1")


@pytest.mark.parametrize("status", [500, 503])
def test_an_error_of_theirs_is_asked_again_and_done_once(stripe, status) -> None:
    stripe.faults.append(server.Fault("/v1/checkout/sessions", status=status, after=True))
    gateway.open_checkout(checkout(), key="k1")
    assert len(stripe.account.all("checkout.session")) == 1


def test_a_line_that_is_cut_after_the_work_leaves_one_refund(stripe) -> None:
    payment = paid(stripe).payment_id
    stripe.faults.append(server.Fault("/v1/refunds", after=True))
    made = gateway.refund(payment_id=payment, amount_minor=4900, reference="r1")
    assert [(one.id, one.amount_minor) for one in gateway.refunds_of(payment)] == [(made.id, 4900)]


def test_silence_is_unanswered_in_time(stripe, settings, monkeypatch) -> None:
    monkeypatch.setattr(gateway, "SECONDS", (1, 0.1))
    monkeypatch.setattr(gateway, "RETRIES", 0)
    gateway._client.cache_clear()
    stripe.faults.append(server.Fault("/v1/refunds", seconds=0.5))
    with pytest.raises(gateway.Unanswered):
        gateway.refunds_of("pi_1")
    gateway._client.cache_clear()


def test_too_many_questions_are_unanswered(stripe) -> None:
    stripe.faults.append(server.Fault("/v1/refunds", status=429))
    with pytest.raises(gateway.Unanswered):
        gateway.refunds_of("pi_1")


def test_a_wrong_key_is_refused_and_no_key_is_no_service(stripe, settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_other"
    with pytest.raises(gateway.Refused, match="Invalid API Key"):
        gateway.session("cs_1")
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(gateway.NoPaymentService):
        gateway.session("cs_1")


def test_nobody_there_is_unanswered(settings, monkeypatch) -> None:
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_test_x", "http://127.0.0.1:9"
    monkeypatch.setattr(gateway, "RETRIES", 0)
    gateway._client.cache_clear()
    with pytest.raises(gateway.Unanswered):
        gateway.session("cs_1")
    gateway._client.cache_clear()


def test_a_page_closes_once_and_says_what_it_became(stripe) -> None:
    opened = gateway.open_checkout(checkout(), key="k1")
    assert gateway.close_checkout(opened.id).state == "expired"
    assert gateway.close_checkout(opened.id).state == "expired"
    assert gateway.close_checkout(paid(stripe, reference="order-2").id).is_paid
    with pytest.raises(gateway.Refused):
        gateway.close_checkout("cs_none")


def test_a_page_ends_by_itself(stripe) -> None:
    opened = gateway.open_checkout(checkout(), key="k1")
    stripe.account.shift = gateway.OPEN_MINUTES * 60 + 1
    assert gateway.session(opened.id).state == "expired"
    assert [one.kind for one in gateway.events_since(datetime.now(UTC) - timedelta(days=1))] == [
        "checkout.session.expired"
    ]


def test_a_bank_that_takes_days_pays_or_does_not(stripe) -> None:
    good, bad = (paid(stripe, account.BY_BANK, reference=name) for name in ("order-1", "order-2"))
    assert (good.state, good.is_paid, good.has_failed) == ("complete", False, False)
    stripe.account.bank_answers(stripe.account.objects[good.id], paid=True)
    stripe.account.bank_answers(stripe.account.objects[bad.id], paid=False)
    assert gateway.session(good.id).is_paid
    assert gateway.session(bad.id).has_failed


def test_refunds_are_in_part_at_most_what_was_paid_and_known_by_our_reference(stripe) -> None:
    payment = paid(stripe).payment_id
    gateway.refund(payment_id=payment, amount_minor=4900, reference="r1")
    stripe.account.refund(payment, 10000, None, {})  # in the dashboard
    assert [(one.reference, one.amount_minor) for one in gateway.refunds_of(payment)] == [
        ("r1", 4900),
        ("", 10000),
    ]
    with pytest.raises(gateway.Refused) as refused:
        gateway.refund(payment_id=payment, amount_minor=1, reference="r2")
    assert refused.value.code == "charge_already_refunded"


def test_a_refund_that_fails_later_says_so(stripe) -> None:
    payment = paid(stripe, account.REFUND_FAILS).payment_id
    gateway.refund(payment_id=payment, amount_minor=4900, reference="r1")
    assert [one.state for one in gateway.refunds_of(payment)] == ["failed"]


def test_a_dispute_is_seen_and_keeps_refunds_away(stripe) -> None:
    payment = paid(stripe, account.IS_DISPUTED).payment_id
    [dispute] = gateway.disputes_of(payment)
    assert (dispute.state, dispute.reason, dispute.amount_minor) == ("needs_response", "fraudulent", 14900)
    with pytest.raises(gateway.Refused) as refused:
        gateway.refund(payment_id=payment, amount_minor=1, reference="r1")
    assert refused.value.code == "charge_disputed"
    stripe.account.close_dispute(stripe.account.objects[dispute.id], won=True)
    assert gateway.disputes_of(payment)[0].state == "won"


def test_more_events_than_a_page_holds_come_in_order(stripe) -> None:
    for number in range(101):
        opened = gateway.open_checkout(checkout(reference=f"order-{number}"), key=str(number))
        stripe.account.expire(stripe.account.objects[opened.id])
    events = gateway.events_since(datetime.now(UTC) - timedelta(hours=1))
    assert [one.id for one in events] == [one["id"] for one in stripe.account.events]
    assert len(gateway.sessions(since=datetime.now(UTC) - timedelta(hours=1))) == 101


def test_tax_is_added_by_country_and_left_to_the_buyer_with_a_number_abroad(stripe) -> None:
    def asked(**payer):
        lines = (TaxLine("a", 10000), TaxLine("b", 333))
        return gateway.tax_of(currency="EUR", lines=lines, payer=Payer(**payer))

    german = asked(country="DE", postal_code="10115")
    assert (german.of_line, german.rate_bp, german.is_reverse_charge) == (
        {"a": 1900, "b": 63},
        1900,
        False,
    )
    french = asked(country="FR", vat_id="FR40303265045")
    assert (french.of_line, french.is_reverse_charge) == ({"a": 0, "b": 0}, True)
    booked = gateway.book_tax(calculation_id=german.calculation_id, reference="order-1")
    assert gateway.book_tax(calculation_id=german.calculation_id, reference="order-1") == booked
    for _ in range(2):
        gateway.give_tax_back(transaction_id=booked, amount_minor=100, reference="refund-1")
    assert [one["type"] for one in stripe.account.all("tax.transaction")] == ["reversal", "transaction"]
    with pytest.raises(gateway.Refused):
        asked(country="")


# The server itself, judged by the SDK


def test_what_our_server_answers_is_what_the_official_types_say(stripe) -> None:
    paid(stripe, account.IS_DISPUTED)
    payment = paid(stripe, reference="order-2").payment_id
    gateway.refund(payment_id=payment, amount_minor=1, reference="r1")
    tax = gateway.tax_of(currency="EUR", lines=(TaxLine("a", 1),), payer=Payer("DE"))
    gateway.book_tax(calculation_id=tax.calculation_id, reference="order-1")
    kinds = {
        "checkout.session": sdk.checkout.Session,
        "payment_intent": sdk.PaymentIntent,
        "charge": sdk.Charge,
        "refund": sdk.Refund,
        "dispute": sdk.Dispute,
        "event": sdk.Event,
        "tax.calculation": sdk.tax.Calculation,
        "tax.transaction": sdk.tax.Transaction,
    }
    objects = [*stripe.account.objects.values(), *stripe.account.events]
    assert {one["object"] for one in objects} == set(kinds)
    for one in objects:
        shown = doors._seen(stripe.account, one, [])
        assert (typed.unknown(kinds[one["object"]], shown), typed.missing(kinds[one["object"]], shown)) == (
            [],
            [],
        )


def test_our_server_takes_no_parameter_that_stripe_does_not(stripe) -> None:
    client = gateway.client()
    with pytest.raises(sdk.InvalidRequestError, match=r"unknown parameter: line_items\.price_data\.colour"):
        client.v1.checkout.sessions.create(
            params={"mode": "payment", "line_items": [{"price_data": {"colour": "red"}}]}
        )
    with pytest.raises(sdk.InvalidRequestError, match="No such refund"):
        client.v1.refunds.retrieve("re_none")
    with pytest.raises(sdk.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.customers.list()


def test_the_version_is_the_one_that_the_types_were_made_from() -> None:
    assert sdk.api_version == gateway.API_VERSION == account.VERSION


# Signatures

SECRET = "whsec_one"


def event(stripe):
    opened = gateway.open_checkout(checkout(), key="k1")
    stripe.account.expire(stripe.account.objects[opened.id])
    return stripe.account.events[-1]


def test_a_signed_event_is_read(stripe) -> None:
    said = event(stripe)
    payload, signature = stripe.account.signed(said, SECRET)
    for secrets in ((SECRET,), ("whsec_new", SECRET)):
        read = gateway.read_webhook(payload=payload, signature=signature, secrets=secrets)
        assert (read.id, read.kind, read.about) == (
            said["id"],
            "checkout.session.expired",
            said["data"]["object"]["id"],
        )


def test_no_other_signature_opens_the_door(stripe) -> None:
    said = event(stripe)
    payload, signature = stripe.account.signed(said, SECRET)
    late, old = stripe.account.signed(said, SECRET, at=int(time.time()) - gateway.TOLERANCE - 5)
    for body, header in (
        (payload, ""),
        (payload, "t=,v1="),
        (payload, "t=1"),
        (payload, "nonsense"),
        (payload, signature.replace("v1", "v0")),
        (payload, signature[:-1] + ("0" if signature[-1] != "0" else "1")),
        (payload, f"{signature.split(',')[0]},v1=é"),
        (payload + b" ", signature),
        (b"\xff\xfe", signature),
        (late, old),
    ):
        with pytest.raises(gateway.BadSignature):
            gateway.read_webhook(payload=body, signature=header, secrets=(SECRET,))
    with pytest.raises(gateway.BadSignature):
        gateway.read_webhook(payload=payload, signature=signature, secrets=("whsec_other",))
    with pytest.raises(gateway.NoPaymentService):
        gateway.read_webhook(payload=payload, signature=signature, secrets=())


@pytest.mark.parametrize(
    "body", ["[]", "null", "7", "{}", '{"object": "event"}', '{"object": "v2.core.event"}', "not json"]
)
def test_what_is_signed_and_no_event_is_refused(stripe, body) -> None:
    header = sdk.WebhookSignature.generate_signature_header(body, SECRET)
    with pytest.raises(gateway.BadSignature):
        gateway.read_webhook(payload=body.encode(), signature=header, secrets=(SECRET,))
