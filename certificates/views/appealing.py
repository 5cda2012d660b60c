"""Appeals and complaints: one's own, and those that a panel hears."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certificates.actions import appeals as actions
from certificates.forms.deciding import AppealForm, VoteForm
from certificates.queries import appeals, conflicts
from certificates.queries import applications as applications_of
from certificates.queries.appeals import Against
from certificates.rules.appeals import Absence, Finding
from certificates.states import APPEAL
from lms.accounts import queries as people
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations.access import required

PAGE = 30
ABSENCES = {
    Absence.OWN: "It is your own.",
    Absence.TOOK_PART: "You took part in what it is against.",
    Absence.CONFLICT: "You have a conflict with this person, so that you may not decide about them at all.",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def against_decision(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Against the decision on one's own application."""
    return _lodge(request, {"application_uuid": uuid})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def against_act(request: HttpRequest, number: str) -> HttpResponse:
    """Against the suspension or withdrawal of one's own credential."""
    return _lodge(request, {"number": number})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One's own appeal: how it stands, and what was found. A post takes it back."""
    person_id = request.user.pk or 0
    try:
        appeal = appeals.appeal(uuid, person_id=person_id)
    except appeals.UnknownAppeal:
        raise Http404 from None
    if request.method == "POST":
        try:
            actions.withdraw(appeal_uuid=uuid, person_id=person_id)
        except IllegalMove:
            messages.error(request, _("It was decided meanwhile. Nothing was changed."))
        else:
            messages.success(request, _("%(ticket)s is taken back.") % {"ticket": appeal.ticket})
        return redirect("certificates:appeal", uuid=uuid)
    agreed = {"upheld": Finding.UPHOLD, "dismissed": Finding.DISMISS}.get(appeal.state)
    context = {
        "appeal": appeal,
        "open": not APPEAL.final(appeal.state),
        "reasons": [vote.reason for vote in appeal.votes.filter(finding=agreed)] if agreed else [],
        "led_to": appeals.led_to(appeal),
    }
    return render(request, "certificates/appeal.html", context)


@never_cache
@required(conflicts.HEAR)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every appeal and complaint, the open ones first."""
    page = Paginator(appeals.listed(), PAGE).get_page(request.GET.get("page"))
    cards = people.cards({appeal.person_id for appeal in page})
    rows = [(appeal, cards[appeal.person_id].display_name) for appeal in page]
    context = {"page": page, "rows": rows, "today": clock.today()}
    return render(request, "certificates/appeals.html", context)


@never_cache
@required(conflicts.HEAR)
@require_http_methods(["GET", "HEAD", "POST"])
def heard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One appeal before a member of the panel; a post is their vote."""
    try:
        appeal = appeals.appeal(uuid)
    except appeals.UnknownAppeal:
        raise Http404 from None
    me = request.user.pk or 0
    form = VoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _vote(request, uuid, form)
    is_open = not APPEAL.final(appeal.state)
    absence = appeals.absence(appeal, member_id=me, on=clock.today())
    votes = list(appeal.votes.select_related("by"))
    voted = any(vote.by_id == me for vote in votes)
    context: dict[str, Any] = {
        "appeal": appeal,
        "person": people.card(appeal.person_id),
        "absence": ABSENCES[absence] if absence else "",
        "open": is_open,
        "voted": voted,
        "count": len(votes),
        # Who has not voted yet is not to be led by those who have.
        "votes": votes if (voted or not is_open) and not absence else [],
        "form": form,
    }
    if appeal.decision is not None and not absence:
        application = appeal.decision.application
        context["case"] = applications_of.case(application, on=appeal.decision.decided_at.date())
        context["changes"] = application.changes.select_related("level", "actor")
    return render(request, "certificates/appeal_heard.html", context, status=400 if form.errors else 200)


def _lodge(request: HttpRequest, what: dict[str, Any]) -> HttpResponse:
    person_id = request.user.pk or 0
    against = appeals.against(person_id=person_id, **what)
    if against is None:
        raise Http404
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            appeal = actions.lodge(person_id=person_id, **what, **form.cleaned_data)
        except actions.LodgedAlready as begun:
            messages.error(
                request,
                _("It is with the panel already, as %(ticket)s. Nothing was sent.")
                % {"ticket": begun.appeal.ticket},
            )
            return redirect("certificates:appeal", uuid=begun.appeal.uuid)
        except actions.TooLate:
            form.add_error(
                "kind",
                _("One could appeal until %(day)s. A complaint is still possible.")
                % {"day": against.last_day},
            )
        else:
            messages.success(request, _("It is with the panel as %(ticket)s.") % {"ticket": appeal.ticket})
            return redirect("certificates:appeal", uuid=appeal.uuid)
    context = {"against": against, "form": form, "late": _late(against)}
    return render(request, "certificates/appeal_lodge.html", context, status=400 if form.errors else 200)


def _late(against: Against) -> bool:
    return clock.today() > against.last_day


def _vote(request: HttpRequest, uuid: UUID, form: VoteForm) -> HttpResponse:
    try:
        appeal = actions.vote(
            appeal_uuid=uuid,
            by_id=request.user.pk or 0,
            finding=Finding(form.cleaned_data["finding"]),
            reason=form.cleaned_data["reason"],
        )
    except actions.NotOfThePanel as fault:
        messages.error(request, f"Nothing was changed. {ABSENCES[fault.absence]}")
    except actions.VotedAlready:
        messages.error(request, "You have voted already. Nothing was changed.")
    except IllegalMove:
        messages.error(request, "It was decided or taken back meanwhile. Nothing was changed.")
    else:
        decided = APPEAL.final(appeal.state)
        said = "It is decided, and who lodged it is being told." if decided else "Others vote after you."
        messages.success(request, f"Your vote is on record. {said}")
    return redirect("certificates:appeal_heard", uuid=uuid)
