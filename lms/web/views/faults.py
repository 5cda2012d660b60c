"""Pages for what went wrong: what happened, what is safe, what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lms.web.http import problem


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _fault(request, 400, "bad-request", "The request could not be read, and nothing was changed.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _fault(
        request, 403, "not-permitted", "Your account has no permission for this. Nothing was changed."
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _fault(request, 404, "not-found", "There is nothing at this address, or it is not yours to see.")


def too_many(request: HttpRequest) -> HttpResponse:
    return _fault(
        request, 429, "too-many-requests", "That was too often. Nothing was changed; wait, and try again."
    )


def broken(request: HttpRequest) -> HttpResponse:
    # Rendered without context processors: whatever broke the page may break them too.
    if request.path.startswith("/api/"):
        return problem(
            500, "broken", "Something broke on our side. What was acknowledged before is safe; try again."
        )
    return HttpResponse(render(None, "500.html").content, status=500)  # type: ignore[arg-type]


def _fault(request: HttpRequest, status: int, code: str, sentence: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(status, code, sentence)
    return render(request, f"{status}.html", {"sentence": sentence}, status=status)
