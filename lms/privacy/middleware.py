"""Leads who has a text to accept to the page where they can."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lms.privacy.queries.legal import OUTSTANDING

# Nobody is kept from signing out, from their own data, or in the middle of an exam.
ALWAYS_OPEN = (
    "/legal/", "/accounts/", "/my-data/", "/about/", "/static/", "/demonstration/",
    "/sittings/", "/entries/", "/exams/", "/results/", "/system-check/", "/tutorial/",
)  # fmt: skip


class LegalMiddleware:
    """Pages that are opened lead to the texts first; what was typed into a form is taken all the same. Costs no
    statement: whether anything is outstanding was noted at sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.method == "GET"
            and not request.path.startswith(ALWAYS_OPEN)
            # Not asked of whoever has no session: what is the same for everybody may be cached by everybody.
            and settings.SESSION_COOKIE_NAME in request.COOKIES
            and request.session.get(OUTSTANDING)
        ):
            return redirect(f"{reverse('privacy:accept')}?{urlencode({'next': request.get_full_path()})}")
        return self.get_response(request)
