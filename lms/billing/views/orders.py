"""A buyer's own orders."""

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lms.billing import gateway
from lms.billing.actions import orders as actions
from lms.billing.actions import refunds
from lms.billing.documents import bill
from lms.billing.models import Document, Order
from lms.billing.queries import cards, orders, sellers
from lms.billing.views.baskets import typed, whole
from lms.billing.views.words import REFUND
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations import access

PAGE = 50


@login_required
@never_cache
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    page = Paginator(orders.of_buyer(request.user.pk or 0), PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/orders.html", {"page": page})


@login_required
@never_cache
@require_safe
def order(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _mine(request, uuid)
    lines = orders.refundable_lines(found, clock.now())
    context = {
        "order": found,
        "lines": [(line, left, REFUND[why] if why else "") for line, left, why in lines],
        "may_refund": any(left for _, left, _ in lines) and not found.refunds.filter(state="asked").exists(),
        "money": orders.money_of(found),
        "takes_cards": gateway.is_set_up() and sellers.is_institution(found.issuer),
        "card": cards.standing(found),
        "trial": settings.STRIPE_TEST_MODE,
        "holder": orders.holder_name(found),
        "documents": orders.documents_of(found),
        "refunds": found.refunds.order_by("pk"),
        "form_key": uuid4(),
        "languages": bill.LANGUAGES,
    }
    return render(request, "billing/order.html", context)


@login_required
@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _mine(request, uuid)
    try:
        actions.cancel(uuid=found.uuid, actor_id=request.user.pk)
    except IllegalMove:
        messages.error(request, _("A paid order is not cancelled; ask for a refund. Nothing was changed."))
    else:
        messages.success(request, _("Cancelled. Nothing has to be paid; a credit note cancels the invoice."))
    return redirect("billing:order", uuid=uuid)


@login_required
@require_POST
def ask_refund(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _mine(request, uuid)
    counts = {line.pk: whole(request.POST.get(f"count-{line.pk}", ""), 0) for line in found.lines.all()}
    reason = typed(request.POST, "reason", 200)
    ask_for(request, found, counts, reason, outside_policy=False)
    return redirect("billing:order", uuid=uuid)


@login_required
@never_cache
@require_safe
def document(request: HttpRequest, uuid: UUID, language: str) -> HttpResponse:
    """An invoice or a credit note as PDF, for its buyer and for finance."""
    try:
        found = orders.document(uuid)
    except Document.DoesNotExist:
        raise Http404 from None
    if found.order.buyer_id != request.user.pk and not access.allows(
        request.user, "billing.manage", found.issuer.organisation_id
    ):
        raise Http404
    if language not in bill.LANGUAGES:
        raise Http404
    answer = HttpResponse(bill.render(found, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{found.printed_number}.pdf"'
    return answer


def ask_for(
    request: HttpRequest, order: Order, counts: dict[int, int], reason: str, *, outside_policy: bool
) -> None:
    """Asks for a refund and says how it went."""
    try:
        refunds.ask(
            order_uuid=order.uuid,
            counts=counts,
            reason=reason,
            form_key=form_key(request),
            actor_id=request.user.pk or 0,
            outside_policy=outside_policy,
        )
    except refunds.NotRefundable as refused:
        messages.error(request, f"{_('Not refunded.')} {REFUND[refused.why]}")
    except refunds.AskedAlready:
        messages.info(request, _("A refund of this order waits for a decision already."))
    else:
        messages.success(
            request, _("Asked. Somebody else of finance looks at it; until then everything stays as it is.")
        )


def form_key(request: HttpRequest) -> UUID:
    """What makes a form that is sent twice one act."""
    try:
        return UUID(request.POST.get("form_key", ""))
    except ValueError:
        return uuid4()


def _mine(request: HttpRequest, uuid: UUID) -> Order:
    try:
        return orders.buyers_order(uuid, request.user.pk or 0)
    except Order.DoesNotExist:
        raise Http404 from None
