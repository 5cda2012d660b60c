"""The pages of money: what people see of it, type into it, and may not."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lms.billing.actions import entitlements, findings, refunds, seats
from lms.billing.models import Basket, Coupon, Document, Issuer, Order, Price, Product, Refund, Seat
from lms.billing.states import FindingKind
from lms.billing.views import baskets
from lms.db import clock
from lms.privacy.actions import legal
from lms.privacy.rules.texts import Text
from tests.factories import billing as make

pytestmark = pytest.mark.django_db
ADDRESS = {
    "holder": "me", "name": "Ada Kamau", "street": "Kirchweg 1", "city": "Köln", "postcode": "50667", "country": "DE"
}  # fmt: skip


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    make.shop()


def text(answer) -> str:
    return answer.content.decode()


def put(client, product=make.COURSE, quantity=1):
    return client.post(reverse("billing:add"), {"product": product, "quantity": quantity})


def order_of(client, **more):
    facts = {**ADDRESS, "form_key": uuid4(), "shown": 153_510, "binding": "on", "order": "1", **more}
    return client.post(reverse("billing:checkout"), facts)


def test_a_basket_survives_signing_in_and_is_joined_with_what_was_there(client, ada) -> None:
    put(client)
    assert "€1,535.10" in text(client.get(reverse("billing:basket")))
    assert client.get(reverse("billing:checkout")).status_code == 302
    client.force_login(ada)
    assert "€1,535.10" in text(client.get(reverse("billing:basket")))
    assert Basket.objects.get().person == ada
    client.logout()
    put(client, make.EXAM)
    client.force_login(ada)
    assert "Lead Implementer" in text(client.get(reverse("billing:basket")))
    assert Basket.objects.get().lines.count() == 2


def test_a_visitor_s_basket_is_nobody_else_s(client, ada, signed_in) -> None:
    put(client)
    assert "Your basket is empty" in text(signed_in(ada).get(reverse("billing:basket")))


def test_quantities_coupon_country_and_currency_change_the_sum(client) -> None:
    make.coupon()
    put(client)
    line = Basket.objects.get().lines.get()
    page = reverse("billing:basket")
    client.post(page, {f"count-{line.pk}": "2", "coupon": "ten", "country": "FR", "currency": "EUR"})
    assert "€2,786.40" in text(client.get(page))
    client.post(page, {"coupon": "nope", "country": "US", "currency": "EUR"})
    shown = text(client.get(page))
    assert "We know no such coupon" in shown
    assert "€2,580.00" in shown
    client.post(page, {"currency": "USD"})
    assert "Not to be had in USD: Lead Implementer" in text(client.get(page))
    client.post(page, {f"remove-{line.pk}": "1"})
    assert "Your basket is empty" in text(client.get(page))


@pytest.mark.parametrize("facts", [{"product": "no"}, {"product": ""}, {}])
def test_what_is_not_sold_is_not_put_in(client, facts) -> None:
    assert client.post(reverse("billing:add"), facts).status_code == 404


@pytest.mark.parametrize("count", ["-1", "9" * 30, "x", "²", ""])
def test_no_quantity_breaks_the_basket(client, count) -> None:
    put(client, quantity=count)
    line = Basket.objects.get().lines.get()
    client.post(reverse("billing:basket"), {f"count-{line.pk}": count})
    assert client.get(reverse("billing:basket")).status_code == 200


def test_an_order_is_placed_with_the_sum_that_was_shown(ada, signed_in) -> None:
    client = signed_in(ada)
    put(client)
    refused = order_of(client, shown=1)
    assert (refused.status_code, Order.objects.count()) == (400, 0)
    assert "The sum is another now" in text(refused)
    refused = order_of(client, binding="")
    assert "Tick this to place the order" in text(refused)
    answer = order_of(client)
    order = Order.objects.get()
    assert answer["Location"] == reverse("billing:order", args=[order.uuid])
    assert order.terms[0]["document"] == "conditions-of-refund"
    assert "DE89 3704 0044 0532 0130 00" in text(client.get(answer["Location"]))
    assert "Your basket is empty" in text(client.get(reverse("billing:basket")))


def test_a_coupon_that_takes_nothing_off_says_so_before_anything_is_sent(ada, signed_in) -> None:
    """In a basket without a name a coupon may hold that its owner has used before."""
    make.coupon("ONCE", limit_each=1)
    make.paid(ada, (make.EXAM, 1), coupon_code="ONCE")
    client = signed_in(ada)
    client.post(reverse("billing:add"), {"product": make.COURSE})
    client.post(reverse("billing:basket"), {"coupon": "ONCE", "currency": "EUR", "country": "DE"})
    shown = text(client.get(reverse("billing:checkout")))
    assert "You have used this coupon as often as one person may." in shown


def test_the_texts_of_an_order_have_their_titles_in_the_language_of_the_page(ada, signed_in) -> None:
    for language, title in (("en", "Right of withdrawal"), ("de", "Widerrufsrecht")):
        said = Text("withdrawal", language, 1, title, True, "Words.", Path("withdrawal.md"))
        legal.publish([said])
    client = signed_in(ada)
    client.post(reverse("billing:add"), {"product": make.COURSE})
    assert ">Right of withdrawal</a>" in text(client.get(reverse("billing:checkout")))
    ada.language = "de"
    ada.save(update_fields=["language"])
    assert ">Widerrufsrecht</a>" in text(client.get(reverse("billing:checkout")))


def test_nobody_agrees_to_terms_that_were_published_after_they_read(ada, signed_in) -> None:
    client = signed_in(ada)
    put(client)

    def published(version: int) -> None:
        text_of = {"kind": "terms", "version": version, "language": "en", "title": "Terms", "material": True}
        legal.publish([Text(**text_of, words=f"Version {version}.", path=Path("terms.md"))])

    published(1)
    assert 'name="texts" value="terms:1"' in text(client.get(reverse("billing:checkout")))
    published(2)
    refused = order_of(client, texts="terms:1")
    assert (refused.status_code, Order.objects.count()) == (400, 0)
    assert "Terms were published anew" in text(refused)
    assert 'name="texts" value="terms:2"' in text(refused)
    assert order_of(client, texts="terms:2").status_code == 302
    assert [one.get("version") for one in Order.objects.get().terms] == [None, "2"]


def test_a_vat_number_is_looked_at_and_takes_the_tax_off(ada, signed_in) -> None:
    client = signed_in(ada)
    put(client)
    refused = order_of(client, country="AT", vat_id="ATU13585628")
    assert "This is no VAT number of that country" in text(refused)
    shown = client.post(
        reverse("billing:checkout"), {**ADDRESS, "country": "AT", "vat_id": "atu 13585627", "quote": "1"}
    )
    assert "reverse charge" in text(shown)
    order_of(client, country="AT", vat_id="atu 13585627", shown=129_000)
    assert (Order.objects.get().vat_id, Order.objects.get().tax_minor) == ("ATU13585627", 0)


def test_several_are_for_an_organisation_that_one_manages(ada, cleo, northmoor, signed_in) -> None:
    client = signed_in(ada)
    put(client, quantity=2)
    assert "Several places are for an organisation" in text(order_of(client, shown=307_020))
    assert order_of(client, holder=str(northmoor.id), shown=307_020).status_code == 400
    client = signed_in(cleo)
    put(client, quantity=2)
    assert order_of(client, holder=str(northmoor.id), shown=307_020).status_code == 302
    assert Order.objects.get().organisation_id == northmoor.id


def test_without_a_seller_nothing_is_ordered_and_the_page_says_so(ada, signed_in) -> None:
    Issuer.objects.all().delete()
    client = signed_in(ada)
    put(client)
    assert "Ordering isn’t set up here yet" in text(client.get(reverse("billing:basket")))
    assert client.get(reverse("billing:checkout")).status_code == 302


def test_an_order_and_its_papers_are_its_buyer_s_and_finance_s(ada, dag, fay, signed_in) -> None:
    order = make.paid(ada)
    paper = reverse("billing:document", args=[order.documents.get().uuid, "de"])
    assert signed_in(dag).get(reverse("billing:order", args=[order.uuid])).status_code == 404
    assert signed_in(dag).get(paper).status_code == 404
    assert signed_in(fay).get(paper).status_code == 200
    answer = signed_in(ada).get(paper)
    assert answer.content.startswith(b"%PDF")
    assert (
        signed_in(ada).get(reverse("billing:document", args=[order.documents.get().uuid, "fr"])).status_code
        == 404
    )


def test_a_transfer_is_recorded_once_in_parts_and_beyond(ada, fay, signed_in) -> None:
    order = make.ordered(ada)
    client = signed_in(fay)
    page = reverse("billing:record_payment", args=[order.uuid])

    def record(amount, reference):
        facts = {"amount": amount, "reference": reference, "received_on": "2026-11-28"}
        return text(client.post(page, facts, follow=True))

    assert "A part is still to be paid" in record("1000", "T1")
    assert "recorded before" in record("1000", "T1")
    assert "recorded before, for something else" in record("1", "T1")
    assert "More was paid than is owed" in record("600.00", "T2")
    for amount in ("0", "-1", "x", "1.001", "1e99", "NaN"):
        assert client.post(page, {"amount": amount, "reference": "T3", "received_on": "x"}).status_code == 400


def test_two_of_finance_refund_and_the_money_leaves(ada, fay, gil, signed_in) -> None:
    order = make.paid(ada)
    line = order.lines.get()
    asking = {f"count-{line.pk}": "1", "reason": "changed plans", "form_key": uuid4()}
    first, second = signed_in(fay), signed_in(gil)
    first.post(reverse("billing:finance_refund", args=[order.uuid]), asking)
    page = reverse("billing:refund", args=[Refund.objects.get().uuid])
    assert "You asked for this refund" in text(first.post(page, {"approve": "1"}, follow=True))
    assert "Approved" in text(second.post(page, {"approve": "1"}, follow=True))
    assert "the money has left" in text(second.post(page, {"sent": "1", "reference": "OUT 1"}, follow=True))
    assert "Credit note" in text(signed_in(ada).get(reverse("billing:order", args=[order.uuid])))


def test_a_buyer_asks_for_a_refund_until_it_has_begun(ada, signed_in) -> None:
    order = make.paid(ada)
    line = order.lines.get()
    client = signed_in(ada)
    page = reverse("billing:order", args=[order.uuid])
    assert "Ask for a refund" in text(client.get(page))
    entitlements.redeem(product_key=make.COURSE, person_id=ada.pk, use_key="use:1")
    entitlements.begin(use_key="use:1", at=clock.now())
    shown = text(client.get(page))
    assert "It has been begun" in shown
    assert "Ask for a refund" not in shown
    asked = client.post(
        reverse("billing:ask_refund", args=[order.uuid]), {f"count-{line.pk}": "1"}, follow=True
    )
    assert "Not refunded. It has been begun" in text(asked)


def test_an_unpaid_order_is_cancelled_by_its_buyer(ada, signed_in) -> None:
    order = make.ordered(ada)
    answer = signed_in(ada).post(reverse("billing:cancel", args=[order.uuid]), follow=True)
    assert "a credit note cancels the invoice" in text(answer)
    paid = make.paid(ada)
    answer = signed_in(ada).post(reverse("billing:cancel", args=[paid.uuid]), follow=True)
    assert "A paid order is not cancelled" in text(answer)


def test_a_list_of_addresses_is_answered_row_by_row(cleo, northmoor, signed_in) -> None:
    pool = make.pool(cleo, northmoor.id, 25)
    page = reverse("billing:pool", args=[pool.pk])

    def send(content: bytes):
        return signed_in(cleo).post(page, {"many": "1", "file": SimpleUploadedFile("list.csv", content)})

    shown = text(send("name,email\nA,a@x.org\nB,nobody\nC,a@x.org\n".encode("utf-8-sig")))
    assert "1 of 3 offered a place" in shown
    assert "This is no e-mail address" in shown
    assert "Stands further up" in shown
    assert Seat.objects.get().email == "a@x.org"
    for content in (b"", b"\xff\xfe\x00", b"\n\n", b"email\n", b"x" * 300_000):
        assert send(content).status_code == 400
    assert Seat.objects.count() == 1


def test_places_are_their_organisation_s(cleo, dag, ada, northmoor, institute, olga, signed_in) -> None:
    pool = make.pool(cleo, northmoor.id)
    assert signed_in(olga).get(reverse("billing:pool", args=[pool.pk])).status_code == 404
    seats.offer(pool_id=pool.pk, rows=[(1, ada.email)], actor_id=cleo.pk)
    page = reverse("billing:seat", args=[Seat.objects.get().uuid])
    assert signed_in(dag).get(page).status_code == 404
    assert "This place is yours" in text(signed_in(ada).post(page, follow=True))
    taken = reverse("billing:take_back", args=[pool.pk, Seat.objects.get().uuid])
    assert "Taken back" in text(signed_in(cleo).post(taken, follow=True))
    assert signed_in(ada).get(page).status_code == 404


def test_the_open_link_gives_a_place(cleo, ada, northmoor, signed_in) -> None:
    pool = make.pool(cleo, northmoor.id)
    signed_in(cleo).post(reverse("billing:seat_link", args=[pool.pk]), {"open": "1"})
    pool.refresh_from_db()
    page = reverse("billing:claim", args=[pool.claim_key])
    assert "Take the place" in text(signed_in(ada).get(page))
    assert "This place is yours" in text(signed_in(ada).post(page, follow=True))
    signed_in(cleo).post(reverse("billing:seat_link", args=[pool.pk]), {"close": "1"})
    assert signed_in(ada).get(page).status_code == 404


def test_finance_makes_coupons_sets_prices_and_says_who_sells(fay, signed_in) -> None:
    client = signed_in(fay)
    product = Product.objects.get(key=make.COURSE)
    facts = {
        "code": "may-26",
        "kind": "fixed",
        "value": "990",
        "currency": "EUR",
        "reason": "fair",
        "product": product.pk,
    }
    for wrong in ({"product": ""}, {"kind": "percent", "value": "101"}, {"code": "a b"}, {"reason": "Ä"}):
        assert client.post(reverse("billing:coupons"), facts | wrong).status_code == 400
    client.post(reverse("billing:coupons"), facts)
    assert (Coupon.objects.get().code, Coupon.objects.get().value) == ("MAY-26", 99_000)
    assert "was made before" in text(client.post(reverse("billing:coupons"), facts))
    client.post(reverse("billing:end_coupon", args=[Coupon.objects.get().pk]))
    assert Coupon.objects.get().ended_at is not None
    page = reverse("billing:product", args=[product.pk])
    price = {"amount": "1490", "currency": "EUR", "tiers": "10: 10, 25: 12.5", "price": "1"}
    for wrong in ("10", "1: 5", "10: x", "10: 1e999", "10: nan"):
        assert client.post(page, price | {"tiers": wrong}).status_code == 400
    assert "from 25 on 12.5 % off" in text(client.post(page, price, follow=True))
    assert Price.objects.latest("pk").tiers == [[10, 1000], [25, 1250]]
    client.post(page, {"sale": "1", "valid_days": "90"})
    assert put(client).status_code == 404
    seller = {**vars(make.PARTICULARS), "organisation": str(Issuer.objects.get().organisation_id)}
    seller["number_prefix"] = seller.pop("prefix")
    assert "This is no IBAN" in text(client.post(reverse("billing:issuer"), seller | {"iban": "DE00"}))
    client.post(reverse("billing:issuer"), seller | {"city": "Hamburg"})
    assert Issuer.objects.get().city == "Hamburg"


def test_a_finding_is_settled_by_somebody(fay, signed_in) -> None:
    findings.note("k", FindingKind.NUMBER_MISSING, order=None, at=clock.now(), facts={"number": 3})
    client = signed_in(fay)
    shown = text(client.get(reverse("billing:findings")))
    assert "A number is missing among the invoices" in shown
    pk = findings.Finding.objects.get().pk
    assert "settled" in text(client.post(reverse("billing:findings"), {"finding": pk}, follow=True))
    assert client.post(reverse("billing:findings"), {"finding": "x"}).status_code == 404


def test_the_table_of_orders_holds_what_was_searched_for(ada, fay, signed_in) -> None:
    make.ordered(ada, billing=make.billed(company="=HYPERLINK(1)", reference="PO-1"))
    make.paid(ada)
    table = b"".join(signed_in(fay).get(reverse("billing:finance_table") + "?text=PO-1")).decode("utf-8-sig")
    rows = table.splitlines()
    assert len(rows) == 2
    assert "'=HYPERLINK(1)" in rows[1]
    assert '"1290.00","245.10","1535.10","0.00"' in rows[1]


def test_the_papers_are_numbered_apart(ada, fay) -> None:
    order = make.paid(ada)
    counts = {line.pk: 1 for line in order.lines.all()}
    row = refunds.ask(order_uuid=order.uuid, counts=counts, reason="", form_key=uuid4(), actor_id=ada.pk)
    refunds.approve(uuid=row.uuid, actor_id=fay.pk)
    assert list(Document.objects.order_by("pk").values_list("series", "number")) == [
        ("invoice", 1), ("credit-note", 1)
    ]  # fmt: skip


def test_somebody_else_pays_by_a_link_that_ends(ada, cleo, signed_in) -> None:
    asks, pays = signed_in(ada), signed_in(cleo)
    put(asks)
    link = "/checkout/" + asks.get(reverse("billing:ask")).context["link"].partition("/checkout/")[2]
    assert "Ada Kamau asks you to pay" in text(pays.get(link))
    assert pays.get(link[:-2] + "x/").status_code == 410
    assert pays.post(link)["Location"] == reverse("billing:checkout")
    assert "For Ada Kamau" in text(pays.get(reverse("billing:checkout")))
    order_of(pays, holder="asked")
    order = Order.objects.get()
    assert (order.buyer, order.learner) == (cleo, ada)
    make.pay(order)
    assert entitlements.queries.has_unused(make.COURSE, ada.pk)
    assert order_of(asks, holder="asked").status_code == 400


def test_the_desk_shows_a_place_that_is_offered_and_an_order_that_is_not_paid(
    ada, cleo, northmoor, signed_in
) -> None:
    pool = make.pool(cleo, northmoor.id)
    seats.offer(pool_id=pool.pk, rows=[(1, ada.email.upper())], actor_id=cleo.pk)
    make.ordered(ada)
    shown = text(signed_in(ada).get("/desk/"))
    assert "Take the place" in shown
    assert "See how to pay" in shown


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "digits", "read"), [("3966750", 15, 3966750), ("3966750", 6, -1), ("-1", 15, -1), ("²", 15, -1)]
)
def test_a_sum_of_any_size_is_read_and_a_count_is_small(text, digits, read) -> None:
    assert baskets.whole(text, -1, digits=digits) == read
