"""What Stripe tells: stored first, and only then acted on, by asking how things stand."""

from typing import Final

from django.conf import settings
from django.db import transaction

from lms.billing import gateway
from lms.billing.actions import card_refunds, checkouts, disputes
from lms.billing.models import StripeEvent
from lms.billing.rules.by_card import Event
from lms.db import clock
from lms.jobs import queue

JOB: Final = "billing.heed_stripe_event"


def keep(event: Event, *, asked_for: bool = False) -> bool:
    """Stores that Stripe has told of something, and puts the job that acts on it in the same transaction. Returns whether
    it was new: told a hundred times it is one row and one job."""
    with transaction.atomic():
        _, made = StripeEvent.objects.get_or_create(
            event_id=event.id,
            defaults={
                "kind": event.kind,
                "about": event.about,
                "payment_id": event.payment_id,
                "is_live": event.is_live,
                "said_at": event.said_at,
                "received_at": clock.now(),
                "asked_for": asked_for,
            },
        )
        if made and event.kind in gateway.KINDS:
            queue.put(JOB, key=event.id, payload={"event_id": event.id})
    return made


def heed(*, event_id: str) -> None:
    """Acts on an event, as often as it is called: what it is about is asked for as it stands now.

    An event of the other mode (live or for trying out) than the institution's own is left alone, and so is what Stripe
    no longer has. Raises StripeEvent.DoesNotExist, gateway.Unanswered and gateway.Refused.
    """
    row = StripeEvent.objects.get(event_id=event_id)
    if row.is_live == settings.STRIPE_TEST_MODE:
        return
    try:
        if row.kind.startswith("checkout.session."):
            checkouts.settle(session_id=row.about)
        elif row.kind.startswith("charge.dispute."):
            disputes.look(payment_id=row.payment_id)
        else:
            card_refunds.look(payment_id=row.payment_id)
    except gateway.Refused as fault:
        if fault.code != "resource_missing":
            raise
