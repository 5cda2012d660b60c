"""The pages around the payment page: they lead there, and say what is known; none of them grants anything."""

import html
import re

import pytest
from django.urls import reverse

from lms.billing import gateway
from lms.billing.actions import orders
from lms.billing.models import Checkout, Payment
from tests.factories import cards
from tests.payments import account, server


def said(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def back(client, order):
    return said(client.get(reverse("billing:card_back", args=[order.uuid])))


def pay(client, order):
    return client.post(reverse("billing:pay_by_card", args=[order.uuid]))


def test_the_way_leads_to_stripe_without_a_script_and_without_a_redirect(stripe, ada, signed_in) -> None:
    order, client = cards.order(ada), signed_in(ada)
    answer = pay(client, order)
    page = stripe.account.all("checkout.session")[0]
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'<meta http-equiv="refresh" content="0; url={page["url"]}">' in text
    assert f'href="{page["url"]}"' in text and "<script>" not in text
    assert page["success_url"].endswith(reverse("billing:card_back", args=[order.uuid]))
    assert (page["amount_total"], page["customer_email"]) == (order.gross_minor, "ada@example.org")


def test_who_comes_back_reads_the_truth(stripe, ada, signed_in) -> None:
    order, client = cards.order(ada), signed_in(ada)
    assert "Nothing has been paid" in back(client, order)
    page = cards.page_of(stripe, order)
    assert "We wait for word of your payment" in back(client, order)
    stripe.account.pay(page, account.PAYS)
    assert "We wait for word of your payment" in back(client, order)
    assert not Payment.objects.exists()
    cards.tell(stripe, *stripe.account.events)
    assert "Paid. Thank you." in back(client, order)


def test_a_bank_that_is_asked_and_one_that_did_not_pay_are_told_apart(stripe, ada, signed_in) -> None:
    order, client = cards.order(ada), signed_in(ada)
    page = cards.pay(stripe, order, account.BY_BANK)
    cards.tell(stripe, *stripe.account.events)
    assert "Your bank has been asked to pay" in back(client, order)
    assert pay(client, order).url == reverse("billing:order", args=[order.uuid])
    stripe.account.bank_answers(page, paid=False)
    cards.tell(stripe, *stripe.account.events)
    assert "Your bank did not pay" in back(client, order)


def test_an_order_that_was_cancelled_or_paid_leads_nowhere(stripe, ada, signed_in) -> None:
    order, client = cards.order(ada), signed_in(ada)
    orders.cancel(uuid=order.uuid, actor_id=ada.pk)
    assert pay(client, order).status_code == 302
    assert "This order has ended" in back(client, order)
    assert not Checkout.objects.exists()


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [(500, 503, "does not answer. You were not charged"), (400, 502, "did not open a payment page")],
)
def test_while_stripe_is_away_nothing_is_charged_and_it_is_said(
    stripe, ada, signed_in, monkeypatch, fault, status, says
) -> None:
    order, client = cards.order(ada), signed_in(ada)
    monkeypatch.setattr(gateway, "RETRIES", 0)
    gateway._client.cache_clear()
    stripe.faults.append(server.Fault("/v1/checkout/sessions", status=fault))
    answer = pay(client, order)
    assert answer.status_code == status
    assert says in said(answer)
    gateway._client.cache_clear()


def test_without_an_account_at_stripe_there_is_no_such_way(ada, signed_in) -> None:
    order, client = cards.order(ada), signed_in(ada)
    assert pay(client, order).status_code == 404


def test_another_s_order_is_not_there(stripe, ada, dag, signed_in) -> None:
    order = cards.order(ada)
    assert pay(signed_in(dag), order).status_code == 404
    assert signed_in(dag).get(reverse("billing:card_back", args=[order.uuid])).status_code == 404
    assert not Checkout.objects.exists()
