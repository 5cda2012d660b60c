"""What somebody means to order, before and after they sign in."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from lms.billing.models import Basket, BasketLine, Product
from lms.db import clock

MOST = 1000
MOST_LINES = 20


class FullBasket(Exception):
    """No more different products go into one basket."""


class NotOnSale(Exception):
    """There is no such product, or it can't be ordered."""


def mine(*, person_id: int | None, key: UUID | None) -> Basket | None:
    """The basket of a person, or of a visitor by its key; None where there is none.

    A visitor's basket that somebody brings along when they sign in goes into theirs: of a product in both, the
    larger quantity counts.
    """
    if person_id is None:
        return Basket.objects.filter(key=key, person__isnull=True).first() if key else None
    if key is None or not Basket.objects.filter(key=key, person__isnull=True).exists():
        return Basket.objects.filter(person=person_id).first()
    with transaction.atomic():
        _lock(person_id)
        own = Basket.objects.filter(person=person_id).first()
        brought = Basket.objects.filter(key=key, person__isnull=True).first()
        if brought is None:
            return own
        if own is None:
            brought.person_id = person_id
            brought.save(update_fields=["person"])
            return brought
        for line in brought.lines.all():
            _put(own, line.product_id, line.quantity)
        own.coupon_code = brought.coupon_code or own.coupon_code
        own.country = brought.country or own.country
        own.currency = brought.currency
        own.save(update_fields=["coupon_code", "country", "currency"])
        brought.delete()
    return own


def put(*, product_key: str, quantity: int, person_id: int | None, key: UUID | None) -> Basket:
    """Puts so many of a product into the basket, and makes one where there is none; put again, the larger quantity
    counts. Raises NotOnSale and FullBasket."""
    product = Product.objects.filter(key=product_key, on_sale=True).first()
    if product is None:
        raise NotOnSale(product_key)
    with transaction.atomic():
        if person_id is not None:
            _lock(person_id)
        basket = mine(person_id=person_id, key=key) or Basket.objects.create(
            person_id=person_id, changed_at=clock.now()
        )
        others = basket.lines.exclude(product=product)
        if others.count() >= MOST_LINES:
            raise FullBasket
        _put(basket, product.pk, quantity)
    return basket


def change(*, basket: Basket, counts: dict[int, int], coupon_code: str, country: str, currency: str) -> None:
    """Sets the quantities of lines (by id; none takes the line out), the coupon, the country of the buyer and the
    currency."""
    with transaction.atomic():
        for line in basket.lines.select_for_update():
            wanted = counts.get(line.pk, line.quantity)
            if wanted < 1:
                line.delete()
            elif wanted != line.quantity:
                line.quantity = min(wanted, MOST)
                line.save(update_fields=["quantity"])
        basket.coupon_code, basket.country, basket.currency = coupon_code, country, currency
        basket.changed_at = clock.now()
        basket.save(update_fields=["coupon_code", "country", "currency", "changed_at"])


def _lock(person_id: int) -> None:
    """The person's row is the lock: of two clicks at once the second finds the first one's basket."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=person_id)


def _put(basket: Basket, product_id: int, quantity: int) -> None:
    wanted = min(max(quantity, 1), MOST)
    line, made = BasketLine.objects.get_or_create(
        basket=basket, product_id=product_id, defaults={"quantity": wanted}
    )
    if not made and wanted > line.quantity:
        line.quantity = wanted
        line.save(update_fields=["quantity"])
