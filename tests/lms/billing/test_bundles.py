"""Several products under one price."""

from uuid import uuid4

import pytest
from django.urls import reverse

from lms.billing import queries
from lms.billing.actions import bundles, entitlements, products, refunds
from lms.billing.models import BundlePart, Document, Entitlement, OrderLine, Product
from lms.billing.queries import quotes, sellers
from lms.db import clock
from tests.factories import billing as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> Product:
    make.shop()
    return make.bundle()


def lines(order) -> dict[str, OrderLine]:
    return {line.product.key: line for line in order.lines.select_related("product")}


def test_a_bundle_is_one_price_and_an_entitlement_for_each_part(ada) -> None:
    order = make.paid(ada, (make.BUNDLE, 1))
    assert (order.net_minor, order.gross_minor) == (149_900, 178_381)
    sold = lines(order)
    assert {key: line.net_minor for key, line in sold.items()} == {make.COURSE: 115_102, make.EXAM: 34_798}
    assert sum(line.gross_minor for line in sold.values()) == order.gross_minor
    held = Entitlement.objects.filter(person=ada).values_list("product__key", flat=True)
    assert set(held) == {make.COURSE, make.EXAM}


def test_the_same_course_alone_and_in_a_bundle_are_two_rights(ada) -> None:
    make.paid(ada, (make.BUNDLE, 1), (make.COURSE, 1))
    assert Entitlement.objects.filter(person=ada, product__key=make.COURSE).count() == 2


def test_a_part_that_has_begun_stays_and_the_other_goes_back_for_its_share(ada, fay, gil) -> None:
    order = make.paid(ada, (make.BUNDLE, 1))
    entitlements.redeem(product_key=make.COURSE, person_id=ada.pk, use_key="enrolment:1")
    entitlements.begin(use_key="enrolment:1", at=clock.now())
    sold = lines(order)
    ask = {"order_uuid": order.uuid, "reason": "", "actor_id": fay.pk}
    with pytest.raises(refunds.NotRefundable, match="begun"):
        refunds.ask(**ask, counts={line.pk: 1 for line in sold.values()}, form_key=uuid4())
    row = refunds.ask(**ask, counts={sold[make.EXAM].pk: 1}, form_key=uuid4())
    refunds.approve(uuid=row.uuid, actor_id=gil.pk)
    assert row.amount_minor == sold[make.EXAM].gross_minor
    credit = Document.objects.get(series="credit-note")
    assert [(line["title"], line["net"]) for line in credit.facts["lines"]] == [("Whole way: Exam", 34_798)]
    assert not queries.has_unused(make.EXAM, ada.pk)


def test_the_whole_goes_back_for_the_whole(ada, fay, gil) -> None:
    order = make.paid(ada, (make.BUNDLE, 1))
    counts = {line.pk: 1 for line in order.lines.all()}
    row = refunds.ask(order_uuid=order.uuid, counts=counts, reason="", form_key=uuid4(), actor_id=fay.pk)
    refunds.approve(uuid=row.uuid, actor_id=gil.pk)
    order.refresh_from_db()
    assert (row.amount_minor, order.state) == (order.gross_minor, "refunded")


def test_places_of_a_bundle_are_a_pool_of_each_part_that_last_as_long_as_the_bundle_says(
    cleo, northmoor, shop
) -> None:
    products.put_on_sale(product_id=shop.pk, on_sale=True, valid_days=30, actor_id=cleo.pk)
    order = make.paid(cleo, (make.BUNDLE, 3), organisation_id=northmoor.id)
    pools = Entitlement.objects.filter(organisation=northmoor.id)
    assert {(pool.product.key, pool.quantity) for pool in pools} == {(make.COURSE, 3), (make.EXAM, 3)}
    assert {line.valid_days for line in order.lines.all()} == {30}
    assert sum(line.net_minor for line in order.lines.all()) == 3 * 149_900


def test_coupons_and_tiers_are_of_the_bundle(ada) -> None:
    make.coupon("HALF", value=5000)
    order = make.ordered(ada, (make.BUNDLE, 1), coupon_code="HALF")
    assert order.net_minor == 74_950
    assert sum(line.off_minor for line in order.lines.all()) == 74_950
    make.coupon("COURSE", product_id=Product.objects.get(key=make.COURSE).pk)
    with pytest.raises(quotes.CouponRefused):
        make.ordered(ada, (make.BUNDLE, 1), coupon_code="COURSE")


def test_a_bundle_can_t_be_ordered_while_a_part_of_it_can_t(ada) -> None:
    assert queries.offer_of(make.COURSE).bundles == ((make.BUNDLE, "Whole way", "€1,499.00"),)
    exam = Product.objects.get(key=make.EXAM)
    products.put_on_sale(product_id=exam.pk, on_sale=False, valid_days=365, actor_id=ada.pk)
    assert queries.offer_of(make.COURSE).bundles == ()
    with pytest.raises(quotes.NotOffered, match="Whole way"):
        make.ordered(ada, (make.BUNDLE, 1))


def test_what_a_bundle_can_t_be(shop) -> None:
    course, exam = (Product.objects.get(key=key).pk for key in (make.COURSE, make.EXAM))
    make.second_seller()
    far = Product.objects.get(key="course-far").pk
    facts = {"title": "New", "amount_minor": 1, "organisation_id": None, "actor_id": None}
    for ids in ([course], [course, shop.pk], [course, 10**6], [course, course]):
        with pytest.raises(bundles.TooFew):
            bundles.make(**facts, currency="EUR", part_ids=ids)
    with pytest.raises(bundles.NoPrice):
        bundles.make(**facts, currency="USD", part_ids=[course, exam])
    with pytest.raises(sellers.SeveralSellers):
        bundles.make(**facts, currency="EUR", part_ids=[course, far])
    with pytest.raises(bundles.KnownTitle):
        make.bundle()
    assert BundlePart.objects.count() == 2


def test_finance_makes_a_bundle_and_the_form_says_what_is_wrong(fay, signed_in) -> None:
    client = signed_in(fay)
    ids = list(Product.objects.exclude(kind="bundle").values_list("pk", flat=True))
    facts = {"title": "Both", "amount": "1500", "currency": "EUR", "parts": ids}
    for wrong in (
        {"parts": ids[:1]},
        {"parts": []},
        {"parts": ["x"]},
        {"currency": "USD"},
        {"title": "Whole way"},
        {"amount": "-1"},
    ):
        assert client.post(reverse("billing:make_bundle"), facts | wrong).status_code == 400
    shown = client.post(reverse("billing:make_bundle"), facts, follow=True).content.decode()
    assert "What it holds" in shown
    assert "1,500.00" in shown
    assert client.post(reverse("billing:add"), {"product": "bundle-both"}, follow=True).status_code == 200
