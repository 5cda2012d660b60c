"""Awarding officers: the queue, one application, one credential in doubt."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certificates.actions import applications, decisions, doubts, dues, register, ties
from certificates.forms.deciding import DeclareForm, DoubtForm, NoteForm, OfferForm, RefuseForm, WaiveForm
from certificates.forms.registering import ReferenceForm
from certificates.models import Application
from certificates.queries import applications as queries
from certificates.queries import conflicts, phrases
from certificates.queries import dues as dues_of
from certificates.queries.applications import Case
from certificates.queries.dues import Due
from certificates.states import APPLICATION, CREDENTIAL, DOUBT
from lms.accounts import queries as people
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations.access import required

PAGE = 30
DONE = {
    "ask": "The applicant is asked, and has until the last day to answer.",
    "offer": "The lower level is offered, and the applicant told.",
    "grant": "Granted. The certificate stands in the register, and its document follows.",
    "refuse": "Refused, and the applicant told why.",
    "waive": "Waived. Another officer may grant now.",
    "settle": "Recorded: the fee is paid.",
    "declare": "Your conflict is on record. Another officer decides.",
    "keep": "The certificate stands as it did.",
    "suspend": "The certificate is suspended. The verification page says so from now on.",
    "withdraw": "The certificate is withdrawn. The verification page says so from now on.",
}


@never_cache
@required(conflicts.DECIDE)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, and which certificates are in doubt."""
    me, today = request.user.pk or 0, clock.today()
    page = Paginator(queries.queue(), PAGE).get_page(request.GET.get("page"))
    in_doubt = list(queries.doubts()[:PAGE])
    context = {
        "page": page,
        "rows": queries.waiting(list(page), officer_id=me, on=today),
        "today": today,
        "doubts": in_doubt,
    }
    return render(request, "certificates/decisions.html", context)


