"""The register as awarding officers see it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from certificates.actions import discipline
from certificates.actions import register as actions
from certificates.forms.registering import ActForm, RegisterForm, ReinstateForm, SuspendForm, WithdrawForm
from certificates.queries import credentials, phrases, schemes
from certificates.queries.credentials import CredentialView
from certificates.states import CREDENTIAL
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations.access import required

FORMS: dict[str, type[ActForm]] = {
    "suspend": SuspendForm,
    "reinstate": ReinstateForm,
    "withdraw": WithdrawForm,
}
ACTIONS = {"suspend": actions.suspend, "reinstate": actions.reinstate, "withdraw": actions.withdraw}
DONE = {"suspend": "suspended", "reinstate": "reinstated", "withdraw": "withdrawn"}


@required("certificates.decide")
def register(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    known = [(scheme.key, scheme.title) for scheme in schemes.in_effect(on=at.date())]
    form = RegisterForm(request.GET, schemes=known)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = credentials.register(
        search=asked.get("q", ""),
        standing=asked.get("standing", ""),
        scheme_key=asked.get("scheme", ""),
        on=at.date(),
    )
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [view for view in (credentials.view(row, at) for row in page) if view],
        "query": urlencode({key: value for key, value in asked.items() if value}),
        "asked": any(asked.values()),
    }
    return render(request, "certificates/register.html", context)


@required("certificates.decide")
def entry(request: HttpRequest, number: str) -> HttpResponse:
    return _entry(request, _found(number), None)


@required("certificates.decide")
@require_POST
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    view = _found(number)
    if act not in FORMS:
        raise Http404
    form = FORMS[act](request.POST)
    if not form.is_valid():
        return _entry(request, view, (act, form), status=400)
    told: dict[str, Any] = {
        "number": view.number,
        "officer_id": request.user.pk or 0,
        "reason": form.cleaned_data["reason"],
        "public_note": form.cleaned_data["public_note"],
        "use_key": str(form.cleaned_data["use_key"]),
    }
    try:
        ACTIONS[act](**told)
    except actions.SecondPersonNeeded:
        return _propose(request, view, told)
    except actions.Conflicted as refused:
        messages.error(request, phrases.barred(refused.bars))
    except IllegalMove as refused:
        messages.error(request, f"Nothing was changed: this certificate is {refused.state} already.")
    else:
        messages.success(request, f"{view.number} is {DONE[act]}. The verification page says so from now on.")
    return redirect("certificates:entry", number=number)


def _propose(request: HttpRequest, view: CredentialView, told: dict[str, Any]) -> HttpResponse:
    try:
        discipline.propose(number=view.number, officer_id=told["officer_id"], public_note=told["public_note"])
    except actions.Conflicted as refused:
        messages.error(request, phrases.barred(refused.bars))
    except IllegalMove as refused:
        messages.error(request, f"Nothing was changed: this certificate is {refused.state} already.")
    else:
        messages.success(
            request, "Proposed. A withdrawal for discipline takes effect when a second officer confirms it."
        )
    return redirect("certificates:amend", number=view.number)


def _entry(
    request: HttpRequest, view: CredentialView, sent: tuple[str, ActForm] | None, status: int = 200
) -> HttpResponse:
    forms = {event: FORMS[event]() for event in CREDENTIAL.events(view.credential.state)}
    if sent:
        forms[sent[0]] = sent[1]
    context = {
        "view": view,
        "forms": forms,
        "open": sent[0] if sent else "",
        "people": credentials.actors_of(view),
        "own": view.credential.holder_id == request.user.pk,
    }
    return render(request, "certificates/entry.html", context, status=status)


def _found(number: str) -> CredentialView:
    view = credentials.entry(number=number, at=clock.now())
    if view is None:
        raise Http404
    return view
