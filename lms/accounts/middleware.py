"""What holds on every visit of who has signed in."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from lms.accounts.adapter import WANTED, note_second_factor

# Here pages are in every language that we have; elsewhere they are in English (docs/languages.md).
BILINGUAL = (
    "/accounts/", "/organisations/", "/invitations/", "/openid/", "/my-data/", "/legal/", "/notices/",
    "/basket/", "/checkout/", "/orders/", "/seats/", "/finance/", "/desk/", "/showing/",
    "/exams/", "/entries/", "/accommodation/", "/system-check/", "/tutorial/", "/sittings/", "/results/", "/coursework/",
    "/schemes/", "/applications/", "/references/", "/certificates/",
)  # fmt: skip
OPEN = ("/accounts/", settings.STATIC_URL, "/health/", "/api/", "/about/")


class AccountsMiddleware:
    """Speaks a person's language on their own pages (BILINGUAL), and keeps from all others whoever holds an office
    and has no second factor yet.

    Whether one is wanted is found out when somebody signs in (`adapter.AccountAdapter`), and again after each change
    of their factors: other visits cost no statement.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise Http404  # no name has it, and PostgreSQL refuses to be asked
        if not request.path.startswith(BILINGUAL):
            return self._second_factor(request) or self.get_response(request)
        with translation.override(language_of(request)):
            response = self._second_factor(request) or self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
            patch_vary_headers(response, ["Accept-Language"])
        if request.method == "POST" and request.path.startswith("/accounts/2fa/"):
            note_second_factor(request)
        return response

    def _second_factor(self, request: HttpRequest) -> HttpResponse | None:
        # Not asked of whoever has no session: what is the same for everybody may be cached by everybody.
        if request.path.startswith(OPEN) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not request.session.get(WANTED):
            return None
        note_second_factor(request)
        if not request.session.get(WANTED):
            return None
        messages.warning(
            request,
            _(
                "Your office asks for a second factor: whoever learns your password must not get in. Set up an"
                " authenticator app or a passkey here; then all your work is open."
            ),
        )
        return redirect("mfa_index")


def language_of(request: HttpRequest) -> str:
    """The person's own language, or what the browser asks for."""
    if request.user.is_authenticated:
        return str(getattr(request.user, "language", settings.LANGUAGE_CODE))
    return translation.get_language_from_request(request)
