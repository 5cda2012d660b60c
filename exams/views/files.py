"""A sealed file of answers before examiners: what is in it, what may count, and their two words on it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exams import access
from exams.actions import files as actions
from exams.actions import invigilators, marking, results
from exams.forms import ReasonForm
from exams.models import AnswerFile
from exams.queries import files
from exams.rules import answer_files
from exams.states import ANSWER_FILE, SittingState
from exams.views import acts
from lms.accounts import queries as people
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations
from lms.organisations.access import required

DONE = {
    "propose": "It is proposed. A second examiner decides.",
    "admit": "Admitted: a new score run counts it, and the result stands on that run.",
    "decline": "Declined. The file stays as evidence.",
}


@never_cache
@required(access.RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def answer_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The file with every event that may be admitted; a post proposes, admits or declines, with a reason."""
    mine = organisations.organisations_with(access.me(request), access.RELEASE)
    try:
        found = files.file(uuid, organisation_ids=mine)
    except files.UnknownFile:
        raise Http404 from None
    form = ReasonForm(request.POST if request.method == "POST" else None)
    event = request.POST.get("event", "")
    if request.method == "POST" and event in DONE and form.is_valid():
        _decide(request, found, event, form.cleaned_data["reason"])
        return redirect("exams:answer_file", uuid=uuid)
    ended = found.sitting.submitted_at is not None
    context = {
        "file": found,
        "person": people.card(found.sitting.candidate_id),
        "count": len(answer_files.events(found.content)),
        "admissible": files.admissible(found) if ended else (),
        "form": form,
        "marked": found.sitting.state == SittingState.MARKED,
        "may": ANSWER_FILE.events(found.state),
        "proposed_it": found.proposed_by_id == access.me(request),
    }
    return render(request, "exams/answer_file.html", context, status=400 if request.method == "POST" else 200)


def _decide(request: HttpRequest, found: AnswerFile, event: str, reason: str) -> None:
    act = {"propose": actions.propose, "admit": actions.admit, "decline": actions.decline}[event]
    try:
        act(file_uuid=found.uuid, by_id=access.me(request), reason=reason)
    except (invigilators.NotIndependent, invigilators.SamePerson) as fault:
        messages.error(request, acts.words(fault))
    except actions.NotMarked:
        messages.error(
            request, "The sitting is not marked yet. Come back when it is; the file is safe until then."
        )
    except marking.NeedsMarker:
        messages.error(
            request,
            "The file has answers that people mark. They are with the markers now. Nothing was admitted yet: come "
            "back when they are marked.",
        )
    except actions.NothingToAdmit:
        messages.error(
            request,
            "Nothing in this file was stamped in time and is missing from what we have. Nothing was changed.",
        )
    except (IllegalMove, results.OwnResult):
        messages.error(
            request, "The file, or the result, has moved on, so this can't be done now. Nothing was changed."
        )
    else:
        messages.success(request, DONE[event])
