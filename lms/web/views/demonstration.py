"""What only the demonstration has: a clock that can be moved."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lms.db import clock
from lms.web.signals import clock_moved


class ClockForm(forms.Form):
    days = forms.IntegerField(label="Days ahead of today", min_value=0, max_value=5000)


def move_clock(request: HttpRequest) -> HttpResponse:
    """Moves the whole institution some days into the future, to see certificates become due and expire."""
    if not settings.DEMONSTRATION:
        raise Http404
    form = ClockForm(request.POST or None, initial={"days": clock.offset().days})
    if request.method == "POST" and form.is_valid():
        ahead = timedelta(days=form.cleaned_data["days"])
        with transaction.atomic():
            clock.move(ahead)
            clock_moved.announce(ahead=ahead)
        messages.success(request, f"The institution's clock now says {clock.now():%Y-%m-%d %H:%M} UTC.")
        return redirect("web:clock")
    return render(request, "web/clock.html", {"form": form, "now": clock.now(), "offset": clock.offset()})
