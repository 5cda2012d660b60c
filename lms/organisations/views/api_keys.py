"""Keys for an organisation's own systems: made, shown once, revoked."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.db import clock
from lms.organisations import queries
from lms.organisations.access import required
from lms.organisations.actions import api_keys as actions
from lms.organisations.forms import ApiKeyForm
from lms.organisations.rules.api_keys import SCOPES

OFFICE = "organisations.manage"
PAGE = 50


@never_cache
@required(OFFICE)
def keys(request: HttpRequest) -> HttpResponse:
    """The keys; a post makes one, whose words stand in the answer and nowhere else ever."""
    mine = queries.organisations_with(request.user.pk or 0, OFFICE)
    names = queries.cards(mine)
    choices = sorted(((str(key), card.name) for key, card in names.items()), key=lambda row: row[1])
    form = ApiKeyForm(request.POST if request.method == "POST" else None, organisations=choices)
    made = _made(request, form) if request.method == "POST" and form.is_valid() else ""
    at = clock.now()
    page = Paginator(queries.api_keys(mine), PAGE).get_page(request.GET.get("page"))
    rows = [
        (row, "revoked" if row.revoked_at else "expired" if row.expires_at <= at else "works") for row in page
    ]
    context = {
        "form": form,
        "rows": rows,
        "page": page,
        "made": made,
        "scopes": SCOPES,
        "any": bool(choices),
    }
    return render(request, "organisations/api_keys.html", context, status=400 if form.errors else 200)


@required(OFFICE)
@require_POST
def revoke(request: HttpRequest, uuid: UUID) -> HttpResponse:
    mine = queries.organisations_with(request.user.pk or 0, OFFICE)
    try:
        actions.revoke(organisation_ids=mine, uuid=uuid, actor_id=request.user.pk or 0)
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, _("Revoked. It opens nothing from now on."))
    return redirect("organisations:api_keys")


def _made(request: HttpRequest, form: ApiKeyForm) -> str:
    """The words of the new key; empty where the form now says what is wrong."""
    given = form.cleaned_data
    try:
        _key, words = actions.make(
            organisation_id=UUID(given["organisation"]),
            name=given["name"],
            scopes=given["scopes"],
            days=given["days"],
            actor_id=request.user.pk or 0,
        )
    except actions.TooMany:
        form.add_error(
            None,
            _("An organisation has at most %(most)s keys that work. Revoke one first.")
            % {"most": actions.MOST},
        )
        return ""
    return words
