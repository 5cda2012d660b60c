"""Ask somebody else to pay: a signed link that ends after two weeks. Who follows it orders for whoever asked."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts import queries as people
from lms.accounts.queries import PersonCard
from lms.billing.actions import baskets as actions
from lms.billing.models import Product
from lms.billing.views import baskets

SALT = "billing.asking"
DAYS = 14
KEY = "pays_for"


@dataclass(frozen=True)
class Asked:
    """Who asks, and for which products."""

    learner: PersonCard
    products: tuple[str, ...]


@login_required
@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """The link, for what lies in one's basket."""
    basket = baskets.of(request)
    lines = list(basket.lines.select_related("product").order_by("pk")) if basket else []
    if not lines:
        return redirect("billing:basket")
    token = signing.dumps([request.user.pk, [line.product.key for line in lines]], salt=SALT, compress=True)
    link = settings.PUBLIC_URL + reverse("billing:pay_for", args=[token])
    return render(request, "billing/ask.html", {"link": link, "lines": lines, "days": DAYS})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pay_for(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody asks to be paid; a post puts it into the basket, to be ordered for them."""
    asked = read(token)
    if asked is None:
        return render(request, "billing/pay_for.html", {"asked": None}, status=410)
    products = Product.objects.filter(key__in=asked.products, on_sale=True).order_by("pk")
    if request.method == "POST":
        try:
            for product in products:
                actions.put(product_key=product.key, quantity=1, person_id=request.user.pk, key=None)
        except actions.FullBasket:
            messages.error(request, _("Your basket is full: order what is in it first."))
            return redirect("billing:basket")
        request.session[KEY] = token
        return redirect("billing:checkout")
    return render(request, "billing/pay_for.html", {"asked": asked, "products": products, "days": DAYS})


def read(token: str) -> Asked | None:
    """What a link asks for; None for one that is changed or has ended, or whose person is gone."""
    try:
        learner_id, products = signing.loads(token, salt=SALT, max_age=DAYS * 86_400)
        return Asked(people.card(learner_id), tuple(products))
    except (signing.BadSignature, people.UnknownPerson):
        return None
