"""The public register: holders who show themselves, and counts of all."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import get_language

from certificates import access
from certificates.forms.verifying import DirectoryForm
from certificates.queries import credentials, public, schemes
from lms.db import clock
from lms.kit import countries
from lms.web import throttle

A_PAGE = 20


def certified(request: HttpRequest) -> HttpResponse:
    """The search and the counts; asked for nothing, it names nobody."""
    at = clock.now()
    known = [(scheme.key, scheme.title) for scheme in schemes.in_effect(on=at.date())]
    form = DirectoryForm(
        request.GET, schemes=known, countries=list(countries.names(get_language() or "en").items())
    )
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    context: dict[str, Any] = {
        "form": form,
        "counts": public.statistics(on=at.date()),
        "on": at,
        "asked": any(asked.values()),
    }
    if not context["asked"]:
        return render(request, "certificates/certified.html", context)
    count = throttle.add(access.ASKED, throttle.asker(request))
    if count.over:
        context |= {"asked": False, "too_often": -(-count.resets_in // 60)}
        return throttle.declare(render(request, "certificates/certified.html", context, status=429), count)
    rows = public.listed(
        search=asked["q"], scheme_key=asked["scheme"], country=asked["country"], on=at.date()
    )
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "rows": [
            (view, countries.name(view.credential.listing.country, get_language() or "en"))
            for view in (credentials.view(row, at) for row in page)
            if view
        ],
        "query": urlencode({key: value for key, value in asked.items() if value}),
    }
    response = render(request, "certificates/certified.html", context)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
