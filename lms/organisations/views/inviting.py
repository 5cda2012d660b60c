"""Invitations of an organisation: letters, links and lists."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations import queries
from lms.organisations.access import within
from lms.organisations.actions import invitations as actions
from lms.organisations.actions import memberships
from lms.organisations.forms import InviteForm, LinkForm, ListForm
from lms.organisations.models import Invitation
from lms.organisations.queries import OrganisationCard
from lms.organisations.rules import roles
from lms.organisations.rules.invited import Answer

OFFICE = "organisations.manage"
PAGE = 50


def said_of(answer: Answer) -> str:
    """What became of a row, for a person."""
    return {
        Answer.INVITED: _("Invited: a letter is on its way."),
        Answer.NO_ADDRESS: _("Not invited: this is no e-mail address."),
        Answer.UNKNOWN_ROLE: _("Not invited: there is no such role."),
        Answer.NOT_YOURS_TO_GIVE: _("Not invited: this role is not yours to give here."),
        Answer.THERE_ALREADY: _("Nothing to do: has this role already."),
        Answer.TWICE: _("Not invited again: stands further up in the list."),
    }[answer]


@never_cache
@within(OFFICE)
def invitations(request: HttpRequest, card: OrganisationCard, may: frozenset[str]) -> HttpResponse:
    """All invitations; a post writes to one address."""
    form = InviteForm(request.POST if request.method == "POST" else None, offered=_offered(request, card))
    if request.method == "POST" and form.is_valid():
        answer = actions.by_email(
            organisation_id=card.id,
            email=form.cleaned_data["email"],
            role=form.cleaned_data["role"],
            actor_id=request.user.pk,
        )
        if answer == Answer.INVITED:
            messages.success(request, said_of(answer))
            return redirect("organisations:invitations", slug=card.slug)
        form.add_error("email", said_of(answer))
    return _page(request, card, may, invite=form)


@within(OFFICE)
@require_POST
def link(request: HttpRequest, card: OrganisationCard, may: frozenset[str]) -> HttpResponse:
    """Makes a link, and shows it this once."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, card, may, link=form)
    _row, address = actions.by_link(
        organisation_id=card.id,
        role="member",
        uses=form.cleaned_data["uses"],
        days=form.cleaned_data["days"],
        actor_id=request.user.pk,
    )
    return _page(request, card, may, address=address)


@within(OFFICE)
@require_POST
def by_list(request: HttpRequest, card: OrganisationCard, may: frozenset[str]) -> HttpResponse:
    """Invites everybody on a list, and gives an answer for each row."""
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, card, may, table=form)
    told = actions.by_list(organisation_id=card.id, rows=form.cleaned_data["table"], actor_id=request.user.pk)
    invited = sum(one.answer == Answer.INVITED for one in told)
    rows = [(one.row, one.answer, said_of(one.answer)) for one in told]
    context = {"card": card, "may": may, "rows": rows, "invited": invited, "left": len(told) - invited}
    return render(request, "organisations/invited.html", context)


@within(OFFICE)
@require_POST
def withdraw(request: HttpRequest, card: OrganisationCard, may: frozenset[str], uuid: UUID) -> HttpResponse:
    try:
        actions.withdraw(organisation_id=card.id, uuid=uuid, actor_id=request.user.pk)
    except Invitation.DoesNotExist:
        raise Http404 from None
    except IllegalMove:
        messages.info(request, _("This invitation is open no more. Nothing was changed."))
    else:
        messages.success(request, _("Withdrawn. Its link leads nowhere now."))
    return redirect("organisations:invitations", slug=card.slug)


def _offered(request: HttpRequest, card: OrganisationCard) -> frozenset[str]:
    return memberships.may_give(card.id, request.user.pk) & roles.possible_under(card.hats)


def _page(
    request: HttpRequest,
    card: OrganisationCard,
    may: frozenset[str],
    *,
    invite: InviteForm | None = None,
    link: LinkForm | None = None,
    table: ListForm | None = None,
    address: str = "",
) -> HttpResponse:
    page = Paginator(queries.invitations_of(card.id), PAGE).get_page(request.GET.get("page"))
    given = [form for form in (invite, link, table) if form is not None]
    context = {
        "card": card,
        "may": may,
        "page": page,
        "now": clock.now(),
        "invite": invite or InviteForm(offered=_offered(request, card)),
        "link": link or LinkForm(),
        "table": table or ListForm(),
        "address": address,
    }
    wrong = any(form.errors for form in given)
    return render(request, "organisations/invitations.html", context, status=400 if wrong else 200)
