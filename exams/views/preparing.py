"""Before the day: is the device fit, and what does the exam screen look like."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exams.queries import exams
from lms.db import clock


@never_cache
@require_safe
def system_check(request: HttpRequest) -> HttpResponse:
    """What a device needs, as a list; where scripts run, each line is tried."""
    return render(request, "exams/system_check.html", {"practice": exams.offered_practice()})


@never_cache
@require_safe
def server_time(request: HttpRequest) -> JsonResponse:
    """The server's clock, for the check of the device's. Asks nothing of the database."""
    return JsonResponse({"server_time": clock.now().isoformat()})


@require_safe
def tutorial(request: HttpRequest) -> HttpResponse:
    """The exam's screen in words, and where to try it."""
    return render(request, "exams/tutorial.html", {"practice": exams.offered_practice()})
