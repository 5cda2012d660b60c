"""The demonstration's post: every message that it sent, on a page, since it has no mail server."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lms.notifications import queries


def sent(request: HttpRequest) -> HttpResponse:
    # Anyone could read anyone's sign-in links here: nothing of the kind may exist in production.
    if not settings.DEMONSTRATION:
        raise Http404
    return render(request, "web/mail.html", {"mails": queries.latest()})
