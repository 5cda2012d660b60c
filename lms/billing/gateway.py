"""Stripe enters through this file alone, and is imported when the first payment needs it.

Everything here is said in our words: plain dataclasses go in and come out, and whatever goes wrong is one of the four
exceptions below. Nothing here writes to the database, and nothing here may be called inside a transaction: Stripe may
take seconds to answer. Every write carries a key, so that said twice it is done once.
"""

import functools
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from lms.billing.rules.by_card import Checkout, Dispute, Event, Payer, Refund, Session, Tax, TaxLine

if TYPE_CHECKING:
    import stripe

# Pinned: what Stripe answers keeps its shape until we move. It is the version that the SDK's types were made from.
API_VERSION: Final = "2026-10-28.endive"
SECONDS: Final = (4, 20)  # to connect, and to answer
RETRIES: Final = 2
TOLERANCE: Final = 300  # seconds that a signature may be old
# Of a process's threads so many may wait for Stripe at once, and who comes then waits so long for a place: while Stripe
# is slow, the other threads save answers.
AT_ONCE: Final = 2
PLACE_SECONDS: Final = 1.0
OPEN_MINUTES: Final = 60  # how long a payment page waits; Stripe takes 30 minutes to 24 hours

# Under this name our reference lies with Stripe: what another shop of the same account sells isn't ours.
ORDER: Final = "auditorium_order"

# What we ask Stripe to tell us, and to list (docs/payments.md).
KINDS: Final = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
)
# Kinds of numbers under which companies are registered for tax, by their first two letters.
TAX_IDS: Final = {"GB": "gb_vat", "CH": "ch_vat", "NO": "no_vat", "XI": "eu_vat"}


class NoPaymentService(Exception):
    """The institution has no Stripe account set up: payment is by invoice."""


class Unanswered(Exception):
    """Stripe did not answer, or not now. Whether it did what was asked isn't known: ask again with the same key."""


class Refused(Exception):
    """Stripe will not do it, however often it is asked. `code` is Stripe's own word for why."""

    def __init__(self, says: str, code: str = "") -> None:
        super().__init__(says)
        self.code = code


class BadSignature(Exception):
    """What came wasn't signed by Stripe for us, or too long ago."""


def is_set_up() -> bool:
    """Whether people may pay by card here."""
    return bool(settings.STRIPE_SECRET_KEY)


def client() -> "stripe.StripeClient":
    """A client for the institution's Stripe account; raises NoPaymentService where none is set up.

    `STRIPE_API_BASE` points it at another address that speaks Stripe's protocol.
    """
    if not is_set_up():
        raise NoPaymentService
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@functools.lru_cache(maxsize=4)
def _client(key: str, base: str) -> "stripe.StripeClient":
    import stripe  # half a second and 40 MB that an institution without card payment never spends

    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": base} if base else None,
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=SECONDS),
    )


_places = threading.BoundedSemaphore(AT_ONCE)


def _asked[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Stripe's exceptions become ours."""

    @functools.wraps(function)
    def asking(*args: P.args, **kwargs: P.kwargs) -> R:
        if not is_set_up():
            raise NoPaymentService
        import stripe

        if not _places.acquire(timeout=PLACE_SECONDS):
            raise Unanswered("As many as may wait for Stripe at once already do.")
        try:
            return function(*args, **kwargs)
        except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as fault:
            raise Unanswered(str(fault)) from fault
        except stripe.StripeError as fault:
            raise Refused(fault.user_message or str(fault), fault.code or "") from fault
        finally:
            _places.release()

    return asking


# The payment page


def closing_time() -> datetime:
    """When a payment page that is opened now shall end: by the world's clock, by which Stripe goes, never by ours."""
    return _time(int(time.time()) + OPEN_MINUTES * 60)


@_asked
def open_checkout(asked: Checkout, *, key: str) -> Session:
    """A payment page at Stripe's; said again with the same `key`, the same one.

    It ends by itself at `closes_at`. Raises NoPaymentService, Unanswered, Refused.
    """
    about = {ORDER: asked.reference}
    made = client().v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "client_reference_id": asked.reference,
            "metadata": about,
            "payment_intent_data": {"metadata": about},
            "customer_email": asked.email,
            "locale": _language(asked.language),
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": asked.currency.lower(),
                        "unit_amount": line.amount_minor,
                        "product_data": {"name": line.title[:250]},
                    },
                }
                for line in asked.lines
            ],
            "success_url": asked.success_url,
            "cancel_url": asked.cancel_url,
            "expires_at": int(asked.closes_at.timestamp()),
        },
        options={"idempotency_key": key},
    )
    return _session(made)


