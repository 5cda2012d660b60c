"""What a Stripe account remembers, and how payment objects move: the part of Stripe that our gateway uses."""

import copy
import hashlib
import hmac
import http.client
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

VERSION = "2026-10-28.endive"
Document = dict[str, Any]

# The numbers that Stripe itself gives for trying out (docs.stripe.com/testing).
PAYS = "4242424242424242"
DECLINED = "4000000000000002"
NEEDS_CONSENT = "4000002760003184"
REFUND_FAILS = "4000000000005126"
IS_DISPUTED = "4000000000000259"
BY_BANK = "DE89370400440532013000"


class Refused(Exception):
    """An error as Stripe words it."""

    def __init__(
        self, status: int, message: str, *, kind: str = "invalid_request_error", **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message} | more}


@dataclass
class Endpoint:
    """Where the account tells its events, and the secret that it signs them with."""

    url: str
    secret: str


@dataclass
class Account:
    """Objects by id. `shift` moves its clock by seconds; `told` is called with the events that one act made."""

    base: str = ""
    key: str = "sk_test_auditorium"
    objects: dict[str, Document] = field(default_factory=dict)
    events: list[Document] = field(default_factory=list)
    endpoints: list[Endpoint] = field(default_factory=list)
    told: Callable[[list[Document]], None] | None = None
    shift: float = 0
    cards: dict[str, str] = field(default_factory=dict)
    tax_rates: dict[str, int] = field(default_factory=lambda: {"DE": 19, "FR": 20, "AT": 20})

    # Below

    def now(self) -> int:
        return int(time.time() + self.shift)

    def new(self, prefix: str, kind: str, **members: Any) -> Document:
        made = {
            "id": f"{prefix}_{secrets.token_hex(12)}",
            "object": kind,
            "created": self.now(),
            "livemode": False,
        }
        made |= members
        self.objects[made["id"]] = made
        return made

    def find(self, kind: str, known: str) -> Document:
        found = self.objects.get(known)
        if found is None or found["object"] != kind:
            raise Refused(404, f"No such {kind}: '{known}'", code="resource_missing", param="id")
        self._let_time_pass(found)
        return found

    def all(self, kind: str) -> list[Document]:
        """The newest first, as Stripe lists them."""
        found = [one for one in reversed(self.objects.values()) if one["object"] == kind]
        for one in found:
            self._let_time_pass(one)
        return found

    def _let_time_pass(self, found: Document) -> None:
        if (
            found["object"] == "checkout.session"
            and found["status"] == "open"
            and found["expires_at"] <= self.now()
        ):
            self.expire(found)

    def say(self, kind: str, about: Document) -> Document:
        event: Document = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": VERSION,
            "created": self.now(),
            # A picture of the moment: what is true later stands with the object.
            "data": {"object": copy.deepcopy(about)},
            "livemode": False,
            "pending_webhooks": len(self.endpoints),
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.events.append(event)
        return event

    # The moves of a session

    def expire(self, session: Document) -> None:
        if session["status"] != "open":
            message = f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of {session["status"]}'
            raise Refused(400, message)
        session |= {"status": "expired", "url": None}
        self.say("checkout.session.expired", session)

    def pay(self, session: Document, number: str, *, consented: bool = False) -> str:
        """`paid`, `processing` or `consent`; raises Refused as the page says it to a person."""
        if session["status"] != "open":
            raise Refused(400, "This session can no longer be paid.")
        intent = self._intent(session)
        if number == BY_BANK:
            intent |= {"status": "processing"}
            session |= {"status": "complete", "url": None}
            self.say("payment_intent.processing", intent)
            self.say("checkout.session.completed", session)
            return "processing"
        if number == NEEDS_CONSENT and not consented:
            intent |= {"status": "requires_action"}
            self.say("payment_intent.requires_action", intent)
            return "consent"
        if number == DECLINED:
            self.decline(intent, "Your card was declined.", "card_declined")
        self.cards[intent["id"]] = number
        charge = self._charged(intent)
        session |= {"status": "complete", "payment_status": "paid", "url": None}
        self.say("checkout.session.completed", session)
        if number == IS_DISPUTED:
            self.dispute(charge)
        return "paid"

    def decline(self, intent: Document, message: str, code: str) -> None:
        error = {
            "type": "card_error",
            "code": code,
            "message": message,
        }
        intent |= {"status": "requires_payment_method", "last_payment_error": error}
        self.say("payment_intent.payment_failed", intent)
        raise Refused(402, message, kind="card_error", code=code)

    def bank_answers(self, session: Document, *, paid: bool) -> None:
        """Days later, a bank says whether it pays."""
        intent = self.objects[session["payment_intent"]]
        if paid:
            self._charged(intent)
            session |= {"payment_status": "paid"}
            self.say("checkout.session.async_payment_succeeded", session)
        else:
            intent |= {"status": "requires_payment_method"}
            self.say("payment_intent.payment_failed", intent)
            self.say("checkout.session.async_payment_failed", session)

    def _intent(self, session: Document) -> Document:
        if session["payment_intent"]:
            return self.objects[session["payment_intent"]]
        intent = self.new(
            "pi",
            "payment_intent",
            amount=session["amount_total"],
            amount_capturable=0,
            amount_received=0,
            capture_method="automatic",
            confirmation_method="automatic",
            currency=session["currency"],
            last_payment_error=None,
            latest_charge=None,
            metadata=dict(session["intent_metadata"]),
            payment_method_types=["card"],
            status="requires_payment_method",
        )
        session["payment_intent"] = intent["id"]
        return intent

    def _charged(self, intent: Document) -> Document:
        charge = self.new(
            "ch",
            "charge",
            amount=intent["amount"],
            amount_captured=intent["amount"],
            amount_refunded=0,
            billing_details={"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
            captured=True,
            currency=intent["currency"],
            disputed=False,
            metadata={},
            paid=True,
            payment_intent=intent["id"],
            refunded=False,
            status="succeeded",
        )
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "latest_charge": charge["id"],
            "last_payment_error": None,
        }
        self.say("payment_intent.succeeded", intent)
        self.say("charge.succeeded", charge)
        return charge

    # What may follow a payment

    def refund(self, intent_id: str, amount: int | None, reason: str | None, metadata: Document) -> Document:
        intent = self.find("payment_intent", intent_id)
        if not intent["latest_charge"]:
            raise Refused(
                400, f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
            )
        charge = self.objects[intent["latest_charge"]]
        left = charge["amount"] - charge["amount_refunded"]
        if not left:
            raise Refused(
                400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        if charge["disputed"]:
            raise Refused(
                400,
                f"Charge {charge['id']} has been charged back; cannot issue a refund.",
                code="charge_disputed",
            )
        amount = left if amount is None else amount
        if not 0 < amount <= left:
            raise Refused(
                400,
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                param="amount",
            )
        made = self.new(
            "re",
            "refund",
            amount=amount,
            charge=charge["id"],
            currency=charge["currency"],
            metadata=metadata,
            payment_intent=intent_id,
            reason=reason,
            status="succeeded",
        )
        del made["livemode"]
        self._gave_back(charge, amount)
        self.say("refund.created", made)
        self.say("charge.refunded", charge)
        if self.cards.get(intent_id) == REFUND_FAILS:
            self.refund_fails(made)
        return made

    def refund_fails(self, refund: Document) -> None:
        """The bank sends the money back: it lies with the institution again."""
        refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
        self._gave_back(self.objects[refund["charge"]], -refund["amount"])
        self.say("refund.failed", refund)

    def _gave_back(self, charge: Document, amount: int) -> None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]

    def dispute(self, charge: Document) -> Document:
        charge["disputed"] = True
        made = self.new(
            "du",
            "dispute",
            amount=charge["amount"] - charge["amount_refunded"],
            balance_transactions=[],
            charge=charge["id"],
            currency=charge["currency"],
            enhanced_eligibility_types=[],
            evidence={},
            evidence_details={
                "due_by": self.now() + 7 * 86400,
                "has_evidence": False,
                "past_due": False,
                "submission_count": 0,
            },
            is_charge_refundable=False,
            metadata={},
            payment_intent=charge["payment_intent"],
            reason="fraudulent",
            status="needs_response",
        )
        self.say("charge.dispute.created", made)
        return made

    def close_dispute(self, dispute: Document, *, won: bool) -> None:
        dispute["status"] = "won" if won else "lost"
        self.objects[dispute["charge"]]["disputed"] = not won
        self.say("charge.dispute.closed", dispute)

    # Telling

    def signed(self, event: Document, secret: str, *, at: int | None = None) -> tuple[bytes, str]:
        """The body as it is sent, and its signature."""
        body = json.dumps(event, indent=2).encode()
        stamp = int(time.time()) if at is None else at
        made = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return body, f"t={stamp},v1={made}"

    def deliver(self, *events: Document) -> list[int]:
        """Tells these events to every endpoint; the codes that they answered with, 0 for none."""
        return [self._post(endpoint, event) for event in events for endpoint in self.endpoints]

    def _post(self, endpoint: Endpoint, event: Document) -> int:
        body, signature = self.signed(event, endpoint.secret)
        parts = urlsplit(endpoint.url)
        asked = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        try:
            asked.request("POST", parts.path, body, headers)
            return asked.getresponse().status
        except OSError:
            return 0
        finally:
            asked.close()
