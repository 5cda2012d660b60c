"""Beuk and Hofstee studies in the Wagtail admin: judges say what they want, and it is held against what candidates did."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from exams import access
from exams.actions import studies
from exams.documents import standard
from exams.forms.cuts import ReasonForm, WishForm
from exams.models import CutStudy, CutWish, FormCut
from exams.queries import cuts, panels
from exams.rules import outcome
from exams.rules.standard import wording
from exams.states import CutMethod, CutState, StudyState
from exams.viewsets.cuts import attempt, studies_of

HOUSE = (CutMethod.BEUK, CutMethod.HOFSTEE)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A judge says what they want as long as the study runs, alone; when it is closed, where wish and reality meet."""
    study = get_object_or_404(studies_of(request), pk=pk, method__in=HOUSE)
    bank, me = study.form.exam.blueprint.bank, access.me(request)
    judges = access.may(request.user, access.REVIEW, bank)
    if request.method == "POST" and not judges:
        raise PermissionDenied
    mine = next((one for one in panels.wishes(study) if one.judge_id == me), None)
    form = WishForm(
        request.POST if request.method == "POST" else None, method=study.method, form=study.form, mine=mine
    )
    status = 200
    if request.method == "POST":
        if form.is_valid() and _keep(request, study, form):
            messages.success(
                request, "What you want is kept. Until the study is closed you may say it again."
            )
            form = WishForm(None, method=study.method, form=study.form, mine=study.wishes.get(judge_id=me))
        status = 400 if form.errors else 200
    context: dict[str, Any] = {
        "study": study,
        "form_row": study.form,
        "wish_form": form,
        "hofstee": study.method == CutMethod.HOFSTEE,
        "judges": judges and study.state == StudyState.FIRST,
        "may": access.may(request.user, access.ASSEMBLE, bank),
        "many": study.wishes.count(),
        "said": mine is not None,
        "header_title": f"{study.get_method_display()}: {study.form.exam.title}, form {study.form.number}",
    }
    if study.state == StudyState.CLOSED:
        context |= _met(study)
    return render(request, "exams/bank/panel.html", context, status=status)


def _keep(request: HttpRequest, study: CutStudy, form: WishForm) -> CutWish | None:
    me = access.me(request)
    return attempt(request, lambda: studies.wish(study_uuid=study.uuid, judge_id=me, **form.cleaned_data))


def _met(study: CutStudy) -> dict[str, Any]:
    panel = panels.panel(study)
    context: dict[str, Any] = {
        "panel": panel,
        "candidates": len(panel.scores),
        "picture": standard.meeting(panel, study.method),
        "looked_at": panel.digest,
        "set": FormCut.objects.filter(form=study.form).exclude(state=CutState.DECLINED).exists(),
        "propose_form": ReasonForm(auto_id="propose_%s"),
    }
    if panel.why is not None:
        return context | {"lacks": wording.no_cut(panel.why)}
    assert panel.met is not None, "one of the two is there"
    return context | {
        "points": outcome.shown(panel.points),
        "maximum": outcome.shown(panel.maximum),
        "between": panel.met.between,
        "needed": outcome.needed(maximum=panel.maximum, cut=panel.share),
        "passing": f"{100 * panel.met.passing:.1f}",
        "preview": cuts.preview(study.form_id, panel.share),
    }
