"""Coming into an organisation: by an invitation, by one's address, by its own sign-in."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.db import clock
from lms.organisations import queries
from lms.organisations.actions import invitations, memberships
from lms.organisations.states import InvitationState, Protocol


@never_cache
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Says who invites to what; a post of who has signed in accepts. A visitor is asked to sign in, or up, first."""
    found = queries.invitation(invitations.digest(secret))
    usable = found is not None and found.state == InvitationState.OPEN and found.expires_at > clock.now()
    context = {"invitation": found if usable else None, "onward": request.path}
    if request.method != "POST" or not usable:
        return render(request, "organisations/invitation.html", context, status=200 if usable else 404)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    try:
        slug = invitations.accept(secret=secret, person_id=request.user.pk)
    except invitations.NoLongerOpen:
        return render(request, "organisations/invitation.html", context | {"invitation": None}, status=404)
    except invitations.ForAnother as other:
        context["fault"] = _(
            "This invitation was written to %(email)s. Add that address to your account, then come back."
        ) % {"email": other.email}
    except memberships.ConflictOfRoles:
        context["fault"] = _(
            "One of your roles stands against this one: nobody trains or examines and awards. Nothing was changed."
        )
    else:
        messages.success(request, _("You are in."))
        return redirect("organisations:organisation", slug=slug)
    return render(request, "organisations/invitation.html", context, status=409)


@login_required
@require_POST
def join(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    try:
        invitations.join_by_domain(organisation_id=organisation_id, person_id=request.user.pk)
    except invitations.NoSuchDomain:
        messages.info(
            request, _("None of your confirmed addresses opens this organisation. Nothing was changed.")
        )
    else:
        messages.success(request, _("You are in."))
    return redirect("organisations:mine")


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Asks for an address and leads to the sign-in of the organisation whose domain it is in.

    The way on is a link, since our policy lets no form lead to another house. Whether anybody has that address it tells nobody.
    """
    address = request.GET.get("email", "").replace("\x00", "").strip()[:254]
    wanted = request.GET.get("organisation", "")
    row = queries.sign_in_for(address) if address else queries.sign_in_by(wanted) if wanted else None
    onward = ""
    if row is not None:
        name, key = (
            ("saml_login", row.app.client_id)
            if row.protocol == Protocol.SAML
            else (
                "accounts:openid_login",
                row.app.provider_id,
            )
        )
        onward = reverse(name, args=[key])
    context = {"address": address, "row": row, "onward": onward, "asked": bool(address or wanted)}
    return render(request, "organisations/sign_in.html", context)
