"""Batches of results before examiners: one proposes, another releases."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exams import access
from exams.actions import batches as actions
from exams.actions import invigilators
from exams.actions.results import OwnResult
from exams.forms.keys import BatchForm, CandidateReasonForm
from exams.models import Batch, Result
from exams.queries import batches, key_validation, results
from exams.states import BATCH
from exams.views import acts
from lms.accounts import queries as people
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations
from lms.organisations.access import required

OWN = "One of these results is your own, so other examiners decide about the batch. Nothing was released."
STALE = (
    "The key of this form was not looked at since one of these results was marked, or it was changed and the results"
    " are being marked anew. Nothing was released; validate the key, then propose the batch."
)


@never_cache
@required(access.RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def batch_form(request: HttpRequest, pk: int) -> HttpResponse:
    """What of a form may be released; a post proposes what is ticked as a batch."""
    try:
        found = batches.form(pk, organisation_ids=_mine(request))
    except key_validation.UnknownForm:
        raise Http404 from None
    ripe, later = batches.to_release(found)
    form = BatchForm(request.POST if request.method == "POST" else None, known=[one.uuid for one in ripe])
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose(
                form_id=pk,
                by_id=access.me(request),
                result_uuids=form.cleaned_data["results"],
                reason=form.cleaned_data["reason"],
            )
        except OwnResult:
            form.add_error(None, "Your own result is among them. Leave it to other examiners.")
        except actions.AlreadyProposed:
            form.add_error(None, "Another batch of this form waits. Decide on that one first.")
        except (actions.NothingToRelease, actions.NotValidated):
            form.add_error(None, STALE)
        else:
            messages.success(request, "The batch is proposed. A second examiner releases it.")
            return redirect("exams:batch", uuid=made.uuid)
    context = {
        "form_row": found,
        "rows": _rows(ripe),
        "later": len(later),
        "validation": key_validation.passed(pk),
        "waiting": found.batches.filter(state=BATCH.start).first(),
        "form": form,
    }
    return render(request, "exams/batches/form.html", context, status=400 if form.errors else 200)


@never_cache
@required(access.RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One batch with its results; a post releases it or sends it back."""
    try:
        found = batches.batch(uuid, organisation_ids=_mine(request))
    except batches.UnknownBatch:
        raise Http404 from None
    form = CandidateReasonForm(request.POST if request.method == "POST" else None)
    event = request.POST.get("event", "")
    if event in {"release", "return"} and form.is_valid():
        _decide(request, found, event, form.cleaned_data["reason"])
        return redirect("exams:batch", uuid=uuid)
    rows = found.results.select_related("run", "sitting__exam__blueprint").order_by(
        "sitting__submitted_at", "pk"
    )
    context = {
        "batch": found,
        "rows": _rows(list(rows)),
        "form": form,
        "open": not BATCH.final(found.state),
        "mine": found.proposed_by_id == access.me(request),
    }
    return render(
        request, "exams/batches/batch.html", context, status=400 if request.method == "POST" else 200
    )


def _mine(request: HttpRequest) -> Collection[UUID]:
    return organisations.organisations_with(access.me(request), access.RELEASE)


def _rows(found: Sequence[Result]) -> list[tuple[Result, str, results.Report]]:
    cards = people.cards({one.sitting.candidate_id for one in found})
    return [(one, cards[one.sitting.candidate_id].display_name, results.report(one)) for one in found]


def _decide(request: HttpRequest, found: Batch, event: str, reason: str) -> None:
    act = {"release": actions.release, "return": actions.send_back}[event]
    try:
        act(batch_uuid=found.uuid, by_id=access.me(request), reason=reason)
    except invigilators.SamePerson as fault:
        messages.error(request, acts.words(fault))
    except OwnResult:
        messages.error(request, OWN)
    except actions.NotValidated:
        messages.error(request, STALE)
    except IllegalMove:
        messages.error(
            request, "The batch, or a result in it, was decided on meanwhile. Nothing was changed."
        )
    else:
        messages.success(
            request, "Released. The candidates are being told." if event == "release" else "Sent back."
        )
