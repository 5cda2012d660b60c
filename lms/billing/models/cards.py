"""What passes between the ledger and Stripe: pages opened, events told, payments disputed, comparisons made.

The ledger itself names Stripe only as the provider of a payment or a refund, with Stripe's number for it.
"""

import uuid

from django.db import models
from django.db.models import Q

from lms.billing.models.orders import Order
from lms.billing.states import CheckoutState


class StripeEvent(models.Model):
    """That Stripe has told of something; stored before anything is done about it, and only added to.

    No content is kept: it would hold names and addresses that could never be erased, and how things stand is asked for
    when the job runs. `asked_for` says that no webhook came, and a comparison found it.
    """

    event_id = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=80)
    about = models.CharField(max_length=120, blank=True)
    payment_id = models.CharField(max_length=120, blank=True)
    is_live = models.BooleanField()
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    asked_for = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class Checkout(models.Model):
    """A payment page at Stripe's for what is due of an order. `uuid` is the key under which it is asked for."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="checkouts")
    amount_minor = models.PositiveBigIntegerField()
    session_id = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=CheckoutState, default=CheckoutState.ASKED)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField("by Stripe's clock")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session_id"], condition=~Q(session_id=""), name="checkout_once_per_session"
            ),
            models.CheckConstraint(condition=Q(state__in=CheckoutState.values), name="checkout_state_known"),
            models.CheckConstraint(condition=Q(amount_minor__gte=1), name="checkout_of_something"),
        ]
        indexes = [
            # Only those that may still be paid are ever searched.
            models.Index(
                fields=["opened_at"],
                name="checkout_unsettled",
                condition=Q(state__in=["asked", "open", "waiting"]),
            )
        ]

    def __str__(self) -> str:
        return self.session_id or str(self.uuid)


class Dispute(models.Model):
    """A payer's bank has taken a payment back, or means to. While it is open what was bought can't be begun."""

    dispute_id = models.CharField(max_length=120, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="disputes")
    state = models.CharField(max_length=40)
    reason = models.CharField(max_length=60)
    amount_minor = models.PositiveBigIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.dispute_id


class TaxBooking(models.Model):
    """That a paid order is told to Stripe Tax: the calculation first, then the number under which it is booked."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="tax_booking")
    calculation_id = models.CharField(max_length=120)
    transaction_id = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.transaction_id or self.calculation_id


class Comparison(models.Model):
    """One comparison of the ledger with what Stripe says: since when, and what came of it."""

    since = models.DateTimeField()
    begun_at = models.DateTimeField()
    events = models.PositiveIntegerField("events that Stripe has", default=0)
    missed = models.PositiveIntegerField("of these never told by a webhook", default=0)
    findings = models.PositiveIntegerField("differences that somebody must look at", default=0)

    def __str__(self) -> str:
        return f"{self.begun_at:%Y-%m-%d %H:%M}"
