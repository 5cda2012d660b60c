"""Every provider sells its own, under its own name, numbers and account, and keeps its own books."""

from uuid import uuid4

import pytest
from django.urls import reverse

from lms.accounts.actions import people
from lms.accounts.models import Person
from lms.billing.actions import findings, payments, refunds
from lms.billing.models import Coupon, Document, Finding, Issuer, Order, Product
from lms.billing.queries import quotes, sellers
from lms.billing.states import FindingKind
from lms.db import clock
from lms.organisations import queries as organisations
from lms.organisations.actions import memberships
from lms.privacy.actions import legal
from lms.privacy.queries.legal import OF_ACCOUNTS
from tests.factories import billing as make

pytestmark = pytest.mark.django_db
FAR = "course-far"


@pytest.fixture(autouse=True)
def faraway(db: None) -> Issuer:
    make.shop()
    return make.second_seller()


@pytest.fixture
def nils(faraway: Issuer) -> Person:
    """Nils keeps Faraway's books, and nobody else's."""
    number = people.register(email="nils@example.org", display_name="Nils", password=None)
    legal.accept(person_id=number, kinds=OF_ACCOUNTS, context="tests")
    memberships.appoint(
        person_id=number, organisation_id=faraway.organisation_id, role="finance", actor_id=None
    )
    return Person.objects.get(pk=number)


def text(answer) -> str:
    return answer.content.decode()


def test_each_seller_s_invoices_bear_its_name_its_account_and_numbers_of_its_own(ada) -> None:
    for _ in range(2):
        make.ordered(ada)
        make.ordered(ada, (FAR, 1))
    found = Document.objects.order_by("pk").values_list("printed_number", "facts__seller__name")
    year = clock.now().year
    ours, theirs = "Auditorium Institute GmbH", "Faraway SARL"
    assert list(found) == [
        (f"AI-{year}-00001", ours), (f"FARA-{year}-00001", theirs),
        (f"AI-{year}-00002", ours), (f"FARA-{year}-00002", theirs),
    ]  # fmt: skip


def test_tax_is_that_of_who_sells(ada) -> None:
    assert make.ordered(ada, (FAR, 1)).lines.get().rate_bp == 1900  # Ada is in Germany, and no business
    at_home = make.ordered(ada, (FAR, 1), billing=make.billed(country="FR"))
    assert (at_home.treatment, at_home.lines.get().rate_bp) == ("domestic", 2000)


def test_what_belongs_to_who_issues_no_invoices_is_sold_by_the_institution(ada, northmoor) -> None:
    Product.objects.filter(key=make.EXAM).update(organisation=northmoor.id)
    assert make.ordered(ada, (make.EXAM, 1)).issuer.prefix == "AI"


def test_one_order_is_of_one_seller(ada) -> None:
    with pytest.raises(sellers.SeveralSellers):
        make.ordered(ada, (make.COURSE, 1), (FAR, 1))
    assert not Order.objects.exists()


def test_a_basket_of_two_sellers_becomes_two_orders(ada, signed_in) -> None:
    client = signed_in(ada)
    for key in (make.COURSE, FAR):
        client.post(reverse("billing:add"), {"product": key})
    shown = text(client.get(reverse("billing:basket")))
    assert "From Auditorium Institute GmbH" in shown
    assert "From Faraway SARL" in shown
    facts = {"holder": "me", "method": "transfer", "binding": "on", **vars(make.billed())}
    for seller, shown_minor in (("Auditorium Institute GmbH", 153_510), ("Faraway SARL", 59_500)):
        assert f"The seller is {seller}" in text(client.get(reverse("billing:checkout")))
        form = facts | {"order": "1", "shown": shown_minor, "form_key": uuid4()}
        answer = client.post(reverse("billing:checkout"), form, follow=True)
        assert "Your order is placed" in text(answer)
        assert ("is still in your basket" in text(answer)) == (seller != "Faraway SARL")
    assert list(Order.objects.order_by("pk").values_list("issuer__prefix", flat=True)) == ["AI", "FARA"]
    assert "Your basket is empty" in text(client.get(reverse("billing:basket")))


