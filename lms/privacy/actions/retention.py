"""Letting go of what is old."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from lms.audit import trail
from lms.db import clock
from lms.kit import gather


def let_go() -> dict[str, int]:
    """Has every app let go of what is older than the settings say; answers how many rows of each. Leaves a trail entry
    where there were any."""
    at = clock.now()
    counts = {}
    for part in gather.RETENTION:
        counts[part.key] = part.forget(at - timedelta(days=settings.RETENTION[part.key]))
    if gone := {key: count for key, count in counts.items() if count}:
        with transaction.atomic():
            trail.record(
                "privacy.retention.applied", subject="privacy.retention:1", at=at, actor_id=None, facts=gone
            )
    return counts
