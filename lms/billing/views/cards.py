"""Paying by card: to the payment page, and back. What the buyer's browser brings back proves nothing and grants nothing."""

import logging
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.billing import gateway
from lms.billing.actions import checkouts
from lms.billing.models import Order
from lms.billing.queries import cards, orders

log = logging.getLogger(__name__)


@login_required
@require_POST
def pay(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return lead(request, _mine(request, uuid))


def lead(request: HttpRequest, order: Order) -> HttpResponse:
    """A page that leads to the payment page at once, also without a script; or says in words why there is none.

    No redirect: a form that is sent may lead to addresses of ours alone (`form-action` of our policy).
    """
    try:
        url = checkouts.open_page(order_uuid=order.uuid)
    except checkouts.NothingDue:
        messages.info(request, _("Nothing is to be paid for this order. You were not charged."))
    except checkouts.BankIsAsked:
        messages.info(
            request,
            _(
                "Your bank has been asked to pay and has not answered yet. You were not charged a second time."
            ),
        )
    except (gateway.NoPaymentService, checkouts.NotByCard):
        raise Http404 from None
    except gateway.Unanswered as fault:
        log.warning("Stripe gave no payment page for order %s: %s", order.uuid, fault)
        return render(request, "billing/card_away.html", {"order": order}, status=503)
    except gateway.Refused as fault:
        log.error("Stripe refused a payment page for order %s: %s", order.uuid, fault)
        return render(request, "billing/card_away.html", {"order": order, "refused": True}, status=502)
    else:
        return render(
            request,
            "billing/card_leading.html",
            {"order": order, "url": url, "trial": settings.STRIPE_TEST_MODE},
        )
    return redirect("billing:order", uuid=order.uuid)


@login_required
@never_cache
@require_safe
def back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where the payment page leads back to: what is known, and nothing else. `waiting.js` looks again by itself."""
    order = _mine(request, uuid)
    return render(request, "billing/card_back.html", {"order": order, "standing": cards.standing(order)})


def _mine(request: HttpRequest, uuid: UUID) -> Order:
    try:
        return orders.buyers_order(uuid, request.user.pk or 0)
    except Order.DoesNotExist:
        raise Http404 from None
