"""The addresses of the API: which parameters each takes, by the SDK's own types, and what it does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stripe.params._charge_retrieve_params import ChargeRetrieveParams
from stripe.params._dispute_list_params import DisputeListParams
from stripe.params._dispute_retrieve_params import DisputeRetrieveParams
from stripe.params._event_list_params import EventListParams
from stripe.params._payment_intent_retrieve_params import PaymentIntentRetrieveParams
from stripe.params._refund_create_params import RefundCreateParams
from stripe.params._refund_list_params import RefundListParams
from stripe.params._refund_retrieve_params import RefundRetrieveParams
from stripe.params.checkout._session_create_params import SessionCreateParams
from stripe.params.checkout._session_expire_params import SessionExpireParams
from stripe.params.checkout._session_list_params import SessionListParams
from stripe.params.checkout._session_retrieve_params import SessionRetrieveParams
from stripe.params.tax._calculation_create_params import CalculationCreateParams
from stripe.params.tax._transaction_create_from_calculation_params import (
    TransactionCreateFromCalculationParams,
)
from stripe.params.tax._transaction_create_reversal_params import TransactionCreateReversalParams

from tests.payments import typed
from tests.payments.account import Account, Document, Refused

MINUTE = 60


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    params: type
    answer: Callable[..., Document]


def ask(account: Account, method: str, path: str, given: dict[str, Any]) -> Document:
    """What Stripe answers; raises Refused."""
    for door in DOORS:
        matched = re.fullmatch(door.path, path)
        if door.method == method and matched:
            if wrong := typed.unknown(door.params, given):
                raise Refused(
                    400, f"Received unknown parameter: {wrong[0]}", code="parameter_unknown", param=wrong[0]
                )
            if lacks := typed.lacking(door.params, given):
                raise Refused(
                    400, f"Missing required param: {lacks[0]}.", code="parameter_missing", param=lacks[0]
                )
            return _seen(account, door.answer(account, given, *matched.groups()), given.get("expand", []))
    raise Refused(404, f"Unrecognized request URL ({method}: {path}).")


def _seen(account: Account, found: Document, expand: list[str]) -> Document:
    """As it is shown: without what only we keep, and with what was asked to stand within."""
    shown = {key: value for key, value in found.items() if key != "intent_metadata"}
    if shown["object"] == "list":
        inner = [one.removeprefix("data.") for one in expand]
        return shown | {"data": [_seen(account, one, inner) for one in shown["data"]]}
    for path in expand:
        first, _, rest = path.partition(".")
        if isinstance(shown.get(first), str):
            within = account.objects[shown[first]]
            shown[first] = _seen(account, within, [rest] if rest else [])
    return shown


def _whole(text: str, param: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused(
            400, f"Invalid integer: {text}", code="parameter_invalid_integer", param=param
        ) from None


def _page(found: list[Document], given: dict[str, Any], url: str) -> Document:
    """A page of a list, the newest first."""
    since = given.get("created", {})
    if "gte" in since:
        found = [one for one in found if one["created"] >= _whole(since["gte"], "created[gte]")]
    if "starting_after" in given:
        places = [place for place, one in enumerate(found) if one["id"] == given["starting_after"]]
        found = found[places[0] + 1 :] if places else []
    most = _whole(given.get("limit", "10"), "limit")
    if not 1 <= most <= 100:
        raise Refused(400, "This value must be between 1 and 100.", param="limit")
    return {"object": "list", "data": found[:most], "has_more": len(found) > most, "url": url}


# Checkout


def open_session(account: Account, given: dict[str, Any]) -> Document:
    if given.get("mode") != "payment":
        raise Refused(400, "Only payments are taken here.", param="mode")
    if not given.get("success_url"):
        raise Refused(
            400, "Missing required param: success_url.", code="parameter_missing", param="success_url"
        )
    lines = [line["price_data"] | {"quantity": line.get("quantity", "1")} for line in given["line_items"]]
    amounts = [
        _whole(one["unit_amount"], "unit_amount") * _whole(one["quantity"], "quantity") for one in lines
    ]
    if any(amount < 0 for amount in amounts):
        raise Refused(400, "Invalid non-negative integer", code="parameter_invalid_integer")
    if len({one["currency"] for one in lines}) != 1:
        raise Refused(400, "All prices on a Checkout Session must have the same currency.")
    if 0 < sum(amounts) < 50 or not sum(amounts):
        raise Refused(
            400,
            "The Checkout Session's total amount must convert to at least 50 cents.",
            code="amount_too_small",
        )
    ends = _whole(given.get("expires_at", str(account.now() + 24 * 60 * MINUTE)), "expires_at")
    if not account.now() + 30 * MINUTE - 5 <= ends <= account.now() + 24 * 60 * MINUTE + 5:
        raise Refused(
            400,
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
            param="expires_at",
        )
    session = account.new(
        "cs_test",
        "checkout.session",
        amount_subtotal=sum(amounts),
        amount_total=sum(amounts),
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        cancel_url=given.get("cancel_url"),
        client_reference_id=given.get("client_reference_id"),
        currency=lines[0]["currency"],
        custom_fields=[],
        custom_text={
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        customer=None,
        customer_email=given.get("customer_email"),
        expires_at=ends,
        locale=given.get("locale"),
        metadata=given.get("metadata", {}),
        mode="payment",
        payment_intent=None,
        payment_method_types=["card", "sepa_debit"],
        payment_status="unpaid",
        shipping_options=[],
        status="open",
        success_url=given["success_url"],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        intent_metadata=given.get("payment_intent_data", {}).get("metadata", {}),
    )
    session["url"] = f"{account.base}/c/pay/{session['id']}"
    return session


def list_sessions(account: Account, given: dict[str, Any]) -> Document:
    found = account.all("checkout.session")
    for name in ("payment_intent", "status"):
        found = [one for one in found if name not in given or one[name] == given[name]]
    return _page(found, given, "/v1/checkout/sessions")


def session(account: Account, given: dict[str, Any], known: str) -> Document:
    return account.find("checkout.session", known)


def expire_session(account: Account, given: dict[str, Any], known: str) -> Document:
    found = account.find("checkout.session", known)
    account.expire(found)
    return found


# Payments and refunds


def intent(account: Account, given: dict[str, Any], known: str) -> Document:
    return account.find("payment_intent", known)


def charge(account: Account, given: dict[str, Any], known: str) -> Document:
    return account.find("charge", known)


def dispute(account: Account, given: dict[str, Any], known: str) -> Document:
    return account.find("dispute", known)


def list_disputes(account: Account, given: dict[str, Any]) -> Document:
    of = given.get("payment_intent")
    found = [one for one in account.all("dispute") if of in (None, one["payment_intent"])]
    return _page(found, given, "/v1/disputes")


def make_refund(account: Account, given: dict[str, Any]) -> Document:
    amount = _whole(given["amount"], "amount") if "amount" in given else None
    reason = given.get("reason")
    if reason not in (None, "duplicate", "fraudulent", "requested_by_customer"):
        raise Refused(400, "Invalid reason", param="reason")
    return account.refund(given.get("payment_intent", ""), amount, reason, given.get("metadata", {}))


def refund(account: Account, given: dict[str, Any], known: str) -> Document:
    return account.find("refund", known)


def list_refunds(account: Account, given: dict[str, Any]) -> Document:
    of = given.get("payment_intent")
    found = [one for one in account.all("refund") if of in (None, one["payment_intent"])]
    return _page(found, given, "/v1/refunds")


def list_events(account: Account, given: dict[str, Any]) -> Document:
    for one in account.all("checkout.session"):
        assert one  # what has expired in the meantime says so
    kinds = given.get("types")
    found = [one for one in reversed(account.events) if not kinds or one["type"] in kinds]
    return _page(found, given, "/v1/events")


# Tax


def calculate(account: Account, given: dict[str, Any]) -> Document:
    details = given.get("customer_details", {})
    country = details.get("address", {}).get("country", "")
    if not country:
        raise Refused(
            400, "A customer address with a country is required.", code="customer_tax_location_invalid"
        )
    reverse = any(one.get("type") == "eu_vat" for one in details.get("tax_ids", [])) and country != "DE"
    rate = 0 if reverse else account.tax_rates.get(country, 0)
    lines = [_taxed(line, rate) for line in given["line_items"]]
    tax = sum(line["amount_tax"] for line in lines)
    made = account.new(
        "taxcalc",
        "tax.calculation",
        amount_total=sum(line["amount"] for line in lines) + tax,
        currency=given["currency"],
        customer_details={
            "address": details.get("address"),
            "address_source": details.get("address_source"),
            "ip_address": None,
            "tax_ids": details.get("tax_ids", []),
            "taxability_override": "none",
        },
        expires_at=account.now() + 90 * 86400,
        line_items={
            "object": "list",
            "data": lines,
            "has_more": False,
            "url": "/v1/tax/calculations/x/line_items",
        },
        tax_amount_exclusive=tax,
        tax_amount_inclusive=0,
        tax_breakdown=[
            _broken_down(country, rate, tax, sum(line["amount"] for line in lines), reverse=reverse)
        ],
        tax_date=account.now(),
    )
    del made["created"]
    return made


def _taxed(line: dict[str, Any], rate: int) -> Document:
    amount = _whole(line["amount"], "amount")
    return {
        "id": "tax_li_1",
        "object": "tax.calculation_line_item",
        "amount": amount,
        # Half a cent goes up.
        "amount_tax": (amount * rate + 50) // 100,
        "livemode": False,
        "quantity": 1,
        "reference": line.get("reference"),
        "tax_behavior": line.get("tax_behavior", "exclusive"),
        "tax_code": line.get("tax_code", "txcd_10000000"),
    }


def _broken_down(country: str, rate: int, tax: int, amount: int, *, reverse: bool) -> Document:
    return {
        "amount": tax,
        "inclusive": False,
        "tax_rate_details": {
            "country": country,
            "percentage_decimal": f"{rate}.0",
            "state": None,
            "tax_type": "vat",
        },
        "taxability_reason": "reverse_charge" if reverse else "standard_rated",
        "taxable_amount": amount,
    }


def transact(account: Account, given: dict[str, Any]) -> Document:
    of = account.find("tax.calculation", given["calculation"])
    if any(one["reference"] == given["reference"] for one in account.all("tax.transaction")):
        raise Refused(
            400, "A tax transaction with this reference already exists.", code="tax_transaction_exists"
        )
    return _transaction(account, of, given["reference"], "transaction")


def reverse(account: Account, given: dict[str, Any]) -> Document:
    of = account.find("tax.transaction", given["original_transaction"])
    return _transaction(account, of, given["reference"], "reversal")


def _transaction(account: Account, of: Document, reference: str, kind: str) -> Document:
    return account.new(
        "tax",
        "tax.transaction",
        currency=of["currency"],
        customer_details=of["customer_details"],
        metadata={},
        posted_at=account.now(),
        reference=reference,
        tax_date=of["tax_date"],
        type=kind,
    )


DOORS = [
    Door("POST", "/v1/checkout/sessions", SessionCreateParams, open_session),
    Door("GET", "/v1/checkout/sessions", SessionListParams, list_sessions),
    Door("GET", "/v1/checkout/sessions/([^/]+)", SessionRetrieveParams, session),
    Door("POST", "/v1/checkout/sessions/([^/]+)/expire", SessionExpireParams, expire_session),
    Door("GET", "/v1/payment_intents/([^/]+)", PaymentIntentRetrieveParams, intent),
    Door("GET", "/v1/charges/([^/]+)", ChargeRetrieveParams, charge),
    Door("GET", "/v1/disputes", DisputeListParams, list_disputes),
    Door("GET", "/v1/disputes/([^/]+)", DisputeRetrieveParams, dispute),
    Door("POST", "/v1/refunds", RefundCreateParams, make_refund),
    Door("GET", "/v1/refunds", RefundListParams, list_refunds),
    Door("GET", "/v1/refunds/([^/]+)", RefundRetrieveParams, refund),
    Door("GET", "/v1/events", EventListParams, list_events),
    Door("POST", "/v1/tax/calculations", CalculationCreateParams, calculate),
    Door(
        "POST",
        "/v1/tax/transactions/create_from_calculation",
        TransactionCreateFromCalculationParams,
        transact,
    ),
    Door("POST", "/v1/tax/transactions/create_reversal", TransactionCreateReversalParams, reverse),
]
