"""The desk of finance: orders, payments, refunds, and what does not agree."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from itertools import chain
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts import queries as people
from lms.billing.actions import findings, payments, refunds
from lms.billing.actions import orders as actions
from lms.billing.forms import DeclineForm, PaymentForm, SearchForm, SentForm, minor
from lms.billing.models import Order, Refund
from lms.billing.queries import cards, desk, orders
from lms.billing.queries.sellers import OFFICE, office
from lms.billing.states import Method
from lms.billing.views.baskets import typed, whole
from lms.billing.views.orders import ask_for, form_key
from lms.billing.views.words import REFUND
from lms.db import clock
from lms.kit import tables
from lms.kit.machine import IllegalMove
from lms.organisations.access import required

PAGE = 50
HEAD = (
    *("invoice", "placed at", "state", "name", "company", "country", "VAT number", "order number"),
    *("currency", "net", "tax", "gross", "received", "treatment", "order"),
)


@never_cache
@required(OFFICE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET or None)
    page = Paginator(_wanted(request, form), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "waiting": desk.waiting(office(request.user)),
    }
    return render(request, "billing/finance.html", context, status=400 if form.errors else 200)


@never_cache
@required(OFFICE)
@require_safe
def table(request: HttpRequest) -> HttpResponseBase:
    """The orders that are searched for, as CSV; sums in whole and hundredth parts with a point."""
    form = SearchForm(request.GET or None)
    rows = _wanted(request, form).iterator(chunk_size=1000)
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="orders.csv"'
    return answer


@never_cache
@required(OFFICE)
@require_safe
def order(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _page(request, _order(request, uuid))


@required(OFFICE)
@require_POST
def record_payment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _order(request, uuid)
    form = PaymentForm(request.POST)
    if not form.is_valid():
        return _page(request, found, payment=form)
    given = form.cleaned_data
    try:
        recorded = payments.record(
            order_uuid=uuid,
            provider=Method.TRANSFER,
            reference=given["reference"],
            amount_minor=minor(given["amount"]),
            currency=found.currency,
            received_at=min(datetime.combine(given["received_on"], time(), UTC), clock.now()),
            actor_id=request.user.pk,
        )
    except payments.KnownReference:
        form.add_error(
            "reference", _("This reference was recorded before, for something else. Nothing was recorded.")
        )
        return _page(request, found, payment=form)
    _say(request, recorded)
    return redirect("billing:finance_order", uuid=uuid)


@required(OFFICE)
@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    _order(request, uuid)
    try:
        actions.cancel(uuid=uuid, actor_id=request.user.pk)
    except IllegalMove:
        messages.error(request, _("A paid order is not cancelled but refunded. Nothing was changed."))
    else:
        messages.success(request, _("Cancelled. A credit note cancels the invoice."))
    return redirect("billing:finance_order", uuid=uuid)


@required(OFFICE)
@require_POST
def ask_refund(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Asks to give back lines, or (`over`) what was paid beyond what is owed; a second person decides."""
    found = _order(request, uuid)
    if "over" in request.POST:
        try:
            refunds.ask_over(order_uuid=uuid, form_key=form_key(request), actor_id=request.user.pk or 0)
        except (refunds.NotRefundable, refunds.AskedAlready):
            messages.info(
                request, _("There is nothing to send back, or a refund waits for a decision already.")
            )
        else:
            messages.success(request, _("Asked. Somebody else of finance approves it."))
        return redirect("billing:finance_order", uuid=uuid)
    counts = {line.pk: whole(request.POST.get(f"count-{line.pk}", ""), 0) for line in found.lines.all()}
    reason = typed(request.POST, "reason", 200)
    ask_for(request, found, counts, reason, outside_policy="outside" in request.POST)
    return redirect("billing:finance_order", uuid=uuid)