def test_finance_sees_its_own_orders_and_nobody_else_s(ada, nils, fay, olga, signed_in) -> None:
    ours, theirs = make.paid(ada), make.paid(ada, (FAR, 1))
    refund = {}
    for order in (ours, theirs):
        counts = {line.pk: 1 for line in order.lines.all()}
        refund[order.pk] = refunds.ask(
            order_uuid=order.uuid, counts=counts, reason="", form_key=uuid4(), actor_id=ada.pk
        )
        findings.note(f"k{order.pk}", FindingKind.PAID_OVER, order=order, at=clock.now())
    for who, own, other in ((nils, theirs, ours), (fay, ours, theirs)):
        client = signed_in(who)
        listed = text(client.get(reverse("billing:finance")))
        assert (str(own.uuid) in listed, str(other.uuid) in listed) == (True, False)
        table = b"".join(client.get(reverse("billing:finance_table"))).decode()
        assert (str(own.uuid) in table, str(other.uuid) in table) == (True, False)
        for order, code in ((own, 200), (other, 404)):
            assert client.get(reverse("billing:finance_order", args=[order.uuid])).status_code == code
            assert client.get(reverse("billing:refund", args=[refund[order.pk].uuid])).status_code == code
            bill = order.documents.get(series="invoice")
            assert client.get(reverse("billing:document", args=[bill.uuid, "de"])).status_code == code
            finding = Finding.objects.get(order=order)
            settled = client.post(reverse("billing:findings"), {"finding": finding.pk}).status_code
            assert settled == (302 if code == 200 else 404)
        for act in ("record_payment", "finance_cancel", "finance_refund"):
            assert client.post(reverse(f"billing:{act}", args=[other.uuid]), {}).status_code == 404
        refused = client.post(reverse("billing:refund", args=[refund[other.pk].uuid]), {"approve": "1"})
        assert refused.status_code == 404
    listed = text(signed_in(olga).get(reverse("billing:finance")))
    assert str(ours.uuid) in listed
    assert str(theirs.uuid) in listed


def test_prices_and_coupons_are_of_one_s_own_products(ada, nils, fay, signed_in) -> None:
    client = signed_in(nils)
    mine, theirs = (Product.objects.get(key=key).pk for key in (FAR, make.COURSE))
    assert client.get(reverse("billing:product", args=[mine])).status_code == 200
    assert client.get(reverse("billing:product", args=[theirs])).status_code == 404
    assert "Lead Implementer" not in text(client.get(reverse("billing:products")))
    facts = {"code": "FAR", "kind": "percent", "value": "50", "currency": "EUR", "reason": "fair"}
    assert client.post(reverse("billing:coupons"), facts | {"product": theirs}).status_code == 400
    assert client.post(reverse("billing:coupons"), facts).status_code == 302
    assert make.ordered(ada, (FAR, 1), coupon_code="FAR").net_minor == 25_000
    with pytest.raises(quotes.CouponRefused):
        make.ordered(ada, coupon_code="FAR")
    coupon = Coupon.objects.get()
    assert signed_in(fay).post(reverse("billing:end_coupon", args=[coupon.pk])).status_code == 404
    assert client.post(reverse("billing:end_coupon", args=[coupon.pk])).status_code == 302


def test_an_employer_s_finance_sells_nothing_and_its_coupon_takes_nothing_off(
    ada, dag, northmoor, signed_in
) -> None:
    memberships.appoint(person_id=dag.pk, organisation_id=northmoor.id, role="finance", actor_id=None)
    client = signed_in(dag)
    order = make.ordered(ada)
    assert str(order.uuid) not in text(client.get(reverse("billing:finance")))
    facts = {"code": "FREE", "kind": "percent", "value": "100", "currency": "EUR", "reason": "fair"}
    client.post(reverse("billing:coupons"), facts)
    with pytest.raises(quotes.CouponRefused):
        make.ordered(ada, coupon_code="FREE")
    seller = {**vars(make.PARTICULARS), "organisation": str(northmoor.id), "number_prefix": "NM"}
    assert client.post(reverse("billing:issuer"), seller).status_code == 400
    assert Issuer.objects.count() == 2


