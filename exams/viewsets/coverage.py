"""The traceability matrix in the Wagtail admin: what of the standard is taught, asked, and how it went."""

import csv
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from exams import access
from exams.models import Bank
from exams.queries import coverage
from exams.queries.coverage import Matrix, Row
from exams.rules import coverage_chart
from lms.db import clock
from lms.kit import tables
from lms.organisations import access as organisations

AUTHOR = "courses.author"
COLUMNS = (
    *("reference", "title", "kind", "lessons", "live", "practice", "pilot", "in review", "draft", "retired"),
    *("in last forms", "points reached in per cent", "points reached, low", "points reached, high"),
    *("holders", "gaps"),
)


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """The matrix of one bank, by its key in `bank`; of the first where none is named."""
    if not access.works_in_banks(request.user):
        raise PermissionDenied
    banks = list(access.banks(request.user).order_by("title"))
    wanted = request.GET.get("bank", "")
    bank = next((bank for bank in banks if bank.key == wanted), None)
    if wanted and bank is None:
        raise Http404
    bank = bank or (banks[0] if banks else None)
    found = _matrix(bank) if bank else None
    gaps_only = request.GET.get("show") == "gaps"
    rows = [row for row in found.rows if row.gaps or not gaps_only] if found else []
    context = {
        "banks": banks,
        "bank": bank,
        "matrix": found,
        "gaps_only": gaps_only,
        "rows": rows,
        "chart": coverage_chart.chart(_counted(row) for row in rows if not row.divided),
        "header_title": "Traceability",
    }
    return render(request, "exams/bank/matrix.html", context)


@require_safe
def clause(request: HttpRequest, key: str, ref: str) -> HttpResponse:
    """One row of it, with the way to each lesson and each item."""
    found = _matrix(_bank(request, key))
    row = found.row(ref) if found else None
    if found is None or row is None:
        raise Http404
    edits = organisations.allows(request.user, AUTHOR)
    context = {
        "matrix": found,
        "row": row,
        "lessons": [
            (lesson, _way(lesson.page_id, lesson.slug, lesson.module_number, edits)) for lesson in row.lessons
        ],
        "header_title": row.ref,
    }
    return render(request, "exams/bank/clause.html", context)


@require_safe
def as_csv(request: HttpRequest, key: str) -> HttpResponse:
    bank = _bank(request, key)
    found = _matrix(bank)
    if found is None:
        raise Http404
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="traceability-{bank.key}.csv"'
    table = csv.writer(answer)
    table.writerow(COLUMNS)
    for row in found.rows:
        table.writerow([tables.safe(value) for value in _values(row)])
    return answer


def _counted(row: Row) -> coverage_chart.Counted:
    return coverage_chart.Counted(row.ref, len(row.lessons), row.live, row.share, row.untaught, row.untested)


def _bank(request: HttpRequest, key: str) -> Bank:
    if not access.works_in_banks(request.user):
        raise PermissionDenied
    return get_object_or_404(access.banks(request.user), key=key)


def _matrix(bank: Bank) -> Matrix | None:
    try:
        return coverage.matrix(bank, on=clock.now().date())
    except coverage.NoFramework:
        return None


def _way(page_id: int, slug: str, module: int, edits: bool) -> str:
    """For authors to the lesson in the page editor, for others to its module on the course's page."""
    if edits:
        return reverse("wagtailadmin_pages:edit", args=[page_id])
    return f"{reverse('courses:course', args=[slug])}#module-{module}"


def _values(row: Row) -> Iterator[object]:
    yield from (row.ref, row.title, row.kind)
    yield "; ".join(f"{lesson.number} {lesson.title}" for lesson in row.lessons)
    yield from (row.live, row.practice, row.pilot, row.review, row.draft, row.retired, row.in_form)
    yield "" if row.share is None else row.share
    yield from row.between or ("", "")
    yield from (row.holders, ", ".join(row.gaps))
