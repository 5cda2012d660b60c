"""Whether the process stands, and whether it can serve."""

import uuid

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, JsonResponse

from lms.kit import gather


def live(request: HttpRequest) -> JsonResponse:
    """200 when the process answers at all."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the institution can serve, 503 otherwise; each thing it depends on is named."""
    checks = {"database": _asked(_database), "storage": _asked(_storage)}
    checks |= {part.key: _asked(part.check) for part in gather.READINESS}
    fine = not any(checks.values())
    body = {
        "status": "ready" if fine else "not ready",
        "checks": {key: says or "ok" for key, says in checks.items()},
    }
    return JsonResponse(body, status=200 if fine else 503)


def version(request: HttpRequest) -> JsonResponse:
    """Which edition of the product answers, and which state of the database it was written for."""
    return JsonResponse({"version": settings.VERSION, "revision": settings.REVISION})


def _asked(check) -> str:  # type: ignore[no-untyped-def]
    try:
        return check()
    except Exception as fault:
        # Readiness reports every fault of what it asks; it must never break itself.
        return f"{type(fault).__name__}: {fault}"[:200]


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations")
    return ""


def _storage() -> str:
    name = default_storage.save(f"health/{uuid.uuid4()}", ContentFile(b"ready"))
    default_storage.delete(name)
    return ""
