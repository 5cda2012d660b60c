"""The nightly comparison of the ledger with what Stripe says: what was missed is made good, what can't be is found."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from lms.billing import gateway
from lms.billing.actions import card_refunds, checkouts, disputes, findings, stripe_events
from lms.billing.models import Checkout, Comparison, Order, Payment, Refund
from lms.billing.queries.cards import PROVIDER
from lms.billing.rules.by_card import Session
from lms.billing.states import FindingKind, RefundState
from lms.db import clock

PREFIX: Final = "stripe:compared:"
HOUR: Final = timedelta(hours=1)
OVERLAP: Final = timedelta(days=2)
# Stripe keeps events for thirty days; who has not compared for so long compares what there is.
KEPT: Final = timedelta(days=29)


def compare() -> Comparison | None:
    """Compares the ledger with Stripe since the last time, and two days more: events that no webhook brought are taken
    in, pages and refunds without an answer are asked for, and every payment is held against the ledger. Finds the same
    thing once; what is found no more is settled. None without card payment. Raises gateway.Unanswered, and then the
    next night goes as far back as this one would have.
    """
    if not gateway.is_set_up():
        return None
    at = clock.now()
    since = _since(at)
    events = gateway.events_since(since)
    missed = sum(stripe_events.keep(event, asked_for=True) for event in events)
    refused: list[str] = []
    for payment_id in sorted({event.payment_id for event in events if event.payment_id}):
        # Heard or not, and whatever became of its job: how it stands is asked for.
        refused += _tried(card_refunds.look, at, payment_id=payment_id)
        refused += _tried(disputes.look, at, payment_id=payment_id)
    refused += _ask_for_pages(at)
    refused += _ask_for_refunds(at)
    found = refused + _differences(gateway.sessions(since=since), since, at)
    findings.close(prefix=PREFIX, but=found, at=at)
    return Comparison.objects.create(
        since=since, begun_at=at, events=len(events), missed=missed, findings=len(found)
    )


def _since(at: datetime) -> datetime:
    # By the world's clock, as Stripe goes: where ours was moved, the difference counts for nothing there.
    now = at - clock.offset()
    last = Comparison.objects.order_by("-begun_at").first()
    return max(now - KEPT, last.begun_at - clock.offset() - OVERLAP) if last else now - KEPT


def _ask_for_pages(at: datetime) -> list[str]:
    rows = Checkout.objects.filter(state__in=checkouts.MAY_BE_PAID).exclude(session_id="")
    ids = list(rows.values_list("session_id", flat=True))
    return [key for one in ids for key in _tried(checkouts.settle, at, session_id=one)]


def _ask_for_refunds(at: datetime) -> list[str]:
    """What was approved and not sent is sent; nothing twice."""
    refused = []
    late = Refund.objects.filter(state=RefundState.APPROVED, failure="", decided_at__lt=at - HOUR)
    for row in late.select_related("order"):
        paid = row.order.payments.order_by("-recorded_at", "-pk").first()
        if paid is not None and paid.provider == PROVIDER:
            refused += _tried(card_refunds.send, at, refund_uuid=row.uuid, payment_id=paid.reference)
    return refused


def _tried(act: Callable[..., object], at: datetime, **about: Any) -> list[str]:
    """One thing that Stripe will not answer for is found, and keeps nothing else from being compared."""
    try:
        act(**about)
    except gateway.Refused as fault:
        return [_note("refused", next(iter(about.values())), at, says=str(fault))]
    return []


def _differences(seen: Sequence[Session], since: datetime, at: datetime) -> list[str]:
    """The keys of what only a person can settle."""
    paid = {one.payment_id: one for one in seen if one.is_paid and one.reference}
    ours = Payment.objects.filter(provider=PROVIDER)
    known = dict(ours.filter(reference__in=paid).values_list("reference", "amount_minor"))
    found = []
    for payment_id, one in paid.items():
        if payment_id not in known and checkouts.settle_payment(payment_id=payment_id) is None:
            found.append(_note("unknown-order", payment_id, at, theirs=one.amount_minor))
        elif known.get(payment_id, one.amount_minor) != one.amount_minor:
            amounts = {"theirs": one.amount_minor, "ours": known[payment_id]}
            found.append(_note("other-amount", payment_id, at, **amounts))
    lately = ours.filter(recorded_at__gte=since + clock.offset()).exclude(reference__in=paid)
    for payment_id, amount in lately.values_list("reference", "amount_minor"):
        # What a bank took days for was opened before all that was listed.
        if not any(one.is_paid for one in gateway.sessions(payment_id=payment_id)):
            found.append(_note("not-there", payment_id, at, ours=amount))
    return found


def _note(why: str, about: object, at: datetime, **facts: object) -> str:
    key = f"{PREFIX}{why}:{about}"
    order = Order.objects.filter(payments__reference=str(about)).first()
    findings.note(
        key, FindingKind.ELSEWHERE, order=order, at=at, facts=facts | {"about": str(about), "kind": why}
    )
    return key
