"""The people of an organisation and their roles."""

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.organisations import queries
from lms.organisations.access import within
from lms.organisations.actions import memberships
from lms.organisations.forms import RolesForm
from lms.organisations.queries import OrganisationCard
from lms.organisations.rules import roles
from lms.organisations.states import Role

PAGE = 50


@never_cache
@within("organisations.manage")
def people(request: HttpRequest, card: OrganisationCard, may: frozenset[str]) -> HttpResponse:
    """Everybody with a role, by name; found by a part of name or address."""
    wanted = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = Paginator(queries.people_of(card.id, wanted), PAGE).get_page(request.GET.get("page"))
    held = queries.memberships_in(card.id, [person.pk for person in page])
    of = {pk: list(some) for pk, some in groupby(held, key=lambda row: row.person_id)}
    rows = [(person, [row.get_role_display() for row in of[person.pk]]) for person in page]
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "card": card,
        "may": may,
        "rows": rows,
        "page": page,
        "wanted": wanted,
        "query": query.urlencode(),
    }
    return render(request, "organisations/people.html", context)


@never_cache
@within("organisations.manage")
def person(request: HttpRequest, card: OrganisationCard, may: frozenset[str], person: UUID) -> HttpResponse:
    """One person's roles; a post makes them those that are ticked, beside those that the asker may not touch."""
    found = queries.member(card.id, person)
    if found is None:
        raise Http404
    held = queries.roles_of(found.id, card.id)
    offered = memberships.may_give(card.id, request.user.pk) & (roles.possible_under(card.hats) | held)
    form = RolesForm(
        request.POST if request.method == "POST" else None, offered=offered, initial={"roles": sorted(held)}
    )
    if request.method == "POST" and form.is_valid():
        wanted = frozenset(form.cleaned_data["roles"]) | (held - offered)
        if _settled(request, card, found.id, wanted, form):
            return redirect("organisations:people", slug=card.slug)
    stays = [role.label for role in Role if role.value in held - offered]
    context = {
        "card": card,
        "may": may,
        "person": found,
        "form": form,
        "stays": stays,
        "may_change": bool(offered),
    }
    return render(request, "organisations/person.html", context, status=400 if form.errors else 200)


@within()
@require_POST
def leave(request: HttpRequest, card: OrganisationCard, may: frozenset[str]) -> HttpResponse:
    """Gives back all of one's own roles. What was learned, passed and certified stays one's own."""
    try:
        memberships.settle(
            person_id=request.user.pk, organisation_id=card.id, wanted=(), actor_id=request.user.pk
        )
    except memberships.LastOwner:
        messages.error(
            request, _("You are the last owner. Make somebody else an owner first; nothing was changed.")
        )
        return redirect("organisations:organisation", slug=card.slug)
    messages.success(request, _("You have left. Your courses, results and certificates stay yours."))
    return redirect("organisations:mine")


def _settled(
    request: HttpRequest, card: OrganisationCard, person_id: int, wanted: frozenset[str], form: RolesForm
) -> bool:
    """Whether it is done; else the form now says why not."""
    try:
        memberships.settle(
            person_id=person_id, organisation_id=card.id, wanted=wanted, actor_id=request.user.pk
        )
    except memberships.ConflictOfRoles as clash:
        names = _(" and ").join(str(Role(role).label) for role in sorted(clash.roles))
        said = _("One person can’t be %(roles)s: nobody trains or examines and awards. Nothing was changed.")
        form.add_error("roles", said % {"roles": names})
    except memberships.LastOwner:
        form.add_error(
            "roles", _("An organisation keeps an owner. Make somebody else one first; nothing was changed.")
        )
    except memberships.NotYours:
        form.add_error("roles", _("One of these roles is not yours to give or take. Nothing was changed."))
    else:
        messages.success(request, _("Saved. The change stands in the audit trail."))
        return True
    return False
