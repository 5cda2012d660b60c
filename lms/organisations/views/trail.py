"""The audit trail: searched, and taken along as a table."""

import csv
import io
import json
from collections.abc import Iterator
from itertools import chain

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from lms.accounts import queries as people
from lms.audit import queries
from lms.audit.queries import Wanted
from lms.kit import tables
from lms.organisations.access import required
from lms.organisations.forms import TrailForm

PAGE = 50
NOBODY = -1
HEAD = ("entry", "at", "verb", "subject", "person", "behind", "address", "organisation", "facts")


@never_cache
@required("organisations.read_trail")
def trail(request: HttpRequest) -> HttpResponse:
    form = TrailForm(request.GET or None)
    wanted = _wanted(form)
    page = Paginator(queries.search(wanted), PAGE).get_page(request.GET.get("page"))
    names = people.cards({key for entry in page for key in (entry.actor_id, entry.behind_id) if key})
    rows = [
        (
            entry,
            names.get(entry.actor_id or 0),
            names.get(entry.behind_id or 0),
            json.dumps(entry.facts, indent=1),
        )
        for entry in page
    ]
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "rows": rows, "query": query.urlencode(), "head": queries.head()}
    return render(request, "organisations/trail.html", context, status=400 if form.errors else 200)


@never_cache
@required("organisations.read_trail")
def table(request: HttpRequest) -> HttpResponseBase:
    """All entries that are wanted, as CSV, people by number. Nothing in it was written by people as text."""
    form = TrailForm(request.GET or None)
    wanted = _wanted(form)
    if form.errors:
        return HttpResponse(
            _("Mend the search first. Nothing was written."), status=400, content_type="text/plain"
        )
    answer = StreamingHttpResponse(_lines(wanted), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="trail.csv"'
    return answer


def _wanted(form: TrailForm) -> Wanted:
    if not form.is_valid():
        return Wanted()
    given = form.cleaned_data
    actor_id = None
    if given["actor"]:
        card = people.by_email(given["actor"])
        actor_id = card.id if card else NOBODY
    return Wanted(given["verb"], given["subject"], actor_id, given["since"], given["until"])


def _lines(wanted: Wanted) -> Iterator[bytes]:
    rows = (
        (
            entry.pk,
            entry.at.isoformat(),
            entry.verb,
            entry.subject,
            entry.actor_id or "",
            entry.behind_id or "",
            getattr(entry, "address", None) or "",
            entry.organisation_id or "",
            json.dumps(entry.facts, sort_keys=True),
        )
        for entry in queries.search(wanted).iterator(chunk_size=1000)
    )
    for row in chain([HEAD], rows):
        said = io.StringIO()
        csv.writer(said).writerow([tables.safe(cell) for cell in row])
        yield said.getvalue().encode()
