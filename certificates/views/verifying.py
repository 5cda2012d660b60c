"""Verification: no account, no script, and an honest answer to every text."""

from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certificates import access
from certificates.actions import answering
from certificates.forms.verifying import DayForm, FileForm, VerifyForm
from certificates.queries import verification
from certificates.queries.verification import Asked, Naming
from certificates.rules import numbers, uploads
from lms.db import clock
from lms.web import isolation, throttle, uploading

# Two forms stand on one page, and both ask for a name.
_IDS: Final = "of_file_%s"


# A file posted changes nothing and knows nobody: without a token it needs no cookie either.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The forms, and with a number or a file the answer."""
    if request.method == "POST":
        return _shown(request)
    if "number" not in request.GET:
        return _asking(request, VerifyForm())
    form = VerifyForm(request.GET)
    if not form.is_valid():
        return _private(_asking(request, form, status=400))
    return _answered(request, Asked(form.cleaned_data["number"], form.cleaned_data["name"]), form)


def standing(request: HttpRequest, number: str) -> HttpResponse:
    """How a number stands: the address in QR codes and share links."""
    asked = Asked(number[:300], request.GET.get("name", "")[:200], request.GET.get("k", "")[:100])
    return _answered(request, asked, VerifyForm(initial={"number": number[:300], "name": asked.name}))


def _shown(request: HttpRequest) -> HttpResponse:
    """The answer to a file."""
    asker = throttle.asker(request)
    try:
        uploading.bound(request, uploads.MOST_BYTES)
        access.admit(asker=asker)
        form = FileForm(request.POST, request.FILES, auto_id=_IDS)
    except access.TooOften as often:
        return _too_often(request, VerifyForm(), often)
    except RequestDataTooBig:
        return _private(_asking(request, VerifyForm(), refused="too_large", status=413))
    except uploading.NoLength:
        return _private(_asking(request, VerifyForm(), refused="no_length", status=411))
    if not form.is_valid():
        return _private(_asking(request, VerifyForm(), file_form=form, status=400))
    now, name = clock.now(), form.cleaned_data["name"]
    try:
        answer = access.shown(form.cleaned_data["file"].read(), name=name, at=now, asker=asker)
    except access.TooOften as often:
        return _too_often(request, VerifyForm(), often)
    except isolation.Busy:
        busy = _private(_asking(request, VerifyForm(), refused="busy", status=503))
        busy["Retry-After"] = str(isolation.AGAIN_IN)
        return busy
    context = {
        "answer": answer,
        "found": answer.found,
        "edition": answer.edition,
        "now": now,
        "name": name,
        "file_name": form.cleaned_data["file"].name,
        "file_form": FileForm(auto_id=_IDS),
    }
    return _private(render(request, "certificates/shown.html", context))


def _asking(request: HttpRequest, form: VerifyForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "file_form": FileForm(auto_id=_IDS)} | more
    return render(request, "certificates/verify.html", context, status=status)


def _answered(request: HttpRequest, asked: Asked, form: VerifyForm) -> HttpResponse:
    now = clock.now()
    at, day_form = _moment(request, now)
    asked = verification.unwrapped(asked)
    try:
        found = access.answer(asked, at=at, asker=throttle.asker(request))
    except access.TooOften as often:
        return _too_often(request, form, often)
    except numbers.Misspelt as slip:
        return _private(_asking(request, form, misspelt=slip, asked=asked, status=400))
    if found is None:
        return _private(_asking(request, form, unknown=True, asked=asked, status=404))
    if found.naming is Naming.DIFFERS:
        return _private(_asking(request, form, differs=True, asked=asked, number=found.number))
    context = {
        "found": found,
        "view": found.view,
        "answer": answering.of_number(found, at=at, prove=False),
        "asked": asked,
        "at": at,
        "now": now,
        "today": at == now,
        "day_form": day_form,
        "image": settings.PUBLIC_URL + reverse("certificates:image", args=[found.number]),
    }
    return _private(render(request, "certificates/standing.html", context))


def _too_often(request: HttpRequest, form: VerifyForm, often: access.TooOften) -> HttpResponse:
    response = _asking(request, form, too_often=True, minutes=-(-often.count.resets_in // 60), status=429)
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
