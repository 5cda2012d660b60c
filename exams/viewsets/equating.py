"""A form's cut carried over from another form of its exam, in the Wagtail admin."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from exams import access
from exams.actions import cuts as actions
from exams.documents import standard
from exams.documents.tables import figure
from exams.forms.cuts import EquateForm, ReasonForm
from exams.models import Form
from exams.queries import cuts, equating
from exams.rules import outcome
from exams.rules.standard import equated, wording
from exams.rules.standard.equated import CannotEquate, Method
from exams.viewsets.cuts import attempt, form_of


@require_http_methods(["GET", "HEAD"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The forms that this one may be equated to, and with one chosen: both forms, what a score is worth, the cut."""
    form = form_of(request, pk, office=access.ASSEMBLE)
    others = equating.others(form)
    chosen = EquateForm(request.GET or None, others=others)
    context: dict[str, Any] = {
        "form_row": form,
        "others": others,
        "chosen": chosen,
        "methods": wording.METHODS.values(),
        "header_title": f"Equate {form.exam.title}, form {form.number}",
    }
    if chosen.is_valid():
        reference, method = chosen.cleaned_data["reference"], Method(chosen.cleaned_data["method"])
        context |= _looked(form, reference, method)
    return render(request, "exams/bank/equate.html", context)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    form = form_of(request, pk, office=access.ASSEMBLE)
    chosen = EquateForm(request.POST, others=equating.others(form))
    said = ReasonForm(request.POST)
    if not chosen.is_valid():
        raise Http404
    back = redirect("exams_bank:equate", form.pk)
    back["Location"] += (
        f"?reference={chosen.cleaned_data['reference'].pk}&method={chosen.cleaned_data['method']}"
    )
    if not said.is_valid():
        messages.error(request, "Say why this is the cut, in at most 1,000 characters. Nothing was changed.")
        return back
    act = partial(
        actions.propose_equated,
        form_id=form.pk,
        reference_id=chosen.cleaned_data["reference"].pk,
        method=Method(chosen.cleaned_data["method"]),
        by_id=access.me(request),
        reason=said.cleaned_data["reason"],
        looked_at=request.POST.get("looked_at", ""),
    )
    if not attempt(request, act):
        return back
    messages.success(request, "The cut is proposed. A second examiner approves or declines it.")
    return redirect("exams_bank:cut", form.pk)


def _looked(form: Form, reference: Form, method: Method) -> dict[str, Any]:
    compared = equating.compared(form, reference)
    context: dict[str, Any] = {
        "reference": reference,
        "method": wording.METHODS[method],
        "forms": standard.forms(compared),
        "small_anchor": method in equated.ANCHORED and compared.here.anchor * 5 < compared.here.maximum,
        "shares": bool(compared.anchor),
    }
    try:
        found = equated.equate(compared.there, compared.here, cut=compared.cut, method=method)
    except CannotEquate as lacking:
        return context | {"lacks": wording.cannot_equate(lacking)}
    share = found.points / compared.here.maximum
    return context | {
        "there": outcome.shown(compared.cut),
        "here": outcome.shown(found.points),
        "error": figure(found.cut.error),
        "low": figure(found.cut.low),
        "high": figure(found.cut.high),
        "needed": outcome.needed(maximum=compared.here.maximum, cut=share),
        "maximum": outcome.shown(compared.here.maximum),
        "preview": cuts.preview(form.pk, share),
        "picture": standard.function(compared, found),
        "looked_at": equating.digest(compared.basis(method)),
        "propose_form": ReasonForm(auto_id="propose_%s"),
    }
