"""Watch-lists: employers ask, holders answer."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from certificates import access
from certificates.actions import watching as actions
from certificates.forms.verifying import WatchForm
from certificates.models import Watch
from certificates.queries import verification, watches
from certificates.queries.verification import Asked, Naming
from certificates.rules import numbers
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations
from lms.organisations.access import required
from lms.web import throttle

SAID = {
    "consent": "From now on they are told how this certificate stands. You can take that back here at any time.",
    "refuse": "They are told that you refused, and nothing else.",
    "end": "From now on they are told nothing more.",
}


@never_cache
@required(actions.OFFICE)
def watching(request: HttpRequest) -> HttpResponse:
    """An employer's list with the form; a post asks a holder."""
    mine = _mine(request)
    names = organisations.cards(mine)
    choices = sorted(((str(key), card.name) for key, card in names.items()), key=lambda row: row[1])
    form = WatchForm(request.POST if request.method == "POST" else None, organisations=choices)
    if request.method == "POST" and form.is_valid() and _asked(request, form):
        messages.success(request, "The holder is asked. You are told by e-mail what the answer is.")
        return redirect("certificates:watching")
    context = {
        "form": form,
        "rows": watches.of_employers(organisation_ids=mine, at=clock.now()),
        "mine": choices,
    }
    return render(request, "certificates/watching.html", context, status=400 if form.errors else 200)


@required(actions.OFFICE)
@require_POST
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    try:
        actions.end(watch_uuid=uuid, organisation_ids=_mine(request), manager_id=request.user.pk or 0)
    except Watch.DoesNotExist:
        raise Http404 from None
    except IllegalMove:
        messages.info(request, "That was over already. Nothing was changed.")
    else:
        messages.success(request, "Ended. You are told nothing more about this certificate.")
    return redirect("certificates:watching")


@login_required
@require_POST
def answer(request: HttpRequest, uuid: UUID, event: str) -> HttpResponse:
    """What the holder says to an employer."""
    if event not in SAID:
        raise Http404
    try:
        watch = actions.answer(watch_uuid=uuid, holder_id=request.user.pk or 0, event=event)
    except Watch.DoesNotExist:
        raise Http404 from None
    except IllegalMove:
        messages.info(request, "That was answered, or taken back, already. Nothing was changed.")
        return redirect("certificates:mine")
    messages.success(request, SAID[event])
    return redirect("certificates:credential", number=watch.credential.number)


def _mine(request: HttpRequest) -> list[UUID]:
    return organisations.organisations_with(request.user.pk or 0, actions.OFFICE)


def _asked(request: HttpRequest, form: WatchForm) -> bool:
    """Asks the holder, if the name is the one printed; else the form says what is wrong."""
    given = form.cleaned_data
    asked = verification.unwrapped(Asked(given["number"], given["name"]))
    try:
        found = access.answer(Asked(asked.number, asked.name), at=clock.now(), asker=throttle.asker(request))
    except numbers.Misspelt:
        form.add_error(
            "number", "This number has a typing error. Nobody was asked; compare it with the certificate."
        )
        return False
    except access.TooOften as often:
        minutes = -(-often.count.resets_in // 60)
        form.add_error(
            None,
            f"From here so much was asked that nothing is looked up for {minutes} minutes. Nobody was asked.",
        )
        return False
    if found is None or found.naming is not Naming.MATCHES:
        form.add_error(
            None,
            "There is no certificate with this number and this name. Nobody was asked; compare both as printed.",
        )
        return False
    try:
        actions.ask(
            organisation_id=UUID(given["organisation"]),
            number=found.number,
            manager_id=request.user.pk or 0,
            purpose=given["purpose"],
        )
    except actions.AlreadyAsked:
        form.add_error(None, "This certificate is on your list already; see how it stands there.")
        return False
    except actions.OwnCredential:
        form.add_error(None, "This certificate is your own: your desk shows how it stands.")
        return False
    return True
