"""The examiner's desk: results that wait to be released, and those that were."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exams import access
from exams.actions import results as actions
from exams.forms import AnnulForm, ReleaseForm
from exams.models import AnswerFile, Result
from exams.queries import batches, files, results
from exams.states import RESULT
from lms.accounts import queries as people
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations
from lms.organisations.access import required

PAGE = 30


@never_cache
@required("exams.release")
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest) -> HttpResponse:
    """The list of what waits; a post releases what was ticked, all of it or none."""
    mine = organisations.organisations_with(access.me(request), "exams.release")
    waiting = results.waiting(mine)
    posted = request.method == "POST"
    known = list(waiting.values_list("uuid", flat=True)) if posted else []
    form = ReleaseForm(request.POST if posted else None, known=known)
    if request.method == "POST" and form.is_valid():
        try:
            count = actions.release_batch(
                result_uuids=form.cleaned_data["results"], examiner_id=access.me(request)
            )
        except actions.OwnResult:
            messages.error(
                request,
                "One of these results is your own. Another examiner releases it; nothing was released.",
            )
        except actions.CutPending:
            messages.error(
                request,
                "The form of one of these results has a new cut, which is being applied. Nothing was released; "
                "try again in a minute.",
            )
        except actions.NeedsBatch:
            messages.error(
                request, "The results of this exam are released in batches, by two. Nothing was released."
            )
        else:
            messages.success(
                request, f"{count} result{'s' if count != 1 else ''} released. The candidates are being told."
            )
        return redirect("exams:release")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    past = list(results.decided(mine)[:10])
    context = {"page": page, "rows": _rows(list(page)), "past": _rows(past), "form": form}
    context |= {"files": _files(mine), "forms": batches.forms(mine), "batches": batches.waiting(mine)}
    return render(request, "exams/release.html", context, status=400 if form.is_bound else 200)


@never_cache
@required("exams.release")
@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One result as its examiner sees it, with the way to annul it once it is released."""
    mine = organisations.organisations_with(access.me(request), "exams.release")
    try:
        found = results.examined(uuid, organisation_ids=mine)
    except results.UnknownResult:
        raise Http404 from None
    form = AnnulForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.annul(
                result_uuid=uuid, examiner_id=access.me(request), reason=form.cleaned_data["reason"]
            )
        except (IllegalMove, actions.OwnResult):
            messages.error(request, "This result can't be annulled by you as it stands. Nothing was changed.")
        else:
            messages.success(request, "The result is annulled. The candidate is being told.")
        return redirect("exams:examined", uuid=uuid)
    context = {
        "result": found,
        "report": results.report(found),
        "person": people.card(found.sitting.candidate_id),
        "changes": found.changes.select_related("by").order_by("id"),
        "files": found.sitting.files.defer("content").order_by("pk"),
        "incidents": found.sitting.incidents.order_by("at", "pk"),
        "form": form,
        "may_annul": RESULT.may(found.state, "annul"),
    }
    return render(request, "exams/examined.html", context, status=400 if form.errors else 200)


def _files(mine: Collection[UUID]) -> list[tuple[AnswerFile, str]]:
    """Sealed files on which an examiner has not decided, with the candidates' names."""
    found = files.waiting(mine)
    cards = people.cards({one.sitting.candidate_id for one in found})
    return [(one, cards[one.sitting.candidate_id].display_name) for one in found]


def _rows(found: list[Result]) -> list[tuple[Result, str, results.Report]]:
    cards = people.cards({one.sitting.candidate_id for one in found})
    return [(one, cards[one.sitting.candidate_id].display_name, results.report(one)) for one in found]
