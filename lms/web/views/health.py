"""Whether the process stands, and whether it can serve."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from lms.kit import gather
from lms.web import readiness


def live(request: HttpRequest) -> JsonResponse:
    """200 when the process answers at all."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> JsonResponse:
    """Each thing that the institution depends on by name. 503 where this machine can't serve at all; what only waits
    (documents, mail, a broker that is down) is named under 200, for every machine would go at once, and with them the
    saving of answers, which needs none of it (docs/decisions/0039-what-ready-means.md)."""
    says = readiness.says()
    stops = any(says[part.key] for part in gather.READINESS if part.stops)
    status = "not ready" if stops else "impaired" if any(says.values()) else "ready"
    body = {"status": status, "checks": {key: said or "ok" for key, said in says.items()}}
    return JsonResponse(body, status=503 if stops else 200)


def version(request: HttpRequest) -> JsonResponse:
    """Which edition of the product answers, and which state of the database it was written for."""
    return JsonResponse({"version": settings.VERSION, "revision": settings.REVISION})
