"""Statistics of forms before examiners, and what can be taken along of them."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams import access
from exams.actions import packs as actions
from exams.documents import evidence as evidence_documents
from exams.documents import exam_statistics as exam_documents
from exams.documents import form_statistics as documents
from exams.documents import tables
from exams.documents.tables import Table
from exams.models import EvidencePack, Form
from exams.queries import evidence, exam_statistics, form_statistics, key_validation, marking_quality
from exams.queries.form_statistics import Analysed
from exams.rules.exam_statistics import Period
from exams.states import PackState
from lms.db import clock
from lms.db.kept import Kept
from lms.organisations import queries as organisations
from lms.organisations.access import required

LATE = timedelta(minutes=10)
# The page of a form with 80 items has as many pictures. It says the same until its statistics are others.
SHOWN: Kept[SafeString] = Kept(20)


@never_cache
@required(access.RELEASE)
@require_safe
def form_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the marked sittings of one form say of its items and scores. Reading is for every examiner of its house."""
    said = form_statistics.analysed(_form(request, pk))
    agreement = documents.agreement(marking_quality.of_form(said.form))
    exam = said.form.exam
    shown = (
        said.revision, tuple(said.exposed.items()), agreement, exam.title, bool(exam.minima), get_language(),
    )  # fmt: skip
    body = SHOWN.get(shown, lambda: render_to_string("exams/statistics/_form.html", _told(said, agreement)))
    return render(request, "exams/statistics/form.html", {"form_row": said.form, "body": body})


def _told(said: Analysed, agreement: Table) -> dict[str, Any]:
    found = said.found.classical
    context = {
        "form_row": said.form,
        "said": said,
        "percent": f"{float(100 * said.cut):.2f}",
        "items": documents.items(said),
        "exposure": documents.exposure(said),
        "traces": documents.traces(said),
        "summary": documents.summary(said),
        "unlike": documents.unlike(said),
        "alike": documents.alike(said),
        "points": documents.points(said),
        "essays": documents.essays(said),
        "criteria": documents.criteria(said),
        "agreement": agreement,
        "no_pairs": tables.WHY.get(said.leads.alike.reason) if said.leads and said.leads.alike.reason else "",
    }
    if found:
        context |= {
            "scores": documents.scores(said, found),
            "errors": documents.errors(found),
            "wright": documents.wright(said),
            "models": documents.models(said),
            "information": documents.information(said),
        }
    return context


@never_cache
@required(access.RELEASE)
@require_safe
def items_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of items; below 30 sittings it has a header and no row."""
    form = _form(request, pk)
    answer = HttpResponse(
        tables.as_csv(documents.items(form_statistics.analysed(form))),
        content_type="text/csv; charset=utf-8",
    )
    return _named(answer, f"{form.exam.key}-form-{form.number}-items.csv")


@never_cache
@required(access.RELEASE)
@require_safe
def exam_page(request: HttpRequest, key: str) -> HttpResponse:
    """What all marked sittings of an exam say, over its forms and over time."""
    found = _analysed(request, key)
    each = _period(request)
    groups = exam_statistics.groups(found, each)
    context = {
        "exam": found.exam,
        "found": found,
        "forms": sorted(found.forms.values(), key=lambda form: form.number),
        "periods": list(Period),
        "each": each,
        "tables": {name: exam_documents.of_groups(name, rows) for name, rows in groups.items()},
        "trend": exam_documents.trend(groups["periods"]),
        "exposure": exam_documents.exposure(found),
    }
    return render(request, "exams/statistics/exam.html", context)


@never_cache
@required(access.RELEASE)
@require_safe
def exam_csv(request: HttpRequest, key: str, table: str) -> HttpResponse:
    """One table of it as a file."""
    found = _analysed(request, key)
    if table == "exposure":
        said = exam_documents.exposure(found)
    elif table == "results":
        said = exam_documents.results(found)
    else:
        groups = exam_statistics.groups(found, _period(request))
        if table not in groups:
            raise Http404
        said = exam_documents.of_groups(table, groups[table])
    answer = HttpResponse(tables.as_csv(said), content_type="text/csv; charset=utf-8")
    return _named(answer, f"{found.exam.key}-{table}.csv")


@never_cache
@required(access.RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence packs of a form: whether there is one of the records as they stand, what is being made, and what was
    made before. A post asks for one."""
    form = _form(request, pk)
    made = evidence_documents.pack(evidence.of_form(form))
    if request.method == "POST":
        actions.ask(form_id=form.pk, by_id=access.me(request), records=made.digest)
        return redirect("exams:evidence", form.pk)
    known = list(EvidencePack.objects.filter(form=form).select_related("asked_by"))
    ready = [pack for pack in known if pack.state == PackState.READY]
    waiting = next((pack for pack in known if pack.state == PackState.ASKED), None)
    context = {
        "form_row": form,
        "records": made.digest,
        "current": next((pack for pack in ready if pack.records == made.digest), None),
        "waiting": waiting,
        "late": waiting is not None and clock.now() - waiting.asked_at > LATE,
        "ready": ready,
    }
    return render(request, "exams/statistics/evidence.html", context)


@never_cache
@required(access.RELEASE)
@require_safe
def evidence_pdf(request: HttpRequest, pk: int, pack_id: int) -> HttpResponseBase:
    """A pack that was made."""
    form = _form(request, pk)
    found = get_object_or_404(EvidencePack, form=form, pk=pack_id, state=PackState.READY)
    name = f"{form.exam.key}-form-{form.number}-evidence-{found.made_at:%Y-%m-%d}.pdf"
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf"
    )


@never_cache
@required(access.RELEASE)
@require_safe
def evidence_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence pack of a form as CSV files in a ZIP archive."""
    form = _form(request, pk)
    made = evidence_documents.as_archive(evidence_documents.pack(evidence.of_form(form)))
    answer = HttpResponse(made, content_type="application/zip")
    return _named(answer, f"{form.exam.key}-form-{form.number}-evidence.zip")


def _analysed(request: HttpRequest, key: str) -> exam_statistics.Analysed:
    mine: Collection[UUID] = organisations.organisations_with(access.me(request), access.RELEASE)
    try:
        return exam_statistics.analysed(exam_statistics.exam(key, organisation_ids=mine))
    except exam_statistics.UnknownExam:
        raise Http404 from None


def _period(request: HttpRequest) -> Period:
    """What the address asks for; quarters where it asks for nothing that there is."""
    said = request.GET.get("by", "")
    return Period(said) if said in list(Period) else Period.QUARTER


def _form(request: HttpRequest, pk: int) -> Form:
    mine: Collection[UUID] = organisations.organisations_with(access.me(request), access.RELEASE)
    try:
        return key_validation.form(pk, organisation_ids=mine)
    except key_validation.UnknownForm:
        raise Http404 from None


def _named(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
