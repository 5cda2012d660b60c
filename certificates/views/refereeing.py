"""A referee's page: no account, the signed link is the key."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates.actions import references
from certificates.actions.references import Said, UnknownReference
from certificates.forms.applying import GiveReferenceForm
from certificates.models import Reference
from certificates.rules.references import Relation
from certificates.states import REFERENCE
from lms.accounts import queries as people
from lms.db import clock
from lms.kit.machine import IllegalMove


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reference(request: HttpRequest, signed: str) -> HttpResponse:
    """The form, or what became of it."""
    row = _found(signed)
    form = GiveReferenceForm(
        request.POST if request.POST.get("event") == "give" else None, year=clock.today().year
    )
    try:
        if request.POST.get("event") == "decline":
            row = references.decline(signed=signed)
        elif form.is_bound and form.is_valid():
            row = references.give(signed=signed, said=_said(form))
    except (IllegalMove, UnknownReference):
        # Answered in another window, taken back, or too late: the page says how it stands.
        row = _found(signed)
    context = {
        "row": row,
        "form": form,
        "late": row.asked_at < clock.now() - references.LINK_LASTS,
        "open": not REFERENCE.final(row.state),
        "name": people.card(row.person_id).printed_name,
    }
    answer = render(request, "certificates/reference.html", context, status=400 if form.errors else 200)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _said(form: GiveReferenceForm) -> Said:
    asked = form.cleaned_data
    return Said(
        relation=Relation(asked["relation"]),
        position=asked["position"],
        known_since=asked["known_since"],
        recommends=asked["recommends"] == "yes",
        statement=asked["statement"],
    )


def _found(signed: str) -> Reference:
    try:
        row = Reference.objects.select_related("scheme").filter(uuid=references.uuid_of(signed)).first()
    except UnknownReference:
        raise Http404 from None
    if row is None:
        raise Http404
    return row
