"""The basket, before and after signing in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.billing.actions import baskets
from lms.billing.models import Basket, BasketLine, Issuer
from lms.billing.queries import quotes, sellers
from lms.billing.queries.quotes import Buyer
from lms.billing.rules import prices
from lms.billing.views.words import COUPON
from lms.db import clock
from lms.kit import countries

KEY = "basket"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def basket(request: HttpRequest) -> HttpResponse:
    """What is in it and what it comes to; a post changes quantities, country, currency and coupon."""
    found = of(request)
    if request.method == "POST" and found is not None:
        _change(request, found)
        return redirect("billing:checkout" if "checkout" in request.POST else "billing:basket")
    return render(request, "billing/basket.html", shown(request, found))


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    try:
        found = baskets.put(
            product_key=typed(request.POST, "product", 100),
            quantity=whole(request.POST.get("quantity", "1"), 1),
            person_id=request.user.pk,
            key=_key(request),
        )
    except baskets.NotOnSale:
        raise Http404 from None
    except baskets.FullBasket:
        messages.error(request, _("Your basket is full: order what is in it first. Nothing was added."))
    else:
        if found.person_id is None:
            request.session[KEY] = str(found.key)
    return redirect("billing:basket")


def of(request: HttpRequest) -> Basket | None:
    """Whose request it is has this basket; what a visitor brought along is theirs from now on."""
    found = baskets.mine(person_id=request.user.pk, key=_key(request))
    if request.user.is_authenticated:
        request.session.pop(KEY, None)
    return found


def shown(request: HttpRequest, found: Basket | None) -> dict[str, Any]:
    """What the basket's page shows: a part for each seller, since each gets an order of its own. What stands in the way
    of a sum is said, and the rest shown all the same."""
    lines = list(found.lines.select_related("product").order_by("pk")) if found else []
    context: dict[str, Any] = {
        "basket": found,
        "lines": lines,
        "countries": countries.names(get_language() or "en").items(),
    }
    context["currencies"] = prices.CURRENCIES
    if not lines or found is None:
        return context
    try:
        groups = sellers.sellers().grouped((line.product, line) for line in lines)
    except sellers.NoIssuer:
        said = _("Ordering isn’t set up here yet. What is in your basket stays in it.")
        return context | {"parts": [{"lines": lines, "fault": said}]}
    country = found.country or groups[0][0].country
    parts = [_part(request, found, country, issuer, some) for issuer, some in groups]
    refused = [part["refused"] for part in parts if "refused" in part]
    return context | {
        "parts": parts,
        "country": country,
        # A coupon is of one seller: it takes nothing off where none of them knows it.
        "coupon_fault": refused[0] if len(refused) == len(parts) else "",
        "quoted": any(part.get("quoted") for part in parts),
        "with_tax": quotes.shows_tax(country),
    }


def _part(
    request: HttpRequest, found: Basket, country: str, issuer: Issuer, lines: list[BasketLine]
) -> dict[str, Any]:
    part: dict[str, Any] = {"issuer": issuer, "lines": lines}
    wanted = [(line.product, line.quantity) for line in lines]
    asked: dict[str, Any] = {
        "currency": found.currency,
        "buyer": Buyer(country, person_id=request.user.pk),
        "at": clock.now(),
    }
    try:
        quoted = quotes.quote(wanted, coupon_code=found.coupon_code, **asked)
    except quotes.NotOffered as lacking:
        names = ", ".join(lacking.titles)
        said = _("Not to be had in %(currency)s: %(names)s. Take it out, or choose another currency.") % {
            "currency": found.currency,
            "names": names,
        }
        return part | {"fault": said}
    except quotes.CouponRefused as refused:
        part["refused"] = COUPON[refused.why]
        quoted = quotes.quote(wanted, **asked)
    return part | {"rows": list(zip(lines, quoted.quote.lines, strict=True)), "quoted": quoted}


def typed(given: QueryDict, name: str, most: int) -> str:
    """What was typed into a field that no form looks at; without NUL, which PostgreSQL refuses."""
    return str(given.get(name, "")).replace("\x00", "").strip()[:most]


def whole(text: str, otherwise: int, *, digits: int = 6) -> int:
    """A whole number of so many digits at most, or what counts instead."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else otherwise


def _change(request: HttpRequest, found: Basket) -> None:
    given = request.POST
    counts = {
        line.pk: 0
        if f"remove-{line.pk}" in given
        else whole(given.get(f"count-{line.pk}", ""), line.quantity)
        for line in found.lines.all()
    }
    country = given.get("country", "")
    currency = given.get("currency", "")
    baskets.change(
        basket=found,
        counts=counts,
        coupon_code=typed(given, "coupon", 40),
        country=country if country in countries.names(get_language() or "en") else "",
        currency=currency if currency in prices.CURRENCIES else found.currency,
    )


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.session.get(KEY, ""))
    except ValueError:
        return None
