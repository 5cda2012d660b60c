"""What finance offers: products and their prices, coupons, and who sells."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.billing.actions import coupons, issuers, products
from lms.billing.actions.coupons import Terms
from lms.billing.actions.issuers import Particulars
from lms.billing.forms import CouponForm, IssuerForm, PriceForm, ProductForm, minor
from lms.billing.models import Coupon, Product
from lms.billing.queries import desk
from lms.billing.rules.coupons import CouponKind
from lms.db import clock
from lms.organisations import queries as organisations
from lms.organisations.access import required

OFFICE = "billing.manage"
PAGE = 50


@never_cache
@required(OFFICE)
def product_list(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("text", "").strip()[:80]
    page = Paginator(desk.products(text), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "text": text, "query": urlencode({"text": text}) if text else ""}
    return render(request, "billing/products.html", context)


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, pk: int) -> HttpResponse:
    """One product with its prices; a post sets a price, or whether it can be ordered."""
    found = desk.products().filter(pk=pk).first()
    if found is None:
        raise Http404
    price = PriceForm(request.POST if "price" in request.POST else None, initial={"currency": found.currency})
    start = {"on_sale": found.on_sale, "valid_days": found.valid_days}
    sale = ProductForm(request.POST if "sale" in request.POST else None, initial=start)
    if price.is_valid():
        _set_price(found, price, request.user.pk or 0)
        messages.success(request, "Set. What was ordered before keeps its price.")
        return redirect("billing:product", pk=pk)
    if sale.is_valid():
        products.put_on_sale(product_id=pk, actor_id=request.user.pk or 0, **sale.cleaned_data)
        messages.success(request, "Changed.")
        return redirect("billing:product", pk=pk)
    context = {"product": found, "price": price, "sale": sale, "now": clock.now()}
    return render(
        request, "billing/product.html", context, status=400 if price.errors or sale.errors else 200
    )


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def coupon_list(request: HttpRequest) -> HttpResponse:
    """Coupons; a post makes one."""
    known = [(str(pk), title) for pk, title in Product.objects.order_by("title").values_list("pk", "title")]
    form = CouponForm(request.POST if request.method == "POST" else None, products=known)
    if request.method == "POST" and form.is_valid():
        try:
            coupons.make(terms=_terms(form), actor_id=request.user.pk)
        except coupons.KnownCode:
            form.add_error("code", "A coupon of this code was made before. Choose another.")
        else:
            messages.success(request, "Made.")
            return redirect("billing:coupons")
    page = Paginator(desk.coupons(), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "now": clock.now()}
    return render(request, "billing/coupons.html", context, status=400 if form.errors else 200)


@required(OFFICE)
@require_POST
def end_coupon(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        coupons.end(coupon_id=pk, actor_id=request.user.pk or 0)
    except Coupon.DoesNotExist:
        raise Http404 from None
    messages.success(request, "Ended. Orders that were placed with it stay as they are.")
    return redirect("billing:coupons")


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def issuer(request: HttpRequest) -> HttpResponse:
    """Who sells, and stands on the invoices."""
    held = organisations.cards(organisations.organisations_with(request.user.pk or 0, OFFICE))
    choices = [(str(card.id), card.name) for card in held.values()]
    found = desk.issuers().first()
    if found is not None:
        choices = [(str(found.organisation_id), found.organisation.name)]
    start = (
        dict(vars(found), organisation=str(found.organisation_id), number_prefix=found.prefix)
        if found
        else {"payment_days": 14, "refund_days": 14}
    )
    form = IssuerForm(
        request.POST if request.method == "POST" else None, organisations=choices, initial=start
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["prefix"] = given.pop("number_prefix")
        issuers.set_up(
            organisation_id=UUID(given.pop("organisation")),
            particulars=Particulars(**given),
            actor_id=request.user.pk,
        )
        messages.success(request, "Kept. What was printed before stays as it was printed.")
        return redirect("billing:issuer")
    return render(request, "billing/issuer.html", {"form": form}, status=400 if form.errors else 200)


def _set_price(found: Product, form: PriceForm, actor_id: int) -> None:
    given = form.cleaned_data
    start = given["valid_from"]
    products.price(
        product_id=found.pk,
        amount_minor=minor(given["amount"]),
        currency=given["currency"],
        valid_from=datetime.combine(start, time(), UTC) if start else None,
        includes_tax=given["includes_tax"],
        tiers=given["tiers"],
        actor_id=actor_id,
    )


def _terms(form: CouponForm) -> Terms:
    given = form.cleaned_data
    until = given["valid_until"]
    return Terms(
        code=given["code"],
        kind=CouponKind(given["kind"]),
        value=minor(given["value"]),
        reason=given["reason"],
        currency=given["currency"],
        product_id=int(given["product"]) if given["product"] else None,
        valid_until=datetime.combine(until, time(), UTC) + timedelta(days=1) if until else None,
        limit=given["limit"],
        limit_each=given["limit_each"],
    )
