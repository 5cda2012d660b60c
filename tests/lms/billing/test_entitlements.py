"""What may be used follows from what was granted, one use at a time."""

import pytest
from django.db import IntegrityError, transaction

from lms.billing import queries
from lms.billing.actions import entitlements, products
from lms.billing.models import Entitlement, Redemption
from lms.db import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    products.offer(key="course:li", kind="course", title="A course", amount_minor=129000, currency="EUR")
    return "course:li"


def test_a_price_is_read_in_words(course):
    offer = queries.offer_of(course)
    assert (offer.price_text, offer.is_free_here) == ("€1,290.00", False)


def test_an_unknown_product_is_told():
    with pytest.raises(queries.UnknownProduct):
        queries.offer_of("course:none")


def test_offering_again_changes_what_changed(course):
    offer = {"key": course, "kind": "course", "title": "A course", "currency": "EUR"}
    assert products.offer(**offer, amount_minor=129000) is False
    assert products.offer(**offer, amount_minor=99000) is True
    assert queries.offer_of(course).price_text == "€990.00"


def test_one_grant_is_one_use(course, ada):
    entitlements.grant(product_key=course, person_id=ada.pk, source_key="order:1")
    entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:1")
    with pytest.raises(entitlements.NoEntitlement):
        entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:2")


def test_the_same_use_twice_is_one_redemption(course, ada):
    entitlements.grant(product_key=course, person_id=ada.pk, source_key="order:1")
    first = entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:1")
    assert entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:1") == first
    assert Redemption.objects.count() == 1


def test_the_same_source_grants_once(course, ada):
    for _ in range(2):
        entitlements.grant(product_key=course, person_id=ada.pk, source_key="order:1")
    assert Entitlement.objects.count() == 1


def test_another_s_entitlement_can_t_be_used(course, ada, dag):
    entitlements.grant(product_key=course, person_id=ada.pk, source_key="order:1")
    with pytest.raises(entitlements.NoEntitlement):
        entitlements.redeem(product_key=course, person_id=dag.pk, use_key="enrolment:1")


def test_what_has_a_price_is_not_free_outside_the_demonstration(course, ada, settings):
    with pytest.raises(entitlements.NotFree):
        entitlements.claim_free(product_key=course, person_id=ada.pk)
    settings.DEMONSTRATION = True
    entitlements.claim_free(product_key=course, person_id=ada.pk)
    assert queries.has_unused(course, ada.pk)


def test_claiming_again_with_a_use_left_grants_no_second(course, ada, settings):
    settings.DEMONSTRATION = True
    for _ in range(2):
        entitlements.claim_free(product_key=course, person_id=ada.pk)
    assert Entitlement.objects.count() == 1


def test_the_beginning_of_a_use_is_noted_once(course, ada):
    entitlements.grant(product_key=course, person_id=ada.pk, source_key="order:1")
    entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:1")
    at = clock.now()
    entitlements.begin(use_key="enrolment:1", at=at)
    with clock.shifted(days=1):
        entitlements.begin(use_key="enrolment:1", at=clock.now())
    assert Redemption.objects.get().begun_at == at


def test_the_table_refuses_an_entitlement_without_a_holder(course):
    product = Entitlement._meta.get_field("product").related_model.objects.get(key=course)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entitlement.objects.create(product=product, source_key="x", granted_at=clock.now())


def test_a_use_that_has_not_begun_is_given_back_and_may_be_used_again(course, ada):
    entitlements.grant(product_key=course, person_id=ada.pk, source_key="order:1")
    entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:1")
    for _ in range(2):
        entitlements.give_back(use_key="enrolment:1", at=clock.now(), actor_id=ada.pk)
    assert Redemption.objects.get().given_back_at is not None
    entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:2")
    assert not queries.has_unused(course, ada.pk)


def test_the_key_of_a_use_given_back_is_used_up(course, ada):
    entitlements.grant(product_key=course, person_id=ada.pk, source_key="order:1")
    entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:1")
    entitlements.give_back(use_key="enrolment:1", at=clock.now(), actor_id=None)
    with pytest.raises(entitlements.NoEntitlement):
        entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:1")


def test_what_has_begun_stays_used(course, ada):
    entitlements.grant(product_key=course, person_id=ada.pk, source_key="order:1")
    entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:1")
    entitlements.begin(use_key="enrolment:1", at=clock.now())
    with pytest.raises(entitlements.UseHasBegun):
        entitlements.give_back(use_key="enrolment:1", at=clock.now(), actor_id=ada.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redemption.objects.update(given_back_at=clock.now())


def test_a_use_may_be_taken_from_one_source_and_leaves_the_others(course, ada):
    entitlements.grant(product_key=course, person_id=ada.pk, source_key="order:1")
    assert not queries.is_spent("gift:1")
    gift = entitlements.grant(product_key=course, person_id=ada.pk, source_key="gift:1")
    entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:1", source_key="gift:1")
    assert Redemption.objects.get().entitlement_id == gift
    assert (queries.is_spent("gift:1"), queries.is_spent("order:1")) == (True, False)
    with pytest.raises(entitlements.NoEntitlement):
        entitlements.redeem(product_key=course, person_id=ada.pk, use_key="enrolment:2", source_key="gift:1")
