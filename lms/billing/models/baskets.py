"""What somebody means to order."""

import uuid

from django.conf import settings
from django.db import models

from lms.billing.models.product import Product


class Basket(models.Model):
    """Of a visitor (`key` lies in their session) until they sign in, then of the person."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="basket"
    )
    coupon_code = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)


class BasketLine(models.Model):
    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["basket", "product"], name="basket_line_once_per_product"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, quantity__lte=1000), name="basket_line_has_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
