"""What must not be opened to the public: a production whose settings would lose or disclose something.

Settings that can't be read at all, and secrets that are missing, end the start in `lms/settings.py` already.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

TAG = "safety"


def check(app_configs: Any = None, **_: Any) -> Sequence[CheckMessage]:
    """An error for each thing that makes a production unsafe, with what to do about it. None in other modes."""
    if not settings.PRODUCTION:
        return []
    return [Error(says, hint=hint, id=f"safety.{key}") for key, wrong, says, hint in _findings() if wrong]


def refuse_if_unsafe() -> None:
    """Raises ImproperlyConfigured with a sentence for each error of `check`."""
    found = run_checks(tags=[TAG])
    if found:
        raise ImproperlyConfigured(" ".join(f"{one.msg} {one.hint}" for one in found))


def _findings() -> Sequence[tuple[str, bool, str, str]]:
    several = settings.MACHINES > 1
    many = f"MACHINES is {settings.MACHINES}, but"
    return [
        ("debug", settings.DEBUG, "DEBUG is on: every fault would show its inside.", "Set MODE=production."),
        (
            "secrets",
            settings.SECRETS.django == settings.SECRETS.sitting_token,
            "SECRET_KEY and SITTING_TOKEN_KEY are the same: who has one has both.",
            "Set a different random text for each.",
        ),
        (
            "cookies",
            not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE)
            or not settings.SESSION_COOKIE_NAME.startswith("__Host-"),
            "Cookies would travel without https, or could be set by a neighbouring name.",
            "Set PUBLIC_URL to an https address.",
        ),
        (
            "mail",
            settings.MAILERS["default"]["BACKEND"].endswith("console.EmailBackend"),
            "Mail would be printed on the console and reach nobody.",
            "Set EMAIL_URL to your mail server.",
        ),
        (
            "database",
            several and connection.vendor == "sqlite",
            f"{many} the database is SQLite: a file that each machine would have for itself.",
            "Set DATABASE_URL to a PostgreSQL database.",
        ),
        (
            "broker",
            several and settings.CELERY_BROKER_URL.startswith("filesystem:"),
            f"{many} bells are files, which other machines can't hear.",
            "Set BROKER_URL to a Redis or RabbitMQ.",
        ),
        (
            "cache",
            several and "locmem" in settings.CACHES["default"]["BACKEND"],
            f"{many} throttles count in the memory of each process.",
            "Set CACHE_URL to a Redis.",
        ),
        (
            "storage",
            several and settings.STORAGES["default"]["BACKEND"].endswith("FileSystemStorage"),
            f"{many} documents lie on the disk of whichever made them.",
            "Set STORAGE_BUCKET to S3-type storage.",
        ),
    ]
