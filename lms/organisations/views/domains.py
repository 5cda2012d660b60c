"""Mail domains of an organisation."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.organisations import gateway, queries
from lms.organisations.access import within
from lms.organisations.actions import domains as actions
from lms.organisations.forms import DomainForm
from lms.organisations.models import Domain
from lms.organisations.queries import OrganisationCard
from lms.organisations.rules import domains as rules

OFFICE = "organisations.own"


@never_cache
@within(OFFICE)
def domains(request: HttpRequest, card: OrganisationCard, may: frozenset[str]) -> HttpResponse:
    """The domains and the record that shows each; a post claims one."""
    form = DomainForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.claim(organisation_id=card.id, name=form.cleaned_data["name"], actor_id=request.user.pk)
        except actions.TooMany:
            form.add_error("name", _("An organisation claims at most 20 domains. Give one up first."))
        else:
            return redirect("organisations:domains", slug=card.slug)
    rows = [(row, rules.PLACE + row.name, rules.record(row.token)) for row in queries.domains_of(card.id)]
    context = {"card": card, "may": may, "form": form, "rows": rows}
    return render(request, "organisations/domains.html", context, status=400 if form.errors else 200)


@within(OFFICE)
@require_POST
def act(
    request: HttpRequest, card: OrganisationCard, may: frozenset[str], uuid: UUID, act: str
) -> HttpResponse:
    of = {"organisation_id": card.id, "uuid": uuid, "actor_id": request.user.pk}
    acts = {
        "show": (lambda: actions.show(**of), _("Shown: the domain is yours.")),
        "open": (
            lambda: actions.open_to_join(joins=True, **of),
            _("Whoever has a confirmed address in this domain may join as a member."),
        ),
        "close": (
            lambda: actions.open_to_join(joins=False, **of),
            _("Nobody joins by this domain any more. Who did stays."),
        ),
        "give-up": (lambda: actions.give_up(**of), _("Given up.")),
    }
    if act not in acts:
        raise Http404
    do, said = acts[act]
    try:
        do()
    except Domain.DoesNotExist:
        raise Http404 from None
    except (actions.NotShown, actions.OfAnother, actions.StillEnforced, gateway.CouldNotAsk) as why:
        messages.error(request, _why(why))
    else:
        messages.success(request, said)
    return redirect("organisations:domains", slug=card.slug)


def _why(fault: Exception) -> str:
    if isinstance(fault, actions.OfAnother):
        return _(
            "Another organisation here has shown that this domain is its own. Write to us if that can’t be."
        )
    if isinstance(fault, actions.StillEnforced):
        return _("Your people sign in by addresses in this domain alone. Stop requiring that first.")
    if isinstance(fault, gateway.CouldNotAsk):
        return _(
            "The name system gave no answer. That says nothing about the domain: try again in a few minutes."
        )
    return _(
        "The record is not there yet. A new one can take an hour to be seen everywhere; nothing was changed."
    )
