"""Maintenance as awarding officers see it: samples, unpaid fees, corrected names, reduced scope, erasure."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from certificates.actions import amendments, discipline, erasure, fees, register, samples
from certificates.forms.registering import EraseForm, ReferenceForm, ScopeForm
from certificates.models import CpdEntry, FeeDemand, NameRequest, SampleCase
from certificates.queries import credentials, phrases, upkeep
from certificates.queries.credentials import CredentialView
from certificates.states import EntryRefusal
from certificates.views.maintaining import attachment
from lms.db import clock
from lms.kit.machine import IllegalMove
from lms.organisations.access import required

FIRST = 50


@required("certificates.decide")
@require_safe
def oversee(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("q", "").replace("\0", "")[:80]
    context = {
        "samples": _first(upkeep.open_samples()),
        "fees": _first(upkeep.open_fees(search=search)),
        "names": _first(upkeep.open_names()),
        "q": search,
        "today": clock.today(),
    }
    return render(request, "certificates/upkeep.html", context)


def _first(rows: QuerySet[Any]) -> Page[Any]:
    """What stands first in a queue; what is settled makes room for the next."""
    return Paginator(rows, FIRST).page(1)


@required("certificates.decide")
@require_safe
def sample(request: HttpRequest, uuid: UUID) -> HttpResponse:
    case = get_object_or_404(SampleCase.objects.select_related("credential", "draw__scheme"), uuid=uuid)
    view = _found(case.credential.number)
    found = upkeep.of(view, at=clock.now())
    context = {
        "case": case,
        "view": view,
        "upkeep": found,
        "titles": {category.key: category.title for category in found.cycle.categories},
        "refusals": EntryRefusal.choices,
        "own": case.credential.holder_id == request.user.pk,
        "undecided": case.decided_at is None,
    }
    return render(request, "certificates/sample.html", context)


@required("certificates.decide")
@require_POST
def judge(request: HttpRequest, uuid: UUID, entry: UUID) -> HttpResponse:
    refusal = request.POST.get("refusal", "")
    if refusal and refusal not in EntryRefusal.values:
        raise Http404
    try:
        samples.judge(uuid=str(uuid), entry_uuid=str(entry), officer_id=request.user.pk or 0, refusal=refusal)
    except (SampleCase.DoesNotExist, CpdEntry.DoesNotExist):
        raise Http404 from None
    except register.Conflicted as refused:
        messages.error(request, phrases.barred(refused.bars))
    except samples.NotShown:
        messages.error(request, "This sample was decided already. Nothing was changed.")
    else:
        messages.success(request, "Not accepted: it counts no more." if refusal else "Accepted.")
    return redirect("certificates:sample", uuid=uuid)


@required("certificates.decide")
@require_POST
def decide_sample(request: HttpRequest, uuid: UUID) -> HttpResponse:
    action = samples.accept if request.POST.get("outcome") == "accept" else samples.refuse
    try:
        action(uuid=str(uuid), officer_id=request.user.pk or 0)
    except SampleCase.DoesNotExist:
        raise Http404 from None
    except register.Conflicted as refused:
        messages.error(request, phrases.barred(refused.bars))
    except IllegalMove:
        messages.error(request, "It was decided already, or nothing was sent yet. Nothing was changed.")
    else:
        done = "Maintenance is confirmed." if action is samples.accept else "The certificate is suspended."
        messages.success(request, done)
    return redirect("certificates:sample", uuid=uuid)


@required("certificates.decide")
@require_safe
def sample_file(request: HttpRequest, uuid: UUID, entry: UUID) -> HttpResponse:
    """A file of a holder who was drawn: officers see those of samples, and no others."""
    rows = CpdEntry.objects.select_related("evidence").filter(
        credential__samples__uuid=uuid, evidence__isnull=False, removed_at__isnull=True
    )
    found = get_object_or_404(rows, uuid=entry)
    assert found.evidence is not None  # filtered above
    return attachment(found.evidence)


@required("certificates.decide")
@require_POST
def settle_fee(request: HttpRequest, uuid: UUID) -> HttpResponse:
    form = ReferenceForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Write the reference of the payment. Nothing was changed.")
        return redirect("certificates:upkeep")
    try:
        fees.settle(uuid=str(uuid), officer_id=request.user.pk or 0, reference=form.cleaned_data["reference"])
    except FeeDemand.DoesNotExist:
        raise Http404 from None
    except register.Conflicted as refused:
        messages.error(request, phrases.barred(refused.bars))
    except IllegalMove:
        messages.error(request, "This fee is no longer asked for. Nothing was changed.")
    else:
        messages.success(request, "Recorded as paid.")
    return redirect("certificates:upkeep")


@required("certificates.decide")
@require_safe
def name_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return attachment(get_object_or_404(NameRequest.objects.select_related("evidence"), uuid=uuid).evidence)


@required("certificates.decide")
@require_POST
def decide_name(request: HttpRequest, uuid: UUID) -> HttpResponse:
    grants = request.POST.get("outcome") == "grant"
    try:
        (amendments.grant_name if grants else amendments.refuse_name)(
            uuid=str(uuid), officer_id=request.user.pk or 0
        )
    except NameRequest.DoesNotExist:
        raise Http404 from None
    except register.Conflicted as refused:
        messages.error(request, phrases.barred(refused.bars))
    except (IllegalMove, amendments.NothingStands):
        messages.error(request, "It was decided already, or there is no certificate to reissue.")
    else:
        messages.success(request, "Reissued under the new name." if grants else "Refused.")
    return redirect("certificates:upkeep")


@required("certificates.decide")
def amend(request: HttpRequest, number: str) -> HttpResponse:
    """What is seldom done to an entry: the second voice in a withdrawal, a smaller scope, an erasure."""
    view = _found(number)
    if request.method != "POST":
        return _amend(request, view, ScopeForm(), EraseForm())
    act = request.POST.get("act", "")
    scope = ScopeForm(request.POST if act == "scope" else None)
    erase = EraseForm(request.POST if act == "erase" else None)
    asked = {"scope": scope, "erase": erase}.get(act)
    if asked is not None and not asked.is_valid():
        return _amend(request, view, scope, erase, status=400)
    _amended(request, view, act, asked.cleaned_data if asked else {})
    return redirect("certificates:amend", number=number)


AMENDED = {
    register.SecondPersonNeeded: "You proposed it: another officer has to confirm it.",
    amendments.NothingChanges: "This is its scope already. Nothing was changed.",
    amendments.NothingStands: "It does not stand any more. Nothing was changed.",
    IllegalMove: "It does not stand any more. Nothing was changed.",
    erasure.StillStands: "It is in force, or may still be renewed. Nothing was erased: it has to be withdrawn "
    "or given up first.",
}


def _amended(request: HttpRequest, view: CredentialView, act: str, said: dict[str, Any]) -> None:
    told: dict[str, Any] = {"number": view.number, "officer_id": request.user.pk or 0}
    if act in ("scope", "erase"):
        told |= {"reason": said["reason"], "use_key": str(said["use_key"])}
    if act == "scope":
        told |= {"scope": said["scope"], "public_note": said["public_note"]}
    acts: dict[str, Callable[..., None]] = {
        "confirm": discipline.confirm,
        "drop": discipline.drop,
        "scope": amendments.reduce_scope,
        "erase": erasure.erase,
    }
    if act not in acts:
        raise Http404
    try:
        acts[act](**told)
    except register.Conflicted as refused:
        own_act = refused.officer_id == request.user.pk
        messages.error(request, phrases.barred(refused.bars, own_act=own_act))
    except tuple(AMENDED) as refused:
        messages.error(request, AMENDED[type(refused)])
    else:
        messages.success(request, "Done. The register says so from now on.")


def _amend(
    request: HttpRequest, view: CredentialView, scope: ScopeForm, erase: EraseForm, status: int = 200
) -> HttpResponse:
    context = {
        "view": view,
        "scope": scope,
        "erase": erase,
        "proposal": view.credential.proposals.filter(closed_at__isnull=True).first(),
        "own": view.credential.holder_id == request.user.pk,
        "people": credentials.actors_of(view),
    }
    return render(request, "certificates/amend.html", context, status=status)


def _found(number: str) -> CredentialView:
    view = credentials.entry(number=number, at=clock.now())
    if view is None:
        raise Http404
    return view
