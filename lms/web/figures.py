"""Figures that each process counts for itself, in Prometheus form."""

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

# An answer to a candidate takes a few milliseconds; what takes a second is looked at by hand.
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)

_answers = Counter("auditorium_answers", "Answers given, by class of status.", ["door", "status"])
_seconds = Histogram(
    "auditorium_answer_seconds",
    "How long answers take, from the first line of ours to the last.",
    ["door"],
    buckets=SECONDS,
)


def answered(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Counts one answer: each door of the interface by its name (`/api/v1/sittings/…`), all pages of an app together."""
    door = _door(request)
    _answers.labels(door, f"{response.status_code // 100}xx").inc()
    _seconds.labels(door).observe(seconds)


def _door(request: HttpRequest) -> str:
    found = request.resolver_match
    if found is None:
        return "nowhere"
    if request.path_info.startswith("/api/"):
        return f"{request.method} /{found.route}"
    return found.app_names[0] if found.app_names else "pages"
