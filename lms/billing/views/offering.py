"""What finance offers: products and their prices, coupons, and who sells."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.billing.actions import bundles, coupons, issuers, products
from lms.billing.actions.coupons import Terms
from lms.billing.actions.issuers import Particulars
from lms.billing.forms import BundleForm, CouponForm, IssuerForm, PriceForm, ProductForm, minor
from lms.billing.models import Issuer, Product
from lms.billing.queries import desk, sellers
from lms.billing.queries.sellers import OFFICE, Office, office
from lms.billing.rules.coupons import CouponKind
from lms.billing.states import KINDS
from lms.billing.views.baskets import typed
from lms.db import clock
from lms.organisations.access import required

PAGE = 50


@never_cache
@required(OFFICE)
def product_list(request: HttpRequest) -> HttpResponse:
    text = typed(request.GET, "text", 80)
    page = Paginator(desk.products(office(request.user), text), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "text": text, "query": urlencode({"text": text}) if text else ""}
    return render(request, "billing/products.html", context)


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, pk: int) -> HttpResponse:
    """One product with its prices; a post sets a price, or whether it can be ordered."""
    found = desk.products(office(request.user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    price = PriceForm(request.POST if "price" in request.POST else None, initial={"currency": found.currency})
    start = {"on_sale": found.on_sale, "valid_days": found.valid_days}
    sale = ProductForm(request.POST if "sale" in request.POST else None, initial=start)
    if price.is_valid():
        _set_price(found, price, request.user.pk or 0)
        messages.success(request, _("Set. What was ordered before keeps its price."))
        return redirect("billing:product", pk=pk)
    if sale.is_valid():
        products.put_on_sale(product_id=pk, actor_id=request.user.pk or 0, **sale.cleaned_data)
        messages.success(request, _("Changed."))
        return redirect("billing:product", pk=pk)
    parts = Product.objects.filter(bundles__bundle=found).order_by("bundles__pk")
    context = {"product": found, "price": price, "sale": sale, "now": clock.now(), "parts": parts}
    return render(
        request, "billing/product.html", context, status=400 if price.errors or sale.errors else 200
    )


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def coupon_list(request: HttpRequest) -> HttpResponse:
    """Coupons; a post makes one."""
    mine = office(request.user)
    known = _titles(desk.products(mine))
    form = CouponForm(request.POST if request.method == "POST" else None, products=known)
    if request.method == "POST" and form.is_valid():
        try:
            coupons.make(terms=_terms(form, mine), actor_id=request.user.pk)
        except coupons.KnownCode:
            form.add_error("code", _("A coupon of this code was made before. Choose another."))
        else:
            messages.success(request, _("Made."))
            return redirect("billing:coupons")
    page = Paginator(desk.coupons(mine), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "now": clock.now()}
    return render(request, "billing/coupons.html", context, status=400 if form.errors else 200)


@required(OFFICE)
@require_POST
def end_coupon(request: HttpRequest, pk: int) -> HttpResponse:
    if not desk.coupons(office(request.user)).filter(pk=pk).exists():
        raise Http404
    coupons.end(coupon_id=pk, actor_id=request.user.pk or 0)
    messages.success(request, _("Ended. Orders that were placed with it stay as they are."))
    return redirect("billing:coupons")


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def issuer(request: HttpRequest) -> HttpResponse:
    """Who sells, and stands on the invoices: one of the sellers whose books somebody keeps, by `organisation`."""
    mine = office(request.user)
    choices = [(str(card.id), card.name) for card in mine.may_set_up()]
    known = {str(one.organisation_id): one for one in desk.issuers(mine)}
    chosen = request.GET.get("organisation") or next(iter(known), "") or next((key for key, _ in choices), "")
    form = IssuerForm(
        request.POST if request.method == "POST" else None,
        organisations=choices,
        initial=_particulars(known.get(chosen), chosen),
    )
    if request.method == "POST" and form.is_valid() and _set_up(form, request.user.pk):
        messages.success(request, _("Kept. What was printed before stays as it was printed."))
        return redirect(
            f"{reverse('billing:issuer')}?{urlencode({'organisation': form.cleaned_data['organisation']})}"
        )
    context = {"form": form, "choices": choices, "chosen": chosen}
    return render(request, "billing/issuer.html", context, status=400 if form.errors else 200)


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def make_bundle(request: HttpRequest) -> HttpResponse:
    """Several products under one price."""
    mine = office(request.user)
    single = desk.products(mine).exclude(kind=bundles.KIND)
    form = BundleForm(request.POST if request.method == "POST" else None, products=_titles(single))
    if request.method == "POST" and form.is_valid():
        made = _bundle(form, mine, request.user.pk or 0)
        if made is not None:
            messages.success(request, _("Made. It is offered beside each of its parts."))
            return redirect("billing:product", pk=made.pk)
    return render(request, "billing/bundle.html", {"form": form}, status=400 if form.errors else 200)


def _bundle(form: BundleForm, mine: Office, actor_id: int) -> Product | None:
    """The bundle; None where the form now says what is wrong."""
    given = form.cleaned_data
    try:
        return bundles.make(
            title=given["title"],
            amount_minor=minor(given["amount"]),
            currency=given["currency"],
            part_ids=[int(pk) for pk in given["parts"]],
            organisation_id=mine.owner_id,
            actor_id=actor_id,
        )
    except bundles.TooFew:
        form.add_error("parts", _("A bundle holds two products at least. Choose another."))
    except bundles.NoPrice as lacking:
        names = ", ".join(lacking.titles)
        form.add_error(
            "currency",
            _(
                "Not offered alone in this currency: %(names)s. A refund of a part is worked out from its own price, so"
                " set that first, or choose another currency."
            )
            % {"names": names},
        )
    except bundles.KnownTitle:
        form.add_error("title", _("There is a bundle of this name already. Choose another."))
    except sellers.SeveralSellers:
        form.add_error("parts", _("These are not all sold by you. A bundle is of one seller."))
    except sellers.NoIssuer:
        form.add_error(None, _("Say first who sells: without that nothing can be ordered. Nothing was made."))
    return None


def _particulars(found: Issuer | None, chosen: str) -> dict[str, Any]:
    if found is None:
        return {"payment_days": 14, "refund_days": 14, "organisation": chosen}
    return dict(vars(found), organisation=str(found.organisation_id), number_prefix=found.prefix)


def _set_up(form: IssuerForm, actor_id: int | None) -> bool:
    given = dict(form.cleaned_data)
    given["prefix"] = given.pop("number_prefix")
    organisation_id = UUID(given.pop("organisation"))
    try:
        issuers.set_up(organisation_id=organisation_id, particulars=Particulars(**given), actor_id=actor_id)
    except issuers.KnownPrefix:
        form.add_error("number_prefix", _("The numbers of another seller begin so. Choose another."))
        return False
    return True


def _titles(rows: QuerySet[Product]) -> list[tuple[str, str]]:
    """What can be chosen: titles alone don’t tell a course from its exam, or one fee from another."""
    found = rows.values_list("pk", "title", "kind", "key")
    return [(str(pk), f"{title} ({KINDS.get(kind, kind)}, {key})") for pk, title, kind, key in found]


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


def _terms(form: CouponForm, mine: Office) -> Terms:
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
        organisation_id=mine.owner_id,
    )