@never_cache
@required(OFFICE)
@require_safe
def refund_list(request: HttpRequest) -> HttpResponse:
    """Refunds that wait for somebody, the oldest first, and then what was decided."""
    page = Paginator(desk.refunds(office(request.user)), PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/refunds.html", {"page": page})


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def refund(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One refund; a post approves, declines, or notes that the money has left."""
    try:
        found = desk.refund(uuid, office(request.user))
    except Refund.DoesNotExist:
        raise Http404 from None
    by_itself = cards.goes_back_by_itself(found)
    if by_itself and "sent" in request.POST:
        messages.error(request, _("It goes back by card by itself: do not send it too. Nothing was noted."))
        return redirect("billing:refund", uuid=uuid)
    decline = DeclineForm(request.POST if "decline" in request.POST else None)
    sent = SentForm(request.POST if "sent" in request.POST else None)
    if request.method == "POST" and _acted(request, found, decline, sent):
        return redirect("billing:refund", uuid=uuid)
    context = {
        "refund": found,
        "decline": decline,
        "sent": sent,
        "mine": found.asked_by_id == request.user.pk,
        "by_itself": by_itself,
    }
    return render(
        request, "billing/refund.html", context, status=400 if decline.errors or sent.errors else 200
    )


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def findings_list(request: HttpRequest) -> HttpResponse:
    """What the nightly comparison found; a post settles one."""
    if request.method == "POST":
        number = whole(request.POST.get("finding", ""), 0, digits=15)
        if not desk.findings(office(request.user)).filter(pk=number).exists():
            raise Http404
        findings.settle(finding_id=number, actor_id=request.user.pk or 0)
        messages.success(request, _("Settled."))
        return redirect("billing:findings")
    page = Paginator(desk.findings(office(request.user)), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "compared": cards.last_comparison()}
    return render(request, "billing/findings.html", context)


def _page(request: HttpRequest, found: Order, *, payment: PaymentForm | None = None) -> HttpResponse:
    now = clock.now()
    money = orders.money_of(found)
    lines = orders.refundable_lines(found, now)
    start = (
        {"amount": f"{money.due / 100:.2f}", "received_on": now.date()}
        if money.due
        else {"received_on": now.date()}
    )
    context = {
        "order": found,
        "lines": [(line, left, REFUND[why] if why else "") for line, left, why in lines],
        "money": money,
        "holder": orders.holder_name(found),
        "buyer": people.card(found.buyer_id),
        "documents": orders.documents_of(found),
        "payments": found.payments.order_by("pk"),
        "refunds": found.refunds.order_by("pk"),
        "changes": found.changes.select_related("actor").order_by("pk"),
        "payment": payment or PaymentForm(initial=start),
        "form_key": uuid4(),
    }
    return render(request, "billing/finance_order.html", context, status=400 if payment else 200)


def _order(request: HttpRequest, uuid: UUID) -> Order:
    try:
        return orders.sold_order(uuid, office(request.user))
    except Order.DoesNotExist:
        raise Http404 from None


def _wanted(request: HttpRequest, form: SearchForm) -> QuerySet[Order]:
    mine = office(request.user)
    if not form.is_valid():
        return orders.sold_by(mine)
    return orders.sold_by(mine, state=form.cleaned_data["state"], text=form.cleaned_data["text"].strip())


def _lines(rows: Iterator[Order]) -> Iterator[bytes]:
    yield "\ufeff".encode()
    for row in chain([HEAD], map(_cells, rows)):
        yield tables.written([row]).removeprefix("\ufeff").encode()


def _cells(order: Order) -> tuple[str, ...]:
    def said(amount: int) -> str:
        return f"{amount / 100:.2f}"

    return (
        *(order.invoice_number or "", order.placed_at.isoformat(), order.state, order.name, order.company),  # type: ignore[attr-defined]  # annotated
        *(order.country, order.vat_id, order.reference, order.currency),
        *(said(order.net_minor), said(order.tax_minor), said(order.gross_minor), said(order.received_minor)),  # type: ignore[attr-defined]
        *(order.treatment, str(order.uuid)),
    )


def _say(request: HttpRequest, recorded: payments.Recorded) -> None:
    if recorded.before:
        messages.info(request, _("This payment was recorded before. Nothing was changed."))
    elif recorded.over_minor:
        messages.info(request, _("Recorded. More was paid than is owed: ask for a refund of the rest."))
    elif recorded.due_minor:
        messages.info(request, _("Recorded. A part is still to be paid; nothing is granted until then."))
    else:
        messages.success(request, _("Recorded. The order is paid, and what was bought can be used."))


def _acted(request: HttpRequest, found: Refund, decline: DeclineForm, sent: SentForm) -> bool:
    """Whether the post is answered; False where a form now says what is wrong."""
    me = request.user.pk or 0
    try:
        if "approve" in request.POST:
            refunds.approve(uuid=found.uuid, actor_id=me)
            messages.success(request, _("Approved. What was bought has ended, and the credit note is made."))
        elif "decline" in request.POST:
            if not decline.is_valid():
                return False
            refunds.decline(uuid=found.uuid, note=decline.cleaned_data["note"], actor_id=me)
            messages.success(request, _("Declined. Everything stays as it was."))
        elif "sent" in request.POST:
            if not sent.is_valid():
                return False
            refunds.sent(
                uuid=found.uuid,
                provider=Method.TRANSFER,
                reference=sent.cleaned_data["reference"],
                at=clock.now(),
                actor_id=me,
            )
            messages.success(request, _("Noted: the money has left."))
    except refunds.SamePerson:
        messages.error(request, _("You asked for this refund: somebody else decides. Nothing was changed."))
    except refunds.NotRefundable as refused:
        messages.error(request, _("Not approved.") + f" {REFUND[refused.why]}")
    except IllegalMove:
        messages.error(request, _("It was decided before. Nothing was changed."))
    except refunds.KnownReference:
        sent.add_error("reference", _("This reference stands at another refund."))
        return False
    return True
