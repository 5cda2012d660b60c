"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lms.kit import gather


def front(request: HttpRequest) -> HttpResponse:
    offers = [offer for part in gather.CATALOGUE for offer in part.offers()]
    return render(request, "web/front.html", {"offers": offers})
