"""Jobs of billing: what Stripe tells, what is sent back by card, and the nightly comparison."""

import logging
from uuid import UUID

from lms.billing import gateway
from lms.billing.actions import card_refunds, checkouts, comparing, reconciliation, stripe_events, taxing
from lms.jobs.queue import Urgency, sweep, task

log = logging.getLogger(__name__)


@task(stripe_events.JOB, attempts=16)
def heed_stripe_event(*, event_id: str) -> None:
    stripe_events.heed(event_id=event_id)


@task("billing.send_card_refund", attempts=24)
def send_card_refund(*, refund_uuid: str, payment_id: str) -> None:
    card_refunds.send(refund_uuid=UUID(refund_uuid), payment_id=payment_id)


@task("billing.book_tax", attempts=24)
def book_tax(*, order_uuid: str) -> None:
    taxing.book(order_uuid=UUID(order_uuid))


@task("billing.give_tax_back", attempts=24)
def give_tax_back(*, refund_uuid: str) -> None:
    taxing.give_back(refund_uuid=UUID(refund_uuid))


@sweep("billing.look_at_checkouts", seconds=300)
def look_at_checkouts() -> None:
    checkouts.look()


@sweep("billing.reconcile", seconds=86_400, urgency=Urgency.SLOW)
def reconcile_nightly() -> None:
    try:
        comparing.compare()
    except gateway.Unanswered as fault:
        # The next night goes as far back as this one would have.
        log.warning("Stripe did not answer, and nothing was compared with it: %s", fault)
    found = reconciliation.reconcile()
    log.info(
        "%s orders compared, %s repaired, %s reported", found.orders, found.repaired, len(found.reported)
    )
