"""An organisation's own sign-in."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.organisations import queries
from lms.organisations.access import within
from lms.organisations.actions import signing_in as actions
from lms.organisations.forms import OpenIdForm, SamlForm
from lms.organisations.models import SignIn
from lms.organisations.queries import OrganisationCard
from lms.organisations.states import Protocol

OFFICE = "organisations.own"


@never_cache
@within(OFFICE)
def signing_in(request: HttpRequest, card: OrganisationCard, may: frozenset[str]) -> HttpResponse:
    """How it stands, and a form for each of the two protocols; a post of one of them sets it up."""
    return _page(request, card, may)


@within(OFFICE)
@require_POST
def act(request: HttpRequest, card: OrganisationCard, may: frozenset[str], act: str) -> HttpResponse:
    if act in {"openid", "saml"}:
        return _set_up(request, card, may, act)
    if act not in {"require", "leave-open", "end"}:
        raise Http404
    try:
        if act == "end":
            actions.end(organisation_id=card.id, actor_id=request.user.pk)
        else:
            actions.require(organisation_id=card.id, enforced=act == "require", actor_id=request.user.pk)
    except SignIn.DoesNotExist:
        messages.info(request, _("There is no sign-in of your own. Nothing was changed."))
    except actions.NoOwnerLeft:
        messages.error(
            request,
            _(
                "No owner has a second factor, so nobody could come in if your sign-in failed. Set one up first; nothing was changed."
            ),
        )
    else:
        messages.success(request, _("Saved. It holds from the next sign-in of each person."))
    return redirect("organisations:signing_in", slug=card.slug)


def _set_up(request: HttpRequest, card: OrganisationCard, may: frozenset[str], kind: str) -> HttpResponse:
    form = OpenIdForm(request.POST) if kind == "openid" else SamlForm(request.POST)
    if not form.is_valid():
        return _page(request, card, may, **{kind: form})
    how = (actions.OpenId if kind == "openid" else actions.Saml)(**form.cleaned_data)
    try:
        actions.set_up(organisation_id=card.id, how=how, actor_id=request.user.pk)
    except actions.NoDomainShown:
        messages.error(
            request, _("Show first that a mail domain is yours: your sign-in speaks for its addresses.")
        )
        return redirect("organisations:domains", slug=card.slug)
    messages.success(request, _("Saved. Try it in another browser before you require it."))
    return redirect("organisations:signing_in", slug=card.slug)


def _page(
    request: HttpRequest,
    card: OrganisationCard,
    may: frozenset[str],
    *,
    openid: OpenIdForm | None = None,
    saml: SamlForm | None = None,
) -> HttpResponse:
    row = queries.sign_in_of(card.id)
    known = row.app.settings if row else {}
    idp = known.get("idp", {})
    context = {
        "card": card,
        "may": may,
        "row": row,
        "domains": sorted(queries.domains_shown(card.id)),
        "openid": openid or OpenIdForm(initial=_openid_of(row)),
        "saml": saml
        or SamlForm(
            initial={
                "entity": idp.get("entity_id", ""),
                "address": idp.get("sso_url", ""),
                "certificate": idp.get("x509cert", ""),
            }
        ),
        "saml_chosen": saml is not None or bool(row and row.protocol == Protocol.SAML),
        "callback": settings.PUBLIC_URL + reverse("accounts:openid_callback", args=[card.id]),
        "consumer": settings.PUBLIC_URL + reverse("saml_acs", args=[card.id]),
        "metadata": settings.PUBLIC_URL + reverse("saml_metadata", args=[card.id]),
    }
    wrong = any(form is not None for form in (openid, saml))
    return render(request, "organisations/signing_in.html", context, status=400 if wrong else 200)


def _openid_of(row: SignIn | None) -> dict[str, str]:
    if row is None or row.protocol != Protocol.OPENID:
        return {}
    return {"server": row.app.settings.get("server_url", ""), "client": row.app.client_id}
