"""The invigilator's desk: the live board, one sitting with its timeline, and what may be done about it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams import access
from exams.actions import credits, endings, invigilators, sittings, takeovers
from exams.forms import BoardForm, ReasonForm
from exams.models import Exam, Sitting
from exams.queries import invigilation, timelines
from exams.rules.answer_files import BadFile
from exams.states import SittingState
from exams.views import acts
from lms.accounts import queries as people
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations
from lms.organisations.access import allows, required

PAGE = 100
FAULTS = (
    invigilators.NotIndependent,
    invigilators.OnBreak,
    invigilators.SamePerson,
    sittings.NotRunning,
    IllegalMove,
    BadFile,
)


@never_cache
@required(access.INVIGILATE)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The exams, and how many of their sittings stand how."""
    context = {"lines": invigilation.exam_lines(_mine(request))}
    return render(request, "exams/invigilation/overview.html", context)


@never_cache
@required(access.INVIGILATE)
@require_safe
def board(request: HttpRequest, key: str) -> HttpResponse:
    """The live board of an exam. It looks again every ten seconds, with scripts or without."""
    exam = _exam(request, key)
    form = BoardForm(request.GET)
    form.is_valid()
    at = clock.now()
    found = invigilation.sittings(exam.pk, view=form.view, name=form.wanted, at=at)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "exam": exam,
        "form": BoardForm(initial={"state": form.view, "name": form.wanted}),
        "view": form.view,
        "page": page,
        "rows": [(row, acts.open_for(row.sitting, on_board=True)) for row in invigilation.board(page, at=at)],
        "query": query.urlencode(),
        "at": at,
        "outages": invigilation.outage_proposals(exam.pk),
        "still": "still" in request.GET,
        "all_acts": acts.FOR_ALL,
    }
    return render(request, "exams/invigilation/board.html", context)


