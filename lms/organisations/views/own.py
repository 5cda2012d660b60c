"""One's organisations, and what each says of itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.organisations import queries
from lms.organisations.access import within
from lms.organisations.actions import memberships
from lms.organisations.forms import OrganisationForm
from lms.organisations.queries import OrganisationCard
from lms.organisations.rules.roles import HATS


@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    context = {"mine": queries.mine(request.user.pk), "joinable": queries.joinable_by(request.user.pk)}
    return render(request, "organisations/mine.html", context)


@login_required
def establish(request: HttpRequest) -> HttpResponse:
    """Makes an organisation that the asker owns."""
    form = OrganisationForm(request.POST or None, initial={"hats": ["employer"]})
    if request.method == "POST" and form.is_valid():
        try:
            slug = memberships.establish(
                name=form.cleaned_data["name"], hats=form.worn(), founder_id=request.user.pk
            )
        except memberships.NameTaken:
            form.add_error(
                "name", _("Another organisation has this name. Add what tells them apart, such as a town.")
            )
        else:
            messages.success(request, _("Made. You are its owner; invite its people next."))
            return redirect("organisations:invitations", slug=slug)
    return render(request, "organisations/establish.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@within()
def organisation(request: HttpRequest, card: OrganisationCard, may: frozenset[str]) -> HttpResponse:
    context = {
        "card": card,
        "may": may,
        "hats": [hat for hat in HATS if getattr(card.hats, hat)],
        "roles": queries.role_labels(request.user.pk, card.id),
        "people": len(queries.members_of(card.id)),
        "domains": sorted(queries.domains_shown(card.id)),
        "sign_in": queries.sign_in_of(card.id),
    }
    return render(request, "organisations/organisation.html", context)


@within("organisations.own")
def settings(request: HttpRequest, card: OrganisationCard, may: frozenset[str]) -> HttpResponse:
    worn = [hat for hat in HATS if getattr(card.hats, hat)]
    form = OrganisationForm(request.POST or None, initial={"name": card.name, "hats": worn})
    if request.method == "POST" and form.is_valid():
        memberships.change(
            organisation_id=card.id,
            name=form.cleaned_data["name"],
            hats=form.worn(),
            actor_id=request.user.pk,
        )
        messages.success(request, _("Saved."))
        return redirect("organisations:settings", slug=card.slug)
    context = {"card": card, "may": may, "form": form}
    return render(request, "organisations/settings.html", context, status=400 if form.errors else 200)