@_asked
def session(session_id: str) -> Session:
    """A payment page as it stands now. Raises NoPaymentService, Unanswered, Refused."""
    expand = ["payment_intent.latest_charge"]
    return _session(client().v1.checkout.sessions.retrieve(session_id, params={"expand": expand}))


@_asked
def close_checkout(session_id: str) -> Session:
    """Ends a payment page so that nobody can pay on it any more, and says how it stands: it may have been paid a moment
    before. Raises NoPaymentService, Unanswered, Refused for a session that isn't there."""
    import stripe

    try:
        client().v1.checkout.sessions.expire(session_id)
    except stripe.InvalidRequestError as fault:
        if fault.http_status == 404:
            raise
    return session(session_id)


@_asked
def sessions(*, since: datetime | None = None, payment_id: str = "") -> list[Session]:
    """Every payment page that was opened since then, or that a payment came by, whoever opened it."""
    which: Any = {"created": {"gte": int(since.timestamp())}} if since else {"payment_intent": payment_id}
    pages = client().v1.checkout.sessions.list(
        params=which | {"limit": 100, "expand": ["data.payment_intent.latest_charge"]}
    )
    return [_session(one) for one in pages.auto_paging_iter()]


# What may follow a payment


@_asked
def refund(*, payment_id: str, amount_minor: int, reference: str) -> Refund:
    """Gives money back. `reference` is ours, and the key: said again it's the same refund.

    Raises NoPaymentService, Unanswered, Refused (`charge_already_refunded`, `charge_disputed`, …).
    """
    made = client().v1.refunds.create(
        params={
            "payment_intent": payment_id,
            "amount": amount_minor,
            "reason": "requested_by_customer",
            "metadata": {"refund": reference},
        },
        options={"idempotency_key": f"refund:{reference}"},
    )
    return _refund(made)


@_asked
def refunds_of(payment_id: str) -> list[Refund]:
    """All refunds of a payment, also those made in Stripe's dashboard; the oldest first."""
    pages = client().v1.refunds.list(params={"payment_intent": payment_id, "limit": 100})
    return [_refund(one) for one in pages.auto_paging_iter()][::-1]


@_asked
def disputes_of(payment_id: str) -> list[Dispute]:
    """What the payer's bank has against a payment; the oldest first."""
    pages = client().v1.disputes.list(params={"payment_intent": payment_id, "limit": 100})
    return [
        Dispute(
            id=one.id,
            payment_id=payment_id,
            state=one.status,
            reason=one.reason,
            amount_minor=one.amount,
            currency=one.currency.upper(),
            opened_at=_time(one.created),
        )
        for one in pages.auto_paging_iter()
    ][::-1]


# Events


def read_webhook(*, payload: bytes, signature: str, secrets: tuple[str, ...]) -> Event:
    """An event that Stripe has signed with one of the secrets, at most TOLERANCE seconds ago.

    Several secrets: while one is being replaced both hold. Raises BadSignature, and NoPaymentService without a secret.
    """
    if not secrets:
        raise NoPaymentService
    import stripe

    faults = []
    for secret in secrets:
        try:
            made = stripe.Webhook.construct_event(payload, signature, secret, TOLERANCE)  # type: ignore[no-untyped-call]  # the SDK's own
            return _event(made)
        except (
            stripe.SignatureVerificationError,
            ValueError,
            TypeError,
            AttributeError,
            LookupError,
            ArithmeticError,
            OSError,
        ) as fault:
            # Whatever isn't signed and shaped like an event, down to bytes that are no text, isn't Stripe's.
            faults.append(str(fault))
    raise BadSignature(faults[-1])


@_asked
def events_since(since: datetime) -> list[Event]:
    """What has happened since then, of the KINDS that concern us; the oldest first. Stripe keeps them for 30 days."""
    pages = client().v1.events.list(
        params={"created": {"gte": int(since.timestamp())}, "types": list(KINDS), "limit": 100}
    )
    return [_event(one) for one in pages.auto_paging_iter()][::-1]