def test_a_seller_is_set_up_by_its_own_finance_and_no_prefix_is_used_twice(nils, signed_in) -> None:
    client = signed_in(nils)
    own = Issuer.objects.get(prefix="FARA")
    facts = {
        **vars(make.PARTICULARS),
        "country": "FR",
        "vat_id": "",
        "organisation": str(own.organisation_id),
    }
    answer = client.post(reverse("billing:issuer"), facts | {"number_prefix": "AI"})
    assert answer.status_code == 400
    assert "numbers of another seller begin so" in text(answer)
    client.post(reverse("billing:issuer"), facts | {"number_prefix": "FX", "city": "Lyon"})
    own.refresh_from_db()
    assert (own.city, own.prefix) == ("Lyon", "FX")
    other = Issuer.objects.get(prefix="AI").organisation_id
    assert client.post(reverse("billing:issuer"), facts | {"organisation": str(other)}).status_code == 400


def test_before_anybody_sells_nobody_but_the_institution_s_finance_is_the_institution(
    nils, fay, signed_in
) -> None:
    """Whoever was set up first would sell all that belongs to nobody, with their bank account on its invoices."""
    Issuer.objects.all().delete()
    course = Product.objects.get(key=make.COURSE)
    stranger = signed_in(nils)
    assert "No organisation of yours may sell here yet" in text(stranger.get(reverse("billing:issuer")))
    filled = {"legal_name": "Faraway", "street": "1", "postcode": "1", "city": "Lyon", "country": "FR",
              "iban": make.PARTICULARS.iban, "email": "x@example.org", "number_prefix": "FW",
              "payment_days": 14, "refund_days": 14}  # fmt: skip
    for slug in ("faraway", "institute"):
        sent = filled | {"organisation": str(organisations.organisation(slug).id)}
        assert stranger.post(reverse("billing:issuer"), sent).status_code == 400
    assert stranger.get(reverse("billing:product", args=[course.pk])).status_code == 404
    assert course.title not in text(stranger.get(reverse("billing:products")))
    assert not Issuer.objects.exists()
    assert signed_in(fay).post(reverse("billing:issuer"), sent | {"country": "DE"}).status_code == 302
    assert sellers.sellers().institution.legal_name == "Faraway"


def test_a_payment_of_one_seller_s_order_pays_no_other_s(ada) -> None:
    ours, theirs = make.ordered(ada), make.ordered(ada, (FAR, 1))
    make.pay(ours, reference="RE 1")
    with pytest.raises(payments.KnownReference):
        make.pay(make.ordered(ada), reference="RE 1")
    theirs.refresh_from_db()
    assert (theirs.state, theirs.payments.count()) == ("placed", 0)


def test_each_seller_s_bank_has_references_of_its_own(ada, fay, gil) -> None:
    ours, theirs = make.ordered(ada), make.ordered(ada, (FAR, 1))
    assert make.pay(ours, reference="RE 1").state == make.pay(theirs, reference="RE 1").state == "paid"
    assert make.pay(theirs, reference="RE 1").before
    with pytest.raises(payments.KnownReference):
        make.pay(make.ordered(ada, (FAR, 1)), reference="RE 1")
    given = []
    for order in (ours, theirs):
        facts = {"order_uuid": order.uuid, "counts": {line.pk: 1 for line in order.lines.all()}, "reason": ""}
        row = refunds.ask(form_key=uuid4(), actor_id=ada.pk, **facts)
        refunds.approve(uuid=row.uuid, actor_id=gil.pk)
        refunds.sent(uuid=row.uuid, provider="transfer", reference="BACK 1", at=clock.now(), actor_id=fay.pk)
        row.refresh_from_db()
        given.append((row.state, row.brought_by, row.reference))
    assert given == [("sent", "transfer", "BACK 1")] * 2
