"""What readers do with their notices: read them, and choose how to be told."""

from collections.abc import Mapping

from django.db import transaction

from lms.audit import trail
from lms.db import clock
from lms.notifications.models import Notice, Preference
from lms.notifications.rules.ways import CHOSEN, Way


def read(*, person_id: int, notice_id: int | None = None) -> int:
    """Notes that one notice, or all of them, are read; answers how many were not before."""
    unread = Notice.objects.filter(person_id=person_id, in_app=True, read_at=None).exclude(text="")
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    return unread.update(read_at=clock.now())


def prefer(*, person_id: int, chosen: Mapping[str, str]) -> None:
    """How a person wants to be told of each category that may be chosen. Raises ValueError for one that may not."""
    ways = {category: Way(way) for category, way in chosen.items()}
    if not set(ways) <= set(CHOSEN):
        raise ValueError("a binding notice can't be turned off")
    with transaction.atomic():
        for category, way in ways.items():
            Preference.objects.update_or_create(person_id=person_id, category=category, defaults={"way": way})
        trail.record(
            "notifications.preferences.changed",
            subject=f"accounts.person:{person_id}",
            at=clock.now(),
            actor_id=person_id,
            facts=ways,
        )
