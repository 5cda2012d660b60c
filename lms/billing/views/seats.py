"""Places of an organisation: its managers give them out, people take them."""

import csv
import io
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts import queries as people
from lms.billing.actions import seats as actions
from lms.billing.forms import SeatForm, SeatListForm
from lms.billing.models import Entitlement, Seat
from lms.billing.queries import seats
from lms.billing.rules.seats import MOST_ROWS
from lms.billing.views.words import ROW
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations
from lms.organisations.access import required

OFFICE = "organisations.manage"
PAGE = 50
MOST_BYTES = 200_000


@never_cache
@required(OFFICE)
@require_safe
def pools(request: HttpRequest) -> HttpResponse:
    page = Paginator(seats.pools_of(_mine(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/pools.html", {"page": page, "now": clock.now()})


@never_cache
@required(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def pool(request: HttpRequest, pk: int) -> HttpResponse:
    """One pool; a post offers a place to an address, or to each of a list."""
    found = _pool(request, pk)
    one = SeatForm(request.POST if "one" in request.POST else None)
    many = SeatListForm(*((request.POST, request.FILES) if "many" in request.POST else ()))
    answers = None
    if one.is_valid():
        answers = _offer(request, found, [(1, one.cleaned_data["email"])])
    elif many.is_valid():
        rows = _rows(many)
        answers = _offer(request, found, rows) if rows else None
    if answers is not None:
        found, one, many = _pool(request, pk), SeatForm(), SeatListForm()
    page = Paginator(seats.seats_of(pk), PAGE).get_page(request.GET.get("page"))
    context = {
        "pool": found,
        "page": page,
        "one": one,
        "many": many,
        "answers": [(row, ROW[row.verdict]) for row in answers or []],
        "good": sum(row.verdict == "offered" for row in answers or []),
        "now": clock.now(),
    }
    return render(request, "billing/pool.html", context, status=400 if one.errors or many.errors else 200)


@required(OFFICE)
@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    _pool(request, pk)
    try:
        told = actions.remind(pool_id=pk, actor_id=request.user.pk or 0)
    except actions.UnknownPool:
        messages.error(request, _("These places have ended. Nobody was reminded."))
    else:
        nobody = _("Nobody to remind: a letter goes out every three days at most.")
        messages.success(request, _("Reminded: %(count)s.") % {"count": told} if told else nobody)
    return redirect("billing:pool", pk=pk)


@required(OFFICE)
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Opens the pool's link anew, or closes it."""
    _pool(request, pk)
    try:
        actions.open_link(pool_id=pk, actor_id=request.user.pk or 0, is_open="open" in request.POST)
    except actions.UnknownPool:
        messages.error(request, _("These places have ended. Nothing was changed."))
    return redirect("billing:pool", pk=pk)


@required(OFFICE)
@require_POST
def take_back(request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    found = _pool(request, pk)
    if not found.seats.filter(uuid=uuid).exists():
        raise Http404
    try:
        actions.take_back(uuid=uuid, actor_id=request.user.pk or 0)
    except actions.HasBegun:
        messages.error(request, _("This person has begun: the place stays theirs. Nothing was changed."))
    else:
        messages.success(request, _("Taken back. The place is free for somebody else."))
    return redirect("billing:pool", pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A place that was offered by letter: who has that address takes it."""
    me = request.user.pk or 0
    try:
        found = seats.seat(uuid)
    except Seat.DoesNotExist:
        raise Http404 from None
    if found.email not in people.verified_addresses_of(me) and found.person_id != me:
        raise Http404
    if request.method == "POST":
        try:
            actions.take(uuid=uuid, person_id=me)
        except (actions.UnknownPool, actions.NotYours, IllegalMove):
            messages.error(request, _("This place can't be taken any more. Ask whoever offered it to you."))
        else:
            messages.success(request, _("The place is yours."))
        return redirect("billing:seat", uuid=uuid)
    return render(
        request, "billing/seat.html", {"pool": found.pool, "seat": found, "ended": _ended(found.pool)}
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, key: UUID) -> HttpResponse:
    """The open link of a pool: whoever has it takes a place, as long as there is one."""
    try:
        found = seats.by_claim_key(key)
    except Entitlement.DoesNotExist:
        raise Http404 from None
    if request.method == "POST":
        try:
            taken = actions.claim(claim_key=key, person_id=request.user.pk or 0)
        except actions.NoSeatLeft:
            messages.error(request, _("Every place is taken. Ask whoever gave you the link for another."))
        except actions.NotYours:
            said = _(
                "Somebody else has a place under your address. Ask whoever gave you the link to take it back."
            )
            messages.error(request, said)
        except actions.UnknownPool:
            messages.error(request, _("These places have ended."))
        else:
            messages.success(request, _("The place is yours."))
            return redirect("billing:seat", uuid=taken.uuid)
    return render(request, "billing/seat.html", {"pool": found, "seat": None, "ended": _ended(found)})


def _mine(request: HttpRequest) -> list[UUID]:
    return organisations.organisations_with(request.user.pk or 0, OFFICE)


def _pool(request: HttpRequest, pk: int) -> Entitlement:
    try:
        return seats.pool(pk, _mine(request))
    except Entitlement.DoesNotExist:
        raise Http404 from None


def _ended(pool: Entitlement) -> bool:
    return pool.revoked_at is not None or (pool.expires_at is not None and pool.expires_at <= clock.now())


def _offer(request: HttpRequest, pool: Entitlement, rows: list[tuple[int, str]]) -> list[actions.Row] | None:
    try:
        return actions.offer(pool_id=pool.pk, rows=rows, actor_id=request.user.pk or 0)
    except actions.UnknownPool:
        messages.error(request, _("These places have ended. Nobody was offered one."))
        return None


def _rows(form: SeatListForm) -> list[tuple[int, str]]:
    """The addresses of the file with the numbers of their lines; none where the form now says what is wrong."""
    file = form.cleaned_data["file"]
    if file.size > MOST_BYTES:
        form.add_error(
            "file",
            _("This file is too large for a list of a thousand addresses. Nobody was offered a place."),
        )
        return []
    try:
        text = file.read().decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except (UnicodeDecodeError, csv.Error):
        form.add_error("file", _("This file can't be read as CSV in UTF-8. Save it so and send it again."))
        return []
    head = [cell.strip().lower() for cell in lines[0]] if lines else []
    named = next((n for n, cell in enumerate(head) if cell in ("email", "e-mail")), None)
    first, column = (2, named) if named is not None else (1, 0)
    rows = [
        (number, line[column] if len(line) > column else "")
        for number, line in enumerate(lines[first - 1 :], first)
        if any(cell.strip() for cell in line)
    ]
    if not rows:
        form.add_error("file", _("This file has no rows. Nobody was offered a place."))
    if len(rows) > MOST_ROWS:
        form.add_error("file", _("More than a thousand rows. Divide the list. Nobody was offered a place."))
        return []
    return rows


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return ";" if ";" in first and "," not in first else ","
