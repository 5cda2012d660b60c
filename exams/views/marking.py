"""Marking by people: a marker's desk and the script before them; and how it goes, for examiners."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams import access
from exams.actions import marking_controls, marking_desk
from exams.forms.marking import ControlForm, RubricForm
from exams.models import Script, ScriptLease
from exams.queries import coursework, marking_quality
from exams.queries import marking as queries
from exams.rules import marking as rules
from exams.rules import outcome
from exams.rules.marking import Role
from exams.states import LeaseEnd, ScriptState
from lms.db import clock
from lms.organisations import queries as organisations
from lms.organisations.access import required

SHOWN = 50


@never_cache
@access.any_of(access.MARK, access.RELEASE)
@require_safe
def desk(request: HttpRequest, held: dict[str, Collection[UUID]]) -> HttpResponse:
    """What waits for this marker, and how far it has come; for an examiner the ways to how it goes."""
    found = queries.desk({*held[access.MARK], *held[access.RELEASE]}, access.me(request), at=clock.now())
    rows = [
        (line, home in held[access.MARK], home in held[access.RELEASE])
        for line in found
        for home in [line.marking.home.organisation_id]
    ]
    return render(request, "exams/marking/desk.html", {"rows": rows})


@never_cache
@required(access.MARK)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """The next script, or the one that this marker has."""
    try:
        lease = marking_desk.take(marking_id=pk, marker_id=access.me(request))
    except queries.UnknownMarking:
        raise Http404 from None
    except marking_desk.NothingToMark:
        messages.info(
            request, "Nothing waits for you here now. What others have comes back if they don't mark it."
        )
        return redirect("exams:marking")
    return redirect("exams:marking_script", uuid=lease.uuid)


@never_cache
@required(access.MARK)
@require_http_methods(["GET", "HEAD", "POST"])
def script(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A script beside its rubric; a post marks it or gives it back."""
    me = access.me(request)
    try:
        lease = queries.lease(uuid, marker_id=me)
    except queries.UnknownScript:
        raise Http404 from None
    if not organisations.organisations_with(me, access.MARK).count(lease.script.marking.home.organisation_id):
        raise Http404
    if request.method == "POST" and request.POST.get("event") == "return":
        marking_desk.give_back(lease_uuid=uuid, marker_id=me)
        messages.success(request, "The script is given back. Nothing of it was marked.")
        return redirect("exams:marking")
    form = RubricForm(
        lease.script.criteria,
        request.POST if request.method == "POST" else None,
        told=lease.script.work_id is not None,
    )
    if form.is_bound and form.is_valid() and _mark(request, lease, form):
        return redirect("exams:marking")
    context = {
        "lease": lease,
        "script": lease.script,
        "form": form,
        "words": len(lease.script.text.split()),
        "files": _files(lease.script),
        "third": lease.role == Role.ADJUDICATION,
        "over": lease.ended == LeaseEnd.LAPSED,
        "done": lease.ended in (LeaseEnd.MARKED, LeaseEnd.RETURNED),
    }
    return render(request, "exams/marking/script.html", context, status=400 if form.errors else 200)


@never_cache
@required(access.RELEASE)
@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """How the marking of one exam or coursework goes: progress, agreement, drift, control scripts."""
    held = organisations.organisations_with(access.me(request), access.RELEASE)
    try:
        marking = queries.marking(pk, organisation_ids=held)
    except queries.UnknownMarking:
        raise Http404 from None
    scripts = marking.scripts.defer("task").order_by("number")
    final = scripts.filter(state=ScriptState.FINAL, control=False).select_related("final")
    context = {
        "marking": marking,
        "tolerance": outcome.shown(marking.tolerance),
        "quality": marking_quality.quality(marking),
        "controls": scripts.filter(control=True),
        "final": [
            (one, outcome.shown(one.final.total), _most(one)) for one in final.order_by("-final__at")[:SHOWN]
        ],
    }
    return render(request, "exams/marking/overview.html", context)


@never_cache
@required(access.RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def control(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A script that is final, with its marks; a post keeps its text as a control script."""
    me = access.me(request)
    held = organisations.organisations_with(me, access.RELEASE)
    rows = Script.objects.filter(uuid=uuid, state=ScriptState.FINAL, control=False).select_related(
        "final", "marking"
    )
    found = rows.first()
    if found is None or found.marking.home.organisation_id not in held or found.candidate_id == me:
        raise Http404
    form = ControlForm(found.criteria, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            marking_controls.add(
                script_id=found.pk,
                by_id=me,
                levels=form.levels,
                comment=form.cleaned_data["comment"],
                reason=form.cleaned_data["reason"],
            )
        except marking_controls.AlreadyControl:
            messages.error(request, "This text is a control script already. Nothing was changed.")
        except queries.UnknownScript:
            messages.error(request, "Only a text without files can be a control script. Nothing was changed.")
        else:
            messages.success(
                request, "Kept as a control script. Markers are given it among others from now on."
            )
        return redirect("exams:marking_overview", pk=found.marking_id)
    of = rules.rubric(found.criteria)
    marks = [
        (mark, outcome.shown(sum(rules.points(of, mark.levels).values(), rules.NOTHING)))
        for mark in found.marks.select_related("marker")
    ]
    context = {
        "script": found,
        "form": form,
        "marks": marks,
        "total": outcome.shown(found.final.total),
        "most": _most(found),
        "words": len(found.text.split()),
        "files": _files(found),
    }
    return render(request, "exams/marking/control.html", context, status=400 if form.errors else 200)


def _mark(request: HttpRequest, lease: ScriptLease, form: RubricForm) -> bool:
    """Whether the marker goes back to the desk; else the page shows again what they wrote."""
    try:
        marking_desk.mark(
            lease_uuid=lease.uuid,
            marker_id=access.me(request),
            levels=form.levels,
            comments=form.comments,
            comment=form.cleaned_data["comment"],
        )
    except marking_desk.MarkedAlready:
        messages.info(request, "You have marked this script already. What you gave first stands.")
    except marking_desk.MayNotMark:
        messages.error(
            request,
            "You can't mark this script: its writer is somebody whom you have trained in the last 24 months. Nothing was "
            "kept. Give it back, and another marker gets it.",
        )
        return False
    except marking_desk.TakenByAnother:
        messages.error(
            request,
            "Your time with this script ran out and another marker has it now. Your marks were not kept; copy what you "
            "want to keep.",
        )
        return False
    else:
        messages.success(request, f"Script {lease.script.number} is marked.")
    return True


def _files(script: Script) -> list[Any]:
    last = coursework.last_submission(script.work) if script.work else None
    return list(last.files.all()) if last else []


def _most(script: Script) -> str:
    return outcome.shown(rules.rubric(script.criteria).most)
