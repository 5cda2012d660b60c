"""What an applicant proves of their own: posts, hours, references."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.actions import logs, references
from certificates.forms.applying import AskReferenceForm, LogForm
from certificates.queries import applications, proofs, schemes
from certificates.queries.schemes import SchemeView
from certificates.rules.references import Refusal, Relation
from lms.db import clock
from lms.kit.machine import IllegalMove

REFUSALS = {
    Refusal.OWN_ADDRESS: _("This is an address of your own. A reference has to come from somebody else."),
    Refusal.SUBORDINATE: _(
        "Somebody who reported to you cannot be your referee. Choose somebody who did not depend on you."
    ),
    Refusal.RELATIVE: _("A relative cannot be your referee. Choose somebody who knows you from work."),
    Refusal.ASKED_ALREADY: _("You have asked at this address already. Nothing more was sent."),
    Refusal.TOO_MANY: _(
        "So many requests wait for an answer that no more can be sent. Wait for one of them."
    ),
}


@login_required
@require_safe
def evidence(request: HttpRequest, key: str) -> HttpResponse:
    """All that this person has proven for a scheme, and the ways to prove more."""
    scheme, person_id, today = _scheme(key), request.user.pk or 0, clock.today()
    entries = applications.logs(person_id=person_id, scheme_key=key)
    return render(
        request,
        "certificates/evidence.html",
        {
            "scheme": scheme,
            "posts": [entry for entry in entries if entry.kind == "experience"],
            "work": [entry for entry in entries if entry.kind == "hours"],
            "references": applications.references(person_id=person_id, scheme_key=key),
            "levels": proofs.findings(person_id=person_id, scheme=scheme, on=today),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The form for one post or one project, and what becomes of it."""
    if kind not in ("experience", "hours"):
        raise Http404
    scheme = _scheme(key)
    form = LogForm(request.POST or None, kind=kind, today=clock.today())
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        written = logs.Written(
            kind=kind,
            organisation=asked["organisation"],
            role=asked["role"],
            text=asked["text"],
            contact=asked["contact"],
            begins_on=asked["begins_on"],
            ends_on=asked["ends_on"],
            in_field=asked.get("in_field", False),
            hours=asked.get("hours", 0),
        )
        logs.write(person_id=request.user.pk or 0, scheme_key=key, written=written, use_key=asked["use_key"])
        messages.success(request, _("It is written down, and counts from now on."))
        return redirect("certificates:evidence", key=key)
    context = {"scheme": scheme, "kind": kind, "form": form}
    return render(request, "certificates/write_evidence.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def take_back(request: HttpRequest, key: str, uuid: UUID) -> HttpResponse:
    try:
        logs.take_back(entry_uuid=uuid, person_id=request.user.pk or 0)
    except logs.UnknownEntry:
        raise Http404 from None
    except logs.InUse:
        messages.error(request, _("A decision rests on this entry, so it stays. Write to us if it is wrong."))
    else:
        messages.success(request, _("It is taken back, and no longer counts."))
    return redirect("certificates:evidence", key=key)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_reference(request: HttpRequest, key: str) -> HttpResponse:
    """The form by which somebody is asked for a reference."""
    scheme = _scheme(key)
    form = AskReferenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            references.ask(
                person_id=request.user.pk or 0,
                scheme_key=key,
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                relation=Relation(form.cleaned_data["relation"]),
            )
        except references.Refused as refused:
            form.add_error(None, REFUSALS[refused.refusal])
        else:
            messages.success(
                request, _("%(name)s has been asked by e-mail.") % {"name": form.cleaned_data["name"]}
            )
            return redirect("certificates:evidence", key=key)
    context = {"scheme": scheme, "form": form}
    return render(request, "certificates/ask_reference.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def cancel_reference(request: HttpRequest, key: str, uuid: UUID) -> HttpResponse:
    try:
        references.cancel(reference_uuid=uuid, person_id=request.user.pk or 0)
    except references.UnknownReference:
        raise Http404 from None
    except IllegalMove:
        messages.error(request, _("This request was answered or taken back meanwhile. Nothing was changed."))
    else:
        messages.success(request, _("The request is taken back; its link no longer works."))
    return redirect("certificates:evidence", key=key)


def _scheme(key: str) -> SchemeView:
    found = schemes.scheme(key=key, on=clock.today())
    if found is None:
        raise Http404
    return found
