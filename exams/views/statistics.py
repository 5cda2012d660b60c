"""Statistics of forms before examiners, and what can be taken along of them."""

from collections.abc import Collection
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exams import access
from exams.documents import evidence as evidence_documents
from exams.documents import form_statistics as documents
from exams.documents import tables
from exams.models import Form
from exams.queries import evidence, form_statistics, key_validation
from lms.db import clock
from lms.organisations import queries as organisations
from lms.organisations.access import required


@never_cache
@required(access.RELEASE)
@require_safe
def form_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the marked sittings of one form say of its items and scores. Reading is for every examiner of its house."""
    said = form_statistics.analysed(_form(request, pk))
    found = said.found.classical
    context = {
        "form_row": said.form,
        "said": said,
        "percent": f"{float(100 * said.cut):.2f}",
        "items": documents.items(said),
        "exposure": documents.exposure(said),
        "traces": documents.traces(said),
        "summary": documents.summary(said),
    }
    if found:
        context |= {
            "scores": documents.scores(said, found),
            "errors": documents.errors(found),
            "wright": documents.wright(said),
            "models": documents.models(said),
            "information": documents.information(said),
        }
    return render(request, "exams/statistics/form.html", context)


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
def evidence_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence pack of a form on paper."""
    form = _form(request, pk)
    made = evidence_documents.as_pdf(evidence_documents.pack(evidence.of_form(form)), clock.now())
    answer = HttpResponse(made, content_type="application/pdf")
    return _named(answer, f"{form.exam.key}-form-{form.number}-evidence.pdf")


@never_cache
@required(access.RELEASE)
@require_safe
def evidence_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence pack of a form as CSV files in a ZIP archive."""
    form = _form(request, pk)
    made = evidence_documents.as_archive(evidence_documents.pack(evidence.of_form(form)))
    answer = HttpResponse(made, content_type="application/zip")
    return _named(answer, f"{form.exam.key}-form-{form.number}-evidence.zip")


def _form(request: HttpRequest, pk: int) -> Form:
    mine: Collection[UUID] = organisations.organisations_with(access.me(request), access.RELEASE)
    try:
        return key_validation.form(pk, organisation_ids=mine)
    except key_validation.UnknownForm:
        raise Http404 from None


def _named(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
