"""Verification: no account, no script, and an honest answer to every text."""

from datetime import date, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from certificates import access
from certificates.forms.verifying import DayForm, VerifyForm
from certificates.queries import verification
from certificates.queries.verification import Asked, Naming
from certificates.rules import numbers
from lms.db import clock
from lms.web import throttle


def verify(request: HttpRequest) -> HttpResponse:
    """The form, and with a number the answer."""
    if "number" not in request.GET:
        return render(request, "certificates/verify.html", {"form": VerifyForm()})
    form = VerifyForm(request.GET)
    if not form.is_valid():
        return _private(render(request, "certificates/verify.html", {"form": form}, status=400))
    return _answered(request, Asked(form.cleaned_data["number"], form.cleaned_data["name"]), form)


def standing(request: HttpRequest, number: str) -> HttpResponse:
    """How a number stands: the address in QR codes and share links."""
    asked = Asked(number[:300], request.GET.get("name", "")[:200], request.GET.get("k", "")[:100])
    return _answered(request, asked, VerifyForm(initial={"number": number[:300], "name": asked.name}))


def _answered(request: HttpRequest, asked: Asked, form: VerifyForm) -> HttpResponse:
    now = clock.now()
    at, day_form = _moment(request, now)
    asked = verification.unwrapped(asked)
    try:
        found = access.answer(asked, at=at, asker=throttle.asker(request))
    except access.TooOften as often:
        return _too_often(request, form, often)
    except numbers.Misspelt as slip:
        context = {"form": form, "misspelt": slip, "asked": asked}
        return _private(render(request, "certificates/verify.html", context, status=400))
    if found is None:
        context = {"form": form, "unknown": True, "asked": asked}
        return _private(render(request, "certificates/verify.html", context, status=404))
    if found.naming is Naming.DIFFERS:
        context = {"form": form, "differs": True, "asked": asked, "number": found.number}
        return _private(render(request, "certificates/verify.html", context))
    context = {
        "found": found,
        "view": found.view,
        "asked": asked,
        "at": at,
        "now": now,
        "today": at == now,
        "day_form": day_form,
        "image": settings.PUBLIC_URL + reverse("certificates:image", args=[found.number]),
    }
    return _private(render(request, "certificates/standing.html", context))


def _too_often(request: HttpRequest, form: VerifyForm, often: access.TooOften) -> HttpResponse:
    context = {"form": form, "too_often": True, "minutes": -(-often.count.resets_in // 60)}
    response = render(request, "certificates/verify.html", context, status=429)
    return _private(throttle.declare(response, often.count))


def _moment(request: HttpRequest, now: datetime) -> tuple[datetime, DayForm]:
    """The moment asked about. A day to come cannot be answered for: today is, and the form says why."""
    if "at" not in request.GET:
        return now, DayForm(initial={"at": now.date()})
    form = DayForm(request.GET)
    if not form.is_valid():
        return now, form
    day: date = form.cleaned_data["at"]
    if day > now.date():
        form.add_error("at", "Nobody can answer for a day to come: this is how it stands today.")
        return now, form
    return verification.moment(day, now=now), form


def _private(response: HttpResponse) -> HttpResponse:
    # The answer is true at the moment it is given: nothing on the way may keep it.
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