@never_cache
@required(access.INVIGILATE)
@require_safe
def watched(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One sitting: how it stands, everything that happened, and what may be done."""
    sitting = _sitting(request, uuid)
    at = clock.now()
    vars(sitting).setdefault("heard_at", None)
    (row,) = invigilation.board([sitting], at=at)
    context = {
        "sitting": sitting,
        "row": row,
        "person": people.card(sitting.candidate_id),
        "moments": timelines.timeline(sitting),
        "acts": acts.open_for(sitting),
        "bar": _bar(request, sitting),
        "examines": allows(request.user, access.RELEASE, sitting.exam.organisation_id),
        "files": sitting.files.defer("content").order_by("pk"),
    }
    return render(request, "exams/invigilation/sitting.html", context)


@never_cache
@required(access.INVIGILATE)
@require_http_methods(["GET", "HEAD", "POST"])
def intervene(request: HttpRequest, uuid: UUID, act: str) -> HttpResponse:
    """The form of one act on a sitting; a post does it."""
    sitting = _sitting(request, uuid)
    wanted = acts.ONE.get(act)
    if wanted is None:
        raise Http404
    form = wanted.form(*_posted(request, request.FILES))
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, wanted.do(sitting, access.me(request), form))
        except FAULTS as fault:
            messages.error(request, acts.words(fault))
        return _back(request, sitting)
    person = people.card(sitting.candidate_id)
    context = {
        "act": wanted,
        "form": form,
        "exam": sitting.exam,
        "sitting": sitting,
        "person": person,
        "seconds_left": invigilation.seconds_left(sitting, clock.now()),
        "from_sitting": request.GET.get("from") == "sitting",
    }
    return render(request, "exams/invigilation/act.html", context, status=_status(request))


@never_cache
@required(access.INVIGILATE)
@require_http_methods(["GET", "HEAD", "POST"])
def intervene_all(request: HttpRequest, key: str, act: str) -> HttpResponse:
    """The form of one act on every sitting of an exam; a post does it."""
    exam = _exam(request, key)
    wanted = acts.ALL.get(act)
    if wanted is None:
        raise Http404
    form = wanted.form(*_posted(request))
    if request.method == "POST" and form.is_valid():
        tally = wanted.do(exam, access.me(request), form)
        told = messages.success if tally.done and not tally.barred else messages.warning
        told(request, acts.tallied(wanted, tally))
        return redirect("exams:board", key=exam.key)
    context = {"act": wanted, "form": form, "exam": exam}
    return render(request, "exams/invigilation/act.html", context, status=_status(request))


@never_cache
@required(access.INVIGILATE)
@require_http_methods(["GET", "HEAD", "POST"])
def decide_credit(request: HttpRequest, uuid: UUID, event: str) -> HttpResponse:
    """The second person's word on a credit: a post grants it at once, to decline needs a reason."""
    credit = invigilation.credit_of(uuid, organisation_ids=_mine(request))
    if credit is None or event not in {"grant", "decline"}:
        raise Http404
    form = (ReasonForm if event == "decline" else Form)(*_posted(request))
    if request.method == "POST" and (event == "grant" or form.is_valid()):
        by_id = access.me(request)
        try:
            if event == "grant":
                credits.grant(credit_uuid=uuid, by_id=by_id)
                messages.success(request, "The time is granted, and the deadline has moved.")
            else:
                credits.decline(credit_uuid=uuid, by_id=by_id, reason=form.cleaned_data["reason"])
                messages.success(request, "The credit is declined. The deadline stands.")
        except FAULTS as fault:
            messages.error(request, acts.words(fault))
        return _back(request, credit.sitting)
    person = people.card(credit.sitting.candidate_id)
    context = {"credit": credit, "event": event, "form": form, "person": person, "exam": credit.sitting.exam}
    return render(request, "exams/invigilation/credit.html", context, status=_status(request))


@never_cache
@required(access.INVIGILATE)
@require_POST
def decide_takeover(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    """Lets another device go on with a sitting, or refuses it."""
    found = invigilation.takeover_of(pk, organisation_ids=_mine(request))
    if found is None or event not in {"allow", "refuse"}:
        raise Http404
    by_id = access.me(request)
    try:
        if event == "allow":
            takeovers.allow(request_id=pk, by_id=by_id)
            messages.success(request, "The other device may go on. It does so within seconds.")
        else:
            takeovers.refuse(request_id=pk, by_id=by_id)
            messages.success(request, "The other device may not go on.")
    except FAULTS as fault:
        messages.error(request, acts.words(fault))
    return _back(request, found.sitting)


def _mine(request: HttpRequest) -> Collection[UUID]:
    return organisations.organisations_with(access.me(request), access.INVIGILATE)


def _exam(request: HttpRequest, key: str) -> Exam:
    exam = invigilation.exam(key, organisation_ids=_mine(request))
    if exam is None:
        raise Http404
    return exam


def _sitting(request: HttpRequest, uuid: UUID) -> Sitting:
    found = invigilation.sitting(uuid, organisation_ids=_mine(request))
    if found is None:
        raise Http404
    return endings.refresh(found)


def _bar(request: HttpRequest, sitting: Sitting) -> str:
    """Why this person can't act on the sitting, in words; empty if they can."""
    try:
        invigilators.check(candidate_id=sitting.candidate_id, by_id=access.me(request))
    except invigilators.NotIndependent as barred:
        return acts.words(barred)
    return ""


def _back(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """To where the act was begun; a sitting that is not on the open board is seen on its own page."""
    on_board = sitting.state in (SittingState.RUNNING, SittingState.PAUSED)
    if request.GET.get("from") == "sitting" or not on_board:
        return redirect("exams:watched", uuid=sitting.uuid)
    return redirect("exams:board", key=sitting.exam.key)


def _posted(request: HttpRequest, *more: Any) -> tuple[Any, ...]:
    """What a form is bound to: a post, be it empty, or nothing."""
    return (request.POST, *more) if request.method == "POST" else ()


def _status(request: HttpRequest) -> int:
    return 400 if request.method == "POST" else 200
