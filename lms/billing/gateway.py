"""Stripe enters through this file alone, and is imported when the first payment needs it."""

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    import stripe


class NoPaymentService(Exception):
    """The institution has no Stripe account set up: payment is by invoice."""


def client() -> "stripe.StripeClient":
    """A client for the institution's Stripe account; raises NoPaymentService where none is set up.

    `STRIPE_API_BASE` points it at another address that speaks Stripe's protocol.
    """
    if not settings.STRIPE_SECRET_KEY:
        raise NoPaymentService
    import stripe  # half a second and 40 MB that an institution without card payment never spends

    if settings.STRIPE_API_BASE:
        return stripe.StripeClient(
            settings.STRIPE_SECRET_KEY, base_addresses={"api": settings.STRIPE_API_BASE}
        )
    return stripe.StripeClient(settings.STRIPE_SECRET_KEY)