# Tax


@_asked
def tax_of(*, currency: str, lines: tuple[TaxLine, ...], payer: Payer) -> Tax:
    """What Stripe Tax adds to each line for that payer. Raises NoPaymentService, Unanswered, Refused."""
    place: Any = {"country": payer.country, "postal_code": payer.postal_code, "line1": payer.street}
    details: Any = {"address": place, "address_source": "billing"}
    if payer.vat_id:
        kind = TAX_IDS.get(payer.vat_id[:2].upper(), "eu_vat")
        details["tax_ids"] = [{"type": kind, "value": payer.vat_id}]
    items: Any = [
        {"amount": line.amount_minor, "reference": line.reference, "tax_behavior": "exclusive"}
        for line in lines
    ]
    made = client().v1.tax.calculations.create(
        params={
            "currency": currency.lower(),
            "customer_details": details,
            "line_items": items,
            "expand": ["line_items"],
        }
    )
    broken_down = made.tax_breakdown
    rates = {Decimal(one.tax_rate_details.percentage_decimal or 0) * 100 for one in broken_down} or {
        Decimal(0)
    }
    rate = rates.pop()
    found = made.line_items.data if made.line_items else []
    return Tax(
        calculation_id=made.id or "",
        of_line={one.reference: one.amount_tax for one in found},
        rate_bp=int(rate) if not rates and rate == int(rate) else None,
        is_reverse_charge=any(one.taxability_reason == "reverse_charge" for one in broken_down),
    )


@_asked
def book_tax(*, calculation_id: str, reference: str) -> str:
    """Books a calculation as paid under our reference, for the institution's tax reports; returns its number."""
    made = client().v1.tax.transactions.create_from_calculation(
        params={"calculation": calculation_id, "reference": reference},
        options={"idempotency_key": f"tax:{reference}"},
    )
    return made.id


@_asked
def give_tax_back(*, transaction_id: str, amount_minor: int, reference: str) -> None:
    """Takes so much, with its tax, out of what was booked, under our reference."""
    client().v1.tax.transactions.create_reversal(
        params={
            "mode": "partial",
            "original_transaction": transaction_id,
            "flat_amount": -amount_minor,
            "reference": reference,
        },
        options={"idempotency_key": f"tax:{reference}"},
    )


# Stripe's words into ours


def _session(found: "stripe.checkout.Session") -> Session:
    # Named by its number, or, where it was asked for, told in full.
    intent: Any = found.payment_intent
    failed = getattr(intent, "status", "") in ("requires_payment_method", "canceled")
    charged = getattr(getattr(intent, "latest_charge", None), "created", None)
    return Session(
        id=found.id,
        reference=getattr(found.metadata, ORDER, ""),
        url=found.url or "",
        state=found.status or "",
        is_paid=found.payment_status == "paid",
        has_failed=found.status == "complete" and failed,
        amount_minor=found.amount_total or 0,
        currency=(found.currency or "").upper(),
        payment_id=_id(intent),
        paid_at=_time(charged) if charged and found.payment_status == "paid" else None,
    )


def _refund(found: "stripe.Refund") -> Refund:
    return Refund(
        id=found.id,
        payment_id=_id(found.payment_intent),
        reference=getattr(found.metadata, "refund", ""),
        state=found.status or "",
        amount_minor=found.amount,
        currency=found.currency.upper(),
        made_at=_time(found.created),
    )


def _event(found: "stripe.Event") -> Event:
    about: Any = found.data.object
    return Event(
        id=found.id,
        kind=found.type,
        about=_id(about),
        payment_id=_id(getattr(about, "payment_intent", None)),
        said_at=_time(found.created),
        is_live=found.livemode,
    )


def _id(found: Any) -> str:
    return found if isinstance(found, str) else getattr(found, "id", "") or ""


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _language(code: str) -> Any:
    """Stripe's name for a language; what it hasn't, it takes from the reader's browser."""
    return {"en-gb": "en-GB", "de": "de", "fr": "fr", "es": "es", "it": "it", "nl": "nl"}.get(code, "auto")
