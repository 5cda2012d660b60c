"""Verification of many certificates at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certificates import access
from certificates.forms.verifying import ListForm
from certificates.queries import verification, wording
from certificates.queries.verification import Asked, Found, Miss, Naming
from certificates.rules import lists
from lms.db import clock
from lms.kit import tables
from lms.web import throttle

HEAD = ("Row", "Asked number", "Asked name", "Answer", "Number", "Standing", "Since", "Level", "Scheme",
        "Granted on", "Valid until", "Asked on")  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One row of the list with what is answered to it."""

    row: lists.Row
    found: Found | None
    says: str


# It changes nothing and knows nobody: without a token it needs no cookie either.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify_list(request: HttpRequest) -> HttpResponse:
    """The form; posted, an answer for each row, on the page or as a file for a spreadsheet."""
    if request.method != "POST":
        return render(request, "certificates/verify_list.html", {"form": ListForm(), "most": lists.MOST_ROWS})
    form, lines, at, status = ListForm(request.POST, request.FILES), [], clock.now(), 400
    if form.is_valid():
        try:
            lines, status = _lines(form.cleaned_data["rows"], request), 200
        except access.TooOften as often:
            minutes = -(-often.count.resets_in // 60)
            form.add_error(None, f"Your network has sent many lists. Nothing was looked up; try again in {minutes} minutes.")  # fmt: skip
            status = 429
    if lines and "file" in request.POST.getlist("as"):
        return _file(lines, at.strftime("%Y-%m-%d"))
    context = {"form": form, "lines": lines, "now": at, "most": lists.MOST_ROWS, "text": _again(lines)}
    response = render(request, "certificates/verify_list.html", context, status=status)
    return _private(response)


def _lines(rows: Sequence[lists.Row], request: HttpRequest) -> list[Line]:
    asked = [verification.unwrapped(Asked(row.number[:300], row.name)) for row in rows]
    told, _ = access.answers(asked, at=clock.now(), asker=throttle.asker(request))
    return [
        Line(row, found if isinstance(found, Found) else None, says(found))
        for row, found in zip(rows, told, strict=True)
    ]


def says(found: Found | Miss) -> str:
    """The answer to a row in a few words."""
    if isinstance(found, Miss):
        return wording.slip_words(found.slip.slip) if found.slip else "Not in the register"
    if found.view is None:
        return "Not granted yet"
    return {
        Naming.DIFFERS: "The name does not match",
        Naming.MATCHES: "The name matches",
        Naming.FORMER: "The name is of a former document: ask for the new one",
        Naming.KEY_FITS: "The link fits",
        Naming.KEY_LAPSED: "The link is not in use any more",
        Naming.PAUSED: "Names were tried too often: none is compared now",
        Naming.NOT_GIVEN: "Found",
    }[found.naming]


def _again(lines: Sequence[Line]) -> str:
    """The list as it was understood, for the form that asks for the file."""
    return tables.written([("Number", "Name"), *((line.row.number, line.row.name) for line in lines)])


def _file(lines: Sequence[Line], day: str) -> HttpResponse:
    table = [HEAD, *(_cells(line, day) for line in lines)]
    response = HttpResponse(tables.written(table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="verified-{day}.csv"'
    return _private(response)


def _cells(line: Line, day: str) -> tuple[str, ...]:
    asked = (str(line.row.line), line.row.number, line.row.name, line.says)
    found = line.found
    if found is None or found.view is None or found.naming is Naming.DIFFERS:
        return *asked, found.number if found else "", "", "", "", "", "", "", day
    view, claims = found.view, found.view.edition.claims
    since = view.answer.since.date().isoformat() if view.answer.since else ""
    dates = (view.edition.begins_on.isoformat(), view.edition.expires_on.isoformat())
    titles = (claims.get("level", {}).get("title", ""), claims.get("scheme", {}).get("title", ""))
    return *asked, found.number, view.label, since, *titles, *dates, day


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
