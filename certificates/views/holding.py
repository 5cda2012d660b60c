"""A holder's own certificates."""

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from certificates.actions import sharing
from certificates.forms.holding import SharingForm
from certificates.models import Credential
from certificates.queries import badges, credentials, issuing, proofs, schemes, watches
from certificates.queries.credentials import CredentialView
from certificates.rules import profiles
from certificates.rules.badges import Profile
from lms.db import clock
from lms.kit import countries

UNREADABLE: Final = (
    "The document can’t be read at the moment. The certificate stands, and nothing of it is lost: try again in a minute, "
    "and write to us if it stays away."
)


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    person_id = request.user.pk or 0
    held = credentials.of_person(person_id=person_id, at=at)
    has = {view.credential.level_id for view in held if view.standing != "withdrawn" and not view.lapsed}
    begun = proofs.schemes_begun(person_id=person_id)
    on_the_way = [
        scheme
        for scheme in schemes.in_effect(on=at.date())
        if scheme.key in begun and any(level.by_rule and level.id not in has for level in scheme.levels)
    ]
    return render(request, "certificates/mine.html", {"held": held, "begun": on_the_way})


@login_required
def credential(request: HttpRequest, number: str) -> HttpResponse:
    view = _held(request, number)
    context = {
        "view": view,
        "document": credentials.document_of(view),
        "badge": badges.newest(view.edition, Profile.DEFAULT),
        "badge_address": issuing.credential(view.edition.uuid),
        "sharing_form": _sharing_form(view),
        "linkedin": _linkedin(view),
        "watches": watches.of_credential(credential_id=view.credential.pk),
    }
    return render(request, "certificates/credential.html", context)


@login_required
def document(request: HttpRequest, number: str) -> HttpResponseBase:
    """The certificate as stored; while it is being made, the holder's page says so."""
    view = _held(request, number)
    made = credentials.document_of(view)
    if made is None:
        messages.info(request, _("The document is being made. It will be here within a minute."))
        return redirect("certificates:credential", number=number)
    file = credentials.opened(made)
    if file is None:
        messages.error(request, UNREADABLE)
        return redirect("certificates:credential", number=number)
    answer = FileResponse(file, as_attachment=True, filename=f"{view.number}.pdf")
    answer["Content-Type"] = "application/pdf"
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_POST
def renew_link(request: HttpRequest, number: str) -> HttpResponse:
    try:
        sharing.renew_key(number=number, holder_id=request.user.pk or 0)
    except Credential.DoesNotExist:
        raise Http404 from None
    messages.success(
        request, _("The link is new. Links and codes given out before show no more than the number.")
    )
    return redirect("certificates:credential", number=number)


def _held(request: HttpRequest, number: str) -> CredentialView:
    view = credentials.held(person_id=request.user.pk or 0, number=number, at=clock.now())
    if view is None:
        raise Http404
    return view


def _sharing_form(view: CredentialView) -> SharingForm:
    listing = getattr(view.credential, "listing", None)
    shown = {
        "hidden": view.credential.hidden,
        "listed": listing is not None,
        "country": listing.country if listing else "",
        "named": view.credential.named_badge,
    }
    return SharingForm(countries=list(countries.names(get_language() or "en").items()), initial=shown)


def _linkedin(view: CredentialView) -> str:
    """The address that adds it to a profile; empty while it is not valid."""
    if not view.answer.in_force:
        return ""
    claims = view.edition.claims
    return profiles.linkedin(
        title=f"{claims['level']['title']}, {claims['scheme']['title']}",
        issuer=claims["issuer"]["name"],
        number=view.number,
        begins_on=view.edition.begins_on,
        expires_on=view.edition.expires_on,
        page=view.share_address,
    )
