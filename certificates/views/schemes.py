"""Schemes in public."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from certificates.queries import schemes
from lms.db import clock


def index(request: HttpRequest) -> HttpResponse:
    return render(request, "certificates/schemes.html", {"schemes": schemes.in_effect(on=clock.today())})


def scheme(request: HttpRequest, key: str) -> HttpResponse:
    found = schemes.scheme(key=key, on=clock.today())
    if found is None:
        raise Http404
    return render(request, "certificates/scheme.html", {"scheme": found, "data": found.data})