@never_cache
@required(conflicts.DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One application with all that is proven, and what an officer may do with it."""
    try:
        found = queries.before_officers(uuid)
    except queries.UnknownApplication:
        raise Http404 from None
    me, today = request.user.pk or 0, clock.today()
    stands = conflicts.before(found, officer_id=me, on=today)
    case = queries.case(found, on=today)
    event = request.POST.get("event", "")
    due = dues_of.of(found)
    forms = _forms(found, case, due, me, event, request.POST if request.method == "POST" else None)
    form = forms.get(event)
    if event and form is not None and form.is_valid():
        return _act(request, found, event, form.cleaned_data)
    if event and form is None:
        messages.error(request, "This can't be done to the application any more. Nothing was changed.")
        return redirect("certificates:deciding", uuid=uuid)
    if stands.bars:
        forms = {}
    context = {
        "application": found,
        "case": case,
        "person": people.card(found.person_id),
        "bars": stands.bars,
        "ties": stands.ties,
        "forms": forms,
        "due": due,
        "open": event,
        "changes": found.changes.select_related("level", "actor"),
        "waivers": found.waivers.select_related("waived_by"),
        "final": APPLICATION.final(found.state),
    }
    faulty = form is not None and bool(form.errors)
    return render(request, "certificates/deciding.html", context, status=400 if faulty else 200)


@never_cache
@required(conflicts.DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def doubt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One credential whose evidence was revised: what it rests on now, and what would follow of each choice."""
    found = queries.doubt(uuid)
    if found is None:
        raise Http404
    me, today = request.user.pk or 0, clock.today()
    stands = conflicts.standing(officer_id=me, person_id=found.credential.holder_id, on=today)
    event = request.POST.get("event", "")
    may = set(CREDENTIAL.events(found.credential.state)) | {"keep"}
    forms = {
        name: DoubtForm(
            request.POST if name == event else None,
            event=name,
            label="Note",
            help_text="For the record. Where something changes it is shown to the holder and to whoever verifies.",
            required=False,
        )
        for name in DOUBT.events(found.state)
        if name in may
    }
    form = forms.get(event)
    if form is not None and form.is_valid():
        try:
            doubts.decide(
                doubt_uuid=uuid,
                event=event,
                officer_id=me,
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"][:300],
            )
        except register.Conflicted as refused:
            messages.error(request, " ".join(phrases.bar_words(bar) for bar in refused.bars))
        except IllegalMove:
            messages.error(request, "It was decided meanwhile. Nothing was changed.")
        else:
            messages.success(request, DONE[event])
        return redirect("certificates:doubt", uuid=uuid)
    context = {
        "doubt": found,
        "person": people.card(found.credential.holder_id),
        "now": queries.doubted(found, on=today),
        "bars": stands.bars,
        "ties": stands.ties,
        "forms": {} if stands.bars else forms,
        "open": event,
    }
    return render(request, "certificates/doubt.html", context, status=400 if form and form.errors else 200)


def _forms(
    found: Application, case: Case, due: Due | None, me: int, event: str, data: Any
) -> dict[str, Form]:
    """What may be done with an application as it stands, each with its form."""
    if APPLICATION.final(found.state):
        return {}

    def sent(name: str) -> Any:
        return data if event == name else None

    forms: dict[str, Form] = {}
    unpaid = due is not None and not due.is_paid
    if unpaid:
        forms["settle"] = ReferenceForm(sent("settle"))
    if APPLICATION.may(found.state, "grant"):
        waived_by_me = found.waivers.filter(waived_by_id=me).exists()
        if case.findings.granted and not waived_by_me and not unpaid:
            forms["grant"] = NoteForm(
                sent("grant"), event="grant", label="A word to the applicant", required=False
            )
        forms["ask"] = NoteForm(
            sent("ask"), event="ask", label="What you ask for", help_text="The applicant reads this."
        )
        if case.lower:
            forms["offer"] = OfferForm(
                sent("offer"),
                levels=[(level.key, level.title) for level in reversed(case.lower)],
                event="offer",
                label="Why not the level asked for",
                help_text="The applicant reads this.",
            )
        if case.waivable:
            forms["waive"] = WaiveForm(
                sent("waive"),
                missing=[(code, phrases.missing_words(code)) for code in case.waivable],
                event="waive",
                label="Why it may be waived",
                help_text="For the record.",
            )
        forms["refuse"] = RefuseForm(
            sent("refuse"), event="refuse", label="Why", help_text="The applicant reads this."
        )
    forms["declare"] = DeclareForm(sent("declare"))
    return forms


ACTS: dict[str, Callable[[Application, int, dict[str, Any]], object]] = {
    "grant": lambda row, me, asked: decisions.decide(
        application_id=row.pk, officer_id=me, note=asked["note"]
    ),
    "refuse": lambda row, me, asked: decisions.decide(application_id=row.pk, officer_id=me, **asked),
    "ask": lambda row, me, asked: applications.ask(application_uuid=row.uuid, officer_id=me, **asked),
    "offer": lambda row, me, asked: applications.offer(
        application_uuid=row.uuid, officer_id=me, level_key=asked["level"], note=asked["note"]
    ),
    "waive": lambda row, me, asked: decisions.waive(application_uuid=row.uuid, officer_id=me, **asked),
    "settle": lambda row, me, asked: dues.settle(application_uuid=row.uuid, officer_id=me, **asked),
    "declare": lambda row, me, asked: ties.declare(officer_id=me, person_id=row.person_id, **asked),
}


def _act(request: HttpRequest, found: Application, event: str, asked: dict[str, Any]) -> HttpResponse:
    try:
        ACTS[event](found, request.user.pk or 0, asked)
    except decisions.Conflicted as refused:
        barred = " ".join(phrases.bar_words(bar) for bar in refused.bars)
        messages.error(request, f"Nothing was changed. {barred}")
    except decisions.SamePerson:
        messages.error(
            request, "You waived a requirement here, so another officer grants. Nothing was changed."
        )
    except decisions.FeeUnpaid:
        messages.error(request, "The fee is not paid, or was given back meanwhile. Nothing was changed.")
    except decisions.Held:
        messages.error(request, "The applicant holds this level already. Nothing was changed.")
    except decisions.Unproven:
        messages.error(request, "Something is no longer proven; the list says what. Nothing was changed.")
    except (decisions.NotWaivable, applications.NotLower, IllegalMove):
        messages.error(request, "The application has moved on meanwhile. Nothing was changed.")
    except ties.Untied:
        messages.error(
            request, "A conflict is with somebody else, and ends after it began. Nothing was changed."
        )
    else:
        messages.success(request, DONE[event])
    return redirect("certificates:deciding", uuid=found.uuid)
