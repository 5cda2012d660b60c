"""Appeals: a candidate's own page, and those who hear them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams import access
from exams.actions import appeals as actions
from exams.actions import invigilators
from exams.forms.appeals import AppealForm, VoteForm, words_of
from exams.models import Appeal, Result
from exams.models.appeals import OPEN
from exams.queries import appeals, results
from exams.rules import independence
from exams.rules.appeals import Finding, Hindrance
from exams.states import APPEAL, ResultState
from exams.views import acts
from lms.accounts import queries as people
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations
from lms.organisations.access import required

PAGE = 30
MOVED = _("The appeal has been decided or withdrawn meanwhile. Nothing was changed.")
HINDRANCES = {
    Hindrance.NEVER: _("This exam knows no appeals. Nothing was sent."),
    Hindrance.OPEN: _("Your appeal is being heard already. Nothing more was sent."),
    Hindrance.HEARD: _("Your appeal against this result was heard. Nothing was sent."),
    Hindrance.LATE: _("The time to appeal against this result is over. Nothing was sent."),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One's appeals against one result, and the form to lodge one where that is possible; or to withdraw it."""
    result = _own(request, uuid)
    form = AppealForm(request.POST if request.POST.get("event") == "lodge" else None)
    if request.POST.get("event") == "withdraw":
        _withdraw(request, result)
        return redirect("exams:appeal", uuid=uuid)
    if form.is_bound and form.is_valid():
        try:
            actions.lodge(
                result_uuid=uuid, person_id=access.me(request), reasons=form.cleaned_data["reasons"]
            )
        except actions.MayNotAppeal as refused:
            messages.error(request, HINDRANCES[refused.hindrance])
        else:
            messages.success(request, _("Your appeal is lodged. You will be told of the decision by e-mail."))
        return redirect("exams:appeal", uuid=uuid)
    found = appeals.of_result(result)
    context = {
        "result": result,
        "exam": result.sitting.exam,
        "way": appeals.way(result, at=clock.now()),
        "rows": [
            (one, [vote.reason for vote in one.votes.all() if vote.finding == one.finding]) for one in found
        ],
        "form": form,
    }
    return render(request, "exams/appeals/own.html", context, status=400 if form.errors else 200)


@never_cache
@required(access.HEAR)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every appeal of one's organisations: those that are open first."""
    held = organisations.organisations_with(access.me(request), access.HEAR)
    page = Paginator(appeals.of_organisations(held), PAGE).get_page(request.GET.get("page"))
    cards = people.cards({one.result.sitting.candidate_id for one in page})
    rows = [(one, cards[one.result.sitting.candidate_id].display_name) for one in page]
    return render(request, "exams/appeals/listing.html", {"page": page, "rows": rows})


@never_cache
@required(access.HEAR)
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_heard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One appeal before a member of its panel, with what it is against; a post is their vote."""
    held = organisations.organisations_with(access.me(request), access.HEAR)
    try:
        found = appeals.appeal(uuid, organisation_ids=held)
    except appeals.UnknownAppeal:
        raise Http404 from None
    form = VoteForm(request.POST if request.method == "POST" else None, against=found.against)
    if request.method == "POST" and form.is_valid():
        _vote(request, found, form)
        return redirect("exams:appeal_heard", uuid=uuid)
    return render(
        request,
        "exams/appeals/heard.html",
        _context(request, found, form),
        status=400 if form.errors else 200,
    )


def _own(request: HttpRequest, uuid: UUID) -> Result:
    try:
        result = results.released(uuid, person_id=access.me(request))
    except results.UnknownResult:
        raise Http404 from None
    if result.state == ResultState.MARKED or result.sitting.exam.is_practice:
        raise Http404
    return result


def _context(request: HttpRequest, found: Appeal, form: VoteForm) -> dict[str, Any]:
    me, sitting = access.me(request), found.result.sitting
    votes = list(found.votes.all())
    barred = independence.bar(
        person_id=me,
        candidate_id=sitting.candidate_id,
        trainer_ids=invigilators.trainers(sitting.candidate_id),
        decider_ids=appeals.deciders(found.result, hearing=found),
    )
    is_open = not APPEAL.final(found.state)
    voted = any(vote.by_id == me for vote in votes)
    # Who hears it without having voted is not to be led by those who have; who had a part sees no more than that.
    shown = voted or not is_open
    return {
        "appeal": found,
        "person": people.card(sitting.candidate_id),
        "report": results.report(found.result),
        "changes": found.result.changes.select_related("by").order_by("id"),
        "incidents": sitting.incidents.order_by("at", "pk"),
        "paper": [] if barred else appeals.paper(found),
        "votes": [(vote, words_of(Finding(vote.finding), found.against)) for vote in votes]
        if shown and not barred
        else [],
        "count": len(votes),
        "barred": acts.BARS[barred] if barred else "",
        "voted": voted,
        "is_open": is_open,
        "form": form,
    }


def _withdraw(request: HttpRequest, result: Result) -> None:
    found = Appeal.objects.filter(result=result, state__in=OPEN).first()
    try:
        if found is not None:
            actions.withdraw(appeal_uuid=found.uuid, person_id=access.me(request))
            messages.success(request, _("Your appeal is withdrawn."))
            return
    except IllegalMove:
        pass
    messages.error(request, MOVED)


def _vote(request: HttpRequest, found: Appeal, form: VoteForm) -> None:
    try:
        appeal = actions.vote(
            appeal_uuid=found.uuid,
            by_id=access.me(request),
            finding=form.found,
            reason=form.cleaned_data["reason"],
        )
    except invigilators.NotIndependent as fault:
        messages.error(request, acts.words(fault))
    except actions.VotedAlready:
        messages.error(request, "You have voted on this appeal already. Nothing was changed.")
    except IllegalMove:
        messages.error(request, MOVED)
    else:
        decided = APPEAL.final(appeal.state)
        said = "It is decided, and the candidate is being told." if decided else "Others vote after you."
        messages.success(request, f"Your vote is on record. {said}")
