"""What courses hears: it puts a job."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lms.billing.signals import entitlement_revoked
from lms.jobs import queue


def end_places(entitlement_id: int, use_keys: Sequence[str], at: datetime, **facts: Any) -> None:
    """A right was ended: the places in courses that it was used for, and that nobody had begun, end with it."""
    for use_key in use_keys:
        if use_key.startswith("courses.enrolment:"):
            queue.put("courses.end_place", key=f"{use_key}:{at.isoformat()}", payload={"use_key": use_key})


entitlement_revoked.connect(end_places, dispatch_uid="courses.end_places")
