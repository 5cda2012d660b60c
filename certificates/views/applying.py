"""Applying: what is proven, what is missing, the code of ethics, the application."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates.actions import applications, decisions, evidence
from certificates.forms.applying import SignForm
from certificates.forms.deciding import NoteForm
from certificates.models.applications import OPEN
from certificates.queries import appeals, credentials, dues, proofs, schemes
from certificates.queries import applications as applications_of
from certificates.queries.schemes import SchemeView
from certificates.states import APPLICATION
from lms.accounts import queries as people
from lms.billing import queries as billing
from lms.db import clock
from lms.kit.machine import IllegalMove


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, key: str) -> HttpResponse:
    scheme = schemes.scheme(key=key, on=clock.today())
    if scheme is None:
        raise Http404
    form = SignForm(shown=scheme.code_version)
    if request.method == "POST":
        if "level" in request.POST:
            return _enter(request, scheme, request.POST["level"])
        form = SignForm(request.POST, shown=scheme.code_version)
        if form.is_valid():
            evidence.sign_code(person_id=request.user.pk or 0, scheme_key=key)
            messages.success(request, _("You have signed the code of ethics."))
            return redirect("certificates:apply", key=key)
    return _page(request, scheme, form, status=400 if form.errors else 200)


def _enter(request: HttpRequest, scheme: SchemeView, level_key: str) -> HttpResponse:
    try:
        application_id = applications.apply(
            person_id=request.user.pk or 0, scheme_key=scheme.key, level_key=level_key
        )
    except applications.AlreadyHeld as held:
        return redirect("certificates:credential", number=held.number)
    except applications.RequirementsMissing:
        messages.error(request, _("Something that this level asks for is still missing; the list says what."))
    except applications.NameMissing:
        messages.error(request, _("Write your name in your profile first: it is printed on the certificate."))
    except applications.NotOpen:
        messages.error(request, _("This level cannot be applied for here."))
    else:
        number = credentials.number_granted(application_id=application_id)
        if number is None:
            messages.success(request, _("Your application is entered. This page says what follows."))
            return redirect("certificates:application", uuid=applications_of.uuid_of(application_id))
        messages.success(
            request, _("Granted. Your certificate stands in the register as %(number)s.") % {"number": number}
        )
        return redirect("certificates:credential", number=number)
    return redirect("certificates:apply", key=scheme.key)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One's own application: how it stands, its timeline, and what there is to do."""
    person_id = request.user.pk or 0
    try:
        found = applications_of.own(uuid, person_id=person_id)
    except applications_of.UnknownApplication:
        raise Http404 from None
    event = request.POST.get("event", "")
    form = NoteForm(
        request.POST if event == "answer" else None,
        event="answer",
        label=_("Your answer"),
        help_text=_("What you add to your log or your references first, is seen along with it."),
    )
    if request.method == "POST" and event in EVENTS and (event != "answer" or form.is_valid()):
        return _event(request, uuid, event, form)
    due = dues.of(found)
    against = appeals.against(person_id=person_id, application_uuid=uuid)
    decision = against.decision if against else None
    changes = list(found.changes.select_related("level"))
    context = {
        "application": found,
        "changes": changes,
        "asked": next((one for one in reversed(changes) if one.event in ("ask", "offer")), None),
        "form": form,
        "events": APPLICATION.events(found.state),
        "decision": decision,
        "number": credentials.number_granted(application_id=found.pk),
        "due": due,
        "offer": billing.offer_of(due.product_key)
        if due and not due.is_paid and found.state in OPEN
        else None,
        "against": against,
        "may_appeal": against is not None and clock.today() <= against.last_day,
        "lodged": found.decision.appeals.all() if decision else [],
    }
    return render(request, "certificates/application.html", context, status=400 if form.errors else 200)


EVENTS = {
    "answer": gettext_lazy("Your answer is with the awarding officers."),
    "accept": gettext_lazy("You accepted, and the level is granted."),
    "decline": gettext_lazy("You declined. Your application is before the awarding officers again."),
    "withdraw": gettext_lazy("Your application is taken back."),
}


def _event(request: HttpRequest, uuid: UUID, event: str, form: NoteForm) -> HttpResponse:
    who: dict[str, Any] = {"application_uuid": uuid, "person_id": request.user.pk or 0}
    try:
        if event == "answer":
            applications.answer(**who, note=form.cleaned_data["note"])
        else:
            {
                "accept": applications.accept,
                "decline": applications.decline,
                "withdraw": applications.withdraw,
            }[event](**who)
    except applications.TooLate:
        messages.error(
            request, _("The last day to answer is over. Nothing was changed; you may apply again.")
        )
    except decisions.FeeUnpaid:
        messages.error(
            request, _("The fee of the application is not paid. Pay it, then accept. Nothing was changed.")
        )
    except (applications.NotLower, decisions.Conflicted):
        messages.error(
            request,
            _(
                "This offer can no longer be accepted as it was made. Nothing was changed: decline it, and another officer decides."
            ),
        )
    except IllegalMove:
        messages.error(request, _("Your application has moved on meanwhile. Nothing was changed."))
    else:
        messages.success(request, EVENTS[event])
    return redirect("certificates:application", uuid=uuid)


def _page(request: HttpRequest, scheme: SchemeView, form: SignForm, *, status: int) -> HttpResponse:
    person_id = request.user.pk or 0
    at = clock.now()
    views = credentials.of_person(person_id=person_id, at=at)
    held = {
        view.credential.level_id: view for view in views if view.standing != "withdrawn" and not view.lapsed
    }
    begun_on = proofs.begun_on(person_id=person_id, scheme_key=scheme.key)
    versions = schemes.open_to(key=scheme.key, begun_on=begun_on, on=at.date())
    found = proofs.best(person_id=person_id, versions=versions, on=at.date())
    unsigned = any(f.kind == "code_of_ethics" and not f.met for level in found for f in level.findings)
    return render(
        request,
        "certificates/apply.html",
        {
            "scheme": scheme,
            "code": scheme.data["code_of_ethics"],
            "levels": [(level, held.get(level.level.id)) for level in found],
            "unsigned": unsigned,
            "former": versions[1] if len(versions) > 1 else None,
            "open": {
                row.level_id: row
                for row in applications_of.open_of(person_id=person_id, scheme_key=scheme.key)
            },
            "ended": applications_of.ended_of(person_id=person_id, scheme_key=scheme.key),
            "reached": next((level.level.title for level in reversed(found) if level.granted), ""),
            "form": form,
            "card": people.card(person_id),
        },
        status=status,
    )
