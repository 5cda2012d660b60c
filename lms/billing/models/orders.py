"""The ledger: orders, what was paid for them and what went back. Only added to; a state and its time may move."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from lms.billing.models.product import Coupon, Product
from lms.billing.states import FindingKind, Method, OrderState, RefundKind, RefundState


class Issuer(models.Model):
    """The organisation that sells: who stands on its invoices, and its rules."""

    organisation = models.OneToOneField(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    legal_name = models.CharField(max_length=160)
    street = models.CharField(max_length=160)
    postcode = models.CharField(max_length=20)
    city = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    vat_id = models.CharField(max_length=20, blank=True)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    email = models.EmailField()
    prefix = models.SlugField(max_length=8, unique=True)
    payment_days = models.PositiveIntegerField(default=14)
    refund_days = models.PositiveIntegerField(default=14)

    def __str__(self) -> str:
        return self.legal_name


class Sequence(models.Model):
    """The last number of a series of an issuer in a year. Its row is the lock."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=12)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "series", "year"], name="sequence_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class Order(models.Model):
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    form_key = models.UUIDField(unique=True)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    currency = models.CharField(max_length=3)
    net_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField()
    treatment = models.CharField(max_length=20)
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, null=True, related_name="orders")
    method = models.CharField(max_length=10, choices=Method)
    name = models.CharField(max_length=160)
    company = models.CharField(max_length=160, blank=True)
    street = models.CharField(max_length=160)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    vat_id = models.CharField(max_length=20, blank=True)
    reference = models.CharField("the buyer's own number", max_length=60, blank=True)
    language = models.CharField(max_length=10, default="en-gb")
    terms = models.JSONField(default=list)
    placed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=OrderState, default=OrderState.PLACED)
    state_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_known"),
            models.CheckConstraint(
                condition=Q(learner__isnull=False, organisation__isnull=True)
                | Q(learner__isnull=True, organisation__isnull=False),
                name="order_is_for_one_holder",
            ),
        ]
        indexes = [models.Index(fields=["state", "-placed_at"], name="order_by_state")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


class OrderLine(models.Model):
    """One product of an order as it was sold; a bundle is a line for each of its parts, which name it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    bundle = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    unit_minor = models.PositiveIntegerField()
    includes_tax = models.BooleanField(default=False)
    off_minor = models.PositiveBigIntegerField(default=0)
    net_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField()
    rate_bp = models.PositiveIntegerField()
    valid_days = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_of_one_at_least"),
            models.UniqueConstraint(
                fields=["order", "product"],
                condition=Q(bundle__isnull=True),
                name="order_line_once_per_product",
            ),
            models.UniqueConstraint(
                fields=["order", "bundle", "product"], name="order_line_once_per_part_of_a_bundle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor

    @property
    def source_key(self) -> str:
        return f"billing.line:{self.pk}"


class OrderChange(models.Model):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.event} at {self.at}"


class Payment(models.Model):
    """Money that came in for an order, once for each reference of who brought it: see `queries.sellers.account`."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=120)
    amount_minor = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="payment_once_per_reference"),
            models.CheckConstraint(condition=Q(amount_minor__gte=1), name="payment_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.brought_by} {self.reference}"

    @property
    def brought_by(self) -> str:
        return self.provider.partition(":")[0]


class Refund(models.Model):
    """Money that is to go back: asked for by one person, approved by another."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    form_key = models.UUIDField(unique=True, null=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    kind = models.CharField(max_length=10, choices=RefundKind)
    amount_minor = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    outside_policy = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.ASKED)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True)
    provider = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RefundState.values), name="refund_state_known"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="refund_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["provider", "reference"],
                condition=~Q(reference=""),
                name="refund_once_per_reference",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def brought_by(self) -> str:
        return self.provider.partition(":")[0]


class RefundLine(models.Model):
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="refunds")
    quantity = models.PositiveIntegerField()
    net_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refund_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="refund_line_of_one_at_least"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"


class Document(models.Model):
    """An invoice, or a credit note against one: numbered in the transaction that makes it, with all that is printed."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=12)
    year = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    printed_number = models.CharField(max_length=30, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="documents")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, null=True, related_name="document")
    facts = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "series", "year", "number"], name="document_number_once"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(series="invoice"), name="document_one_invoice_per_order"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="document_numbered_from_one"),
        ]

    def __str__(self) -> str:
        return self.printed_number


class Finding(models.Model):
    """What a comparison found, once for each `key`, until it is found no more or somebody has settled it."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="findings")
    facts = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.key

    @property
    def words(self) -> str:
        return str(FindingKind(self.kind).label)
