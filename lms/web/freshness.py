"""What may be kept of an answer, and by whom; and no bytes to who has the page already."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

# Anybody on the way may keep it, and asks each time whether it is still true.
FOR_ALL = "public, no-cache"
FOR_ONE = "private, no-cache"


class FreshnessMiddleware:
    """Says of each page that says nothing of it itself what may be kept of it.

    A page that a visitor without an account gets is the same for all of them: it carries an ETag of its content, and who
    shows it again is answered 304 without a body. Never is an answer taken from somewhere without the house being asked,
    so that what was changed is seen at once. What is for one person, sets a cookie or holds a form's token is private, and
    has no ETag. Must stand within GZip, which draws random bytes into what it packs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD") or response.has_header("Cache-Control"):
            return response
        if not _is_for_all(request, response):
            response.headers["Cache-Control"] = FOR_ONE
            return response
        assert isinstance(response, HttpResponse)
        response.headers["Cache-Control"] = FOR_ALL
        # Also where nobody looked for a session: whoever has one is shown another head of the same page.
        patch_vary_headers(response, ["Cookie"])
        if not response.has_header("ETag"):
            response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def _is_for_all(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
        # A form's token is drawn anew for each answer, and belongs to who asked.
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    )
