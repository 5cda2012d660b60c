"""Headers that every answer carries."""

import logging
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.csp import build_policy

from lms.kit import tracing
from lms.web import figures
from lms.web.http import problem
from lms.web.views import health, metrics

log = logging.getLogger("lms.web.requests")
# Asked every few seconds by machines; their answers would bury the rest.
UNTOLD = frozenset({"/health/live", "/health/ready", "/metrics"})
DOORS = ("/api/", "/health/", "/metrics")
SITE = build_policy(settings.SECURE_CSP)
ADMIN = build_policy(settings.ADMIN_CSP)
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self)"


class TraceMiddleware:
    """Names each request, in what is logged and in the answer, and writes down how it ended.

    What is logged is the pattern of the address and not the address: some of them carry a secret
    (`accounts/password/reset/key/…`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A name from outside is only taken from a proxy of ours: else anybody could write into another's trace.
        given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
        name = tracing.name_of(given)
        begun = time.perf_counter()
        with tracing.under(lambda: _told(request, name)):
            response = self.get_response(request)
            if request.path not in UNTOLD:
                took = time.perf_counter() - begun
                figures.answered(request, response, took)
                log.info(
                    "%s %s %s %.0f ms", request.method, _route(request), response.status_code, took * 1000
                )
        response.headers["X-Request-ID"] = name
        return response


def _told(request: HttpRequest, name: str) -> dict[str, object]:
    # Only a person who was asked for already: a line in the log must not cost a statement.
    person = request.__dict__.get("_cached_user")
    return {
        "request": name,
        "person": getattr(person, "pk", None),
        "organisation": request.__dict__.get("organisation_id"),
    }


def _route(request: HttpRequest) -> str:
    found = request.resolver_match
    return f"/{found.route}" if found else "an address that leads nowhere"


class PolicyMiddleware:
    """The content-security policy: nothing inline and nothing from elsewhere, on every page.

    The Wagtail admin alone gets a wider one, since five of its widget templates carry inline
    scripts; learners, candidates and verifiers never load a page from there. Set as a plain
    header, made once: it costs nothing per request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy", ADMIN if request.path.startswith("/admin/") else SITE
        )
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if request.path_info.startswith(DOORS):
            # What stands further in says this on every page; it isn't reached by what is answered or refused before.
            response.headers.setdefault("X-Content-Type-Options", "nosniff")
            response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
            response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response


class ProblemMiddleware:
    """A JSON door that is knocked at with the wrong method answers like every other refusal there.

    The library answers with bare text before any handler of ours is asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or not request.path.startswith("/api/"):
            return response
        allowed = response.get("Allow", "")
        sentence = (
            f"This door takes {allowed or 'another method'} and not {request.method}. Nothing was changed."
        )
        refused = problem(405, "wrong-method", sentence)
        refused["Allow"] = allowed
        return refused


class HealthMiddleware:
    """Answers `/health/…` and `/metrics` before anything else looks at the request.

    Whoever asks after our health (a proxy, a supervisor) asks by the machine's address, not by the
    institution's name, and without https: no host is refused and nobody redirected here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answers = {
            "/health/live": health.live,
            "/health/ready": health.ready,
            "/health/version": health.version,
            "/metrics": metrics.metrics,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answers.get(request.path, self.get_response)(request)


class DoorMiddleware:
    """Leads requests for `/api/…` straight to their view, past all that only pages need.

    These doors read a token or nothing: no session, no login, no cookie that a foreign page could
    ride on, no messages. A candidate's browser knocks here with every answer, so what stands in
    between costs more than the answer itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_apart(request):
            return self._apart(request)
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        request.get_host()  # a name that is not ours is refused here as everywhere
        found = request.resolver_match = resolve(request.path_info)
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    def _apart(self, request: HttpRequest) -> HttpResponse:
        """On the host of packages: they and static files, and no page, no session, no cookie."""
        if request.path_info.startswith(settings.STATIC_URL):
            return self.get_response(request)
        if not request.path_info.startswith("/packages/"):
            return HttpResponse("There is nothing here.\n", status=404, content_type="text/plain")
        try:
            found = request.resolver_match = resolve(request.path_info)
            request.apart = True  # type: ignore[attr-defined]  # asked by views that answer here alone
            answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
        except Http404:
            return HttpResponse("There is nothing here.\n", status=404, content_type="text/plain")
        return answer


def _is_apart(request: HttpRequest) -> bool:
    wanted: str = settings.PACKAGES_HOST
    if not wanted:
        return False
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    host = host.rstrip(".")
    return host.endswith(wanted) if wanted.startswith(".") else host == wanted
