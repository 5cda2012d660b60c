"""Whether the process stands, and whether it can serve."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from lms.kit import gather


def live(request: HttpRequest) -> JsonResponse:
    """200 when the process answers at all."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the institution can serve, 503 otherwise; each thing it depends on is named."""
    checks = {part.key: part.says() for part in gather.READINESS}
    fine = not any(checks.values())
    body = {
        "status": "ready" if fine else "not ready",
        "checks": {key: says or "ok" for key, says in checks.items()},
    }
    return JsonResponse(body, status=200 if fine else 503)


def version(request: HttpRequest) -> JsonResponse:
    """Which edition of the product answers, and which state of the database it was written for."""
    return JsonResponse({"version": settings.VERSION, "revision": settings.REVISION})
