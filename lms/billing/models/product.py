"""What can be had, and for how much."""

from django.conf import settings
from django.db import models


class Product(models.Model):
    """Something offered for money or for nothing. Billing does not know what it is: a key and a kind."""

    key = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    amount_minor = models.PositiveIntegerField("price in minor units, without tax")
    currency = models.CharField(max_length=3, default="EUR")
    valid_days = models.PositiveIntegerField("days for which places of an organisation last", default=365)
    on_sale = models.BooleanField("can be ordered", default=True)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="whose it is; of nobody: the institution's",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )

    def __str__(self) -> str:
        return self.title


class BundlePart(models.Model):
    """That a product of the kind `bundle` holds another. What it holds never changes: another bundle is made."""

    bundle = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="parts")
    part = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="bundles")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "part"], name="bundle_holds_once"),
            models.CheckConstraint(condition=~models.Q(bundle=models.F("part")), name="bundle_holds_another"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} in {self.bundle_id}"


class Price(models.Model):
    """A price of a product from a moment on. What was is never changed: a new price is a new row."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="prices")
    amount_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    includes_tax = models.BooleanField(default=False)
    tiers = models.JSONField(default=list)
    valid_from = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["product", "currency", "valid_from"], name="price_by_time")]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency} from {self.valid_from:%Y-%m-%d}"


class Coupon(models.Model):
    """A code that takes something off. Its terms stay as they were given out; it may be ended."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10)
    value = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="whose products it is for; of nobody: the institution's",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    limit = models.PositiveIntegerField(null=True)
    limit_each = models.PositiveIntegerField(null=True)
    reason = models.CharField("why it is given", max_length=40)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="percent", value__lte=10_000)
                | models.Q(kind__in=["amount", "fixed"]) & ~models.Q(currency=""),
                name="coupon_of_money_has_currency",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="fixed") | models.Q(product__isnull=False),
                name="coupon_fixed_is_for_a_product",
            ),
        ]

    def __str__(self) -> str:
        return self.code
