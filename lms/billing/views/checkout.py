"""Checkout: for whom, whom the invoice is for, and the sum that is agreed to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.accounts import queries as people
from lms.billing import gateway
from lms.billing.actions import orders, taxing
from lms.billing.actions.orders import Billed, Placing
from lms.billing.forms import CheckoutForm
from lms.billing.models import Basket, BasketLine, Issuer, Order
from lms.billing.queries import quotes, sellers
from lms.billing.queries.quotes import Buyer, Quoted
from lms.billing.rules.tax import Tax
from lms.billing.states import Method, OrderState
from lms.billing.views import asking, baskets, cards
from lms.billing.views.words import COUPON
from lms.db import clock
from lms.organisations import queries as organisations
from lms.privacy.queries import legal

MYSELF, ASKED = "me", "asked"
# What an order rests on beside its own conditions.
TEXTS = ("terms", "withdrawal")
ADDRESS = ("name", "company", "street", "postcode", "city", "country", "vat_id", "reference")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """The form and the sum, for what the first seller in the basket sells; `order` places the order, anything else works
    the sum out anew. What others sell stays in the basket, for orders of its own."""
    basket = baskets.of(request)
    held = list(basket.lines.select_related("product").order_by("pk")) if basket else []
    try:
        groups = sellers.sellers().grouped((line.product, line) for line in held)
    except sellers.NoIssuer:
        return redirect("billing:basket")
    if basket is None or not groups:
        return redirect("billing:basket")
    issuer, lines = groups[0]
    others = [other.legal_name for other, _ in groups[1:]]
    form = _form(request, basket, issuer)
    if request.method == "POST" and form.is_valid() and "order" in request.POST:
        order = _placed(request, form, basket, lines, issuer)
        if order is not None:
            if not others:
                request.session.pop(asking.KEY, None)
            messages.success(request, _("Thank you. Your order is placed."))
            if others:
                said = _("What %(names)s sells is still in your basket: order it from there.")
                messages.info(request, said % {"names": ", ".join(others)})
            if order.method == Method.CARD and order.state == OrderState.PLACED:
                return cards.lead(request, order)
            return redirect("billing:order", uuid=order.uuid)
    quoted = _quoted(request, form, basket, lines, issuer)
    context = {
        "form": form,
        "lines": lines,
        "quoted": quoted,
        "issuer": issuer,
        "others": others,
        "texts": shown_texts(),
        "trial": settings.STRIPE_TEST_MODE,
        "form_key": _form_key(request),
    }
    if quoted:
        context["rows"] = list(zip(lines, quoted.quote.lines, strict=True))
    return render(request, "billing/checkout.html", context, status=400 if form.errors else 200)


def _form(request: HttpRequest, basket: Basket, issuer: Issuer) -> CheckoutForm:
    facts: dict[str, Any] = {
        "holders": _holders(request),
        "conditions": conditions(issuer),
        "texts": legal.current(TEXTS),
        "takes_cards": gateway.is_set_up() and sellers.is_institution(issuer),
    }
    if request.method == "POST":
        return CheckoutForm(request.POST, **facts)
    card = people.card(request.user.pk or 0)
    last = Order.objects.filter(buyer=request.user.pk).order_by("-pk").values(*ADDRESS).first() or {}
    last.pop("reference", None)
    start = {"name": card.display_name, "country": issuer.country, **last, "coupon": basket.coupon_code}
    start["method"] = Method.CARD
    if basket.country and basket.country != start["country"]:
        start |= {"country": basket.country, "vat_id": ""}  # a VAT number is of its country
    return CheckoutForm(initial=start, **facts)


def conditions(issuer: Issuer) -> str:
    """What the buyer agrees to beside the legal documents."""
    said = _(
        "I order with the obligation to pay. What has not been begun may be given back within %(days)s days of payment; what has been begun may not."
    )
    return said % {"days": issuer.refund_days}


def shown_texts() -> str:
    """The versions of the texts that the page links to, as it sends them along: `terms:2 withdrawal:1`."""
    return " ".join(f"{text.kind}:{text.version}" for text in legal.current(TEXTS))


def _terms(request: HttpRequest, issuer: Issuer) -> list[dict[str, str]]:
    """What was accepted with the order: the conditions by their words, the published texts by their versions."""
    at = clock.now().isoformat()
    texts = [{"document": text.kind, "version": str(text.version), "at": at} for text in legal.current(TEXTS)]
    return [{"document": "conditions-of-refund", "text": conditions(issuer), "at": at}, *texts]


def _holders(request: HttpRequest) -> list[tuple[str, str]]:
    managed = organisations.organisations_with(request.user.pk or 0, "organisations.manage")
    cards = sorted(organisations.cards(managed).values(), key=lambda card: card.name) if managed else []
    places = [(str(card.id), _("Places for %(name)s") % {"name": card.name}) for card in cards]
    asked = asking.read(request.session.get(asking.KEY, ""))
    if asked is not None and asked.learner.id != request.user.pk:
        return [
            (ASKED, _("For %(name)s") % {"name": asked.learner.display_name}),
            (MYSELF, _("For myself")),
            *places,
        ]
    return [(MYSELF, _("For myself")), *places]


def _for_whom(request: HttpRequest, holder: str) -> dict[str, Any]:
    """The learner or the organisation that was chosen, as an order names them."""
    asked = asking.read(request.session.get(asking.KEY, ""))
    if holder == ASKED and asked is not None:
        return {"learner_id": asked.learner.id}
    return {} if holder == MYSELF else {"organisation_id": UUID(holder)}


def _placed(
    request: HttpRequest,
    form: CheckoutForm,
    basket: Basket,
    lines: Sequence[BasketLine],
    issuer: Issuer,
) -> Order | None:
    """The order; None where the form now says what is wrong."""
    given = form.cleaned_data
    if not given["binding"]:
        form.add_error("binding", _("Tick this to place the order. Nothing was ordered."))
        return None
    if request.POST.get("texts", "") != shown_texts():
        # What somebody agrees to is what they could read: not a version that was published since.
        form.add_error(
            "binding",
            _(
                "Terms were published anew while you were here. Read them, and tick this again. Nothing was ordered."
            ),
        )
        return None
    quoted = _quoted(request, form, basket, lines, issuer)
    if form.errors:
        return None
    card = people.card(request.user.pk or 0)
    try:
        return orders.place(
            placing=Placing(
                buyer_id=card.id,
                form_key=_form_key(request),
                lines=[(line.product.key, line.quantity) for line in lines],
                billed=Billed(**{name: given[name] for name in ADDRESS}),
                currency=basket.currency,
                shown_minor=baskets.whole(request.POST.get("shown", ""), -1, digits=15),
                coupon_code=given["coupon"],
                method=Method(given.get("method", Method.TRANSFER)),
                language=card.language,
                terms=_terms(request, issuer),
                tax=quoted.tax if quoted and taxing.is_on() else None,
                **_for_whom(request, given["holder"]),
            )
        )
    except orders.SumHasChanged:
        form.add_error(
            None,
            _("The sum is another now. Look at it below, and place the order again. Nothing was ordered."),
        )
    except orders.SeveralForOne:
        form.add_error(
            "holder",
            _("Several places are for an organisation that you manage. For yourself, take one of each."),
        )
    except quotes.CouponRefused as refused:
        form.add_error("coupon", COUPON[refused.why])
    except sellers.SeveralSellers:
        form.add_error(
            None, _("The seller of something in your basket has changed. Nothing was ordered; try again.")
        )
    except quotes.NotOffered as lacking:
        form.add_error(
            None,
            _("Not to be had any more: %(names)s. Nothing was ordered.")
            % {"names": ", ".join(lacking.titles)},
        )
    return None


def _quoted(
    request: HttpRequest,
    form: CheckoutForm,
    basket: Basket,
    lines: Sequence[BasketLine],
    issuer: Issuer,
) -> Quoted | None:
    """What it comes to as the form stands; without the coupon where that is refused, which the form then says."""
    given = form.cleaned_data if form.is_bound else form.initial
    wanted = [(line.product, line.quantity) for line in lines]
    buyer = Buyer(given.get("country") or issuer.country, given.get("vat_id", ""), request.user.pk)
    for code in (given.get("coupon", ""), ""):
        facts: dict[str, Any] = {
            "currency": basket.currency,
            "buyer": buyer,
            "coupon_code": code,
            "at": clock.now(),
        }
        try:
            found = quotes.quote(wanted, **facts)
            told = _tax(form, found)
            return quotes.quote(wanted, **facts, told=told) if told else found
        except quotes.NotOffered:
            return None
        except quotes.CouponRefused as refused:
            if not form.is_bound:
                form.coupon_fault = COUPON[refused.why]
            elif "coupon" not in form.errors:
                form.add_error("coupon", COUPON[refused.why])
    return None


def _tax(form: CheckoutForm, quoted: Quoted) -> Tax | None:
    """The tax that Stripe decides, where it does and the address is known; what it doesn't answer, the form says."""
    if not form.is_bound or form.errors:
        return None
    try:
        return taxing.decide(quoted, Billed(**{name: form.cleaned_data[name] for name in ADDRESS}))
    except taxing.NotDecided:
        form.add_error(
            None,
            _(
                "The tax for this address can’t be worked out just now. Nothing was ordered. Look at the address, and try again in a minute; if it stays so, write to us."
            ),
        )
    return None


def _form_key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("form_key", ""))
    except ValueError:
        return uuid4()
