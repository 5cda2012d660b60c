"""The right to use a product so many times, and each use of it."""

from django.conf import settings
from django.db import models

from lms.billing.models.product import Product


class Entitlement(models.Model):
    """N uses of a product, held by a person or by an organisation (its seats: N above one)."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="entitlements")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="entitlements"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entitlements",
    )
    quantity = models.PositiveIntegerField(default=1)
    source_key = models.CharField(max_length=200, unique=True)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    claim_key = models.UUIDField("key of the link by which places are taken", null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="entitlement_for_one_use_at_least"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, organisation__isnull=True)
                | models.Q(person__isnull=True, organisation__isnull=False),
                name="entitlement_has_one_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"


class Redemption(models.Model):
    """One use of an entitlement. `use_key` names what it was used for, from any floor above.

    Until it has begun it may be given back: the row stays, and counts no longer.
    """

    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="redemptions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="redemptions")
    use_key = models.CharField(max_length=200, unique=True)
    redeemed_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    given_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(begun_at__isnull=True) | models.Q(given_back_at__isnull=True),
                name="redemption_begun_is_not_given_back",
            ),
        ]

    def __str__(self) -> str:
        return self.use_key
