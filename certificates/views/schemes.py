"""Schemes in public."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from certificates.queries import schemes
from lms.db import clock
from lms.organisations.access import allows


def index(request: HttpRequest) -> HttpResponse:
    return render(request, "certificates/schemes.html", {"schemes": schemes.in_effect(on=clock.today())})


def scheme(request: HttpRequest, key: str) -> HttpResponse:
    found = schemes.scheme(key=key, on=clock.today())
    if found is None:
        raise Http404
    context = {
        "scheme": found,
        "data": found.data,
        "may_rule": allows(request.user, "certificates.schemes"),
    }
    return render(request, "certificates/scheme.html", context)
