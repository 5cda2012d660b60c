"""The door of the notices: say it in the transaction that makes it true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms.jobs import queue
from lms.notifications.models import Notice


def put(
    kind: str,
    *,
    key: str,
    to: str,
    person_id: int | None,
    context: Mapping[str, Any],
    at: datetime,
    subject: str = "",
    text: str = "",
    html: str = "",
) -> None:
    """Writes a notice and the job of sending it, once for each `key`.

    Without `text`, the words come from `templates/notifications/<kind>.subject.txt`, `.txt` and
    `.html`, filled from `context` (plain JSON) when it is sent. With `text` they are taken as given.
    """
    row = Notice(
        kind=kind,
        key=key,
        to=to,
        person_id=person_id,
        context=dict(context),
        created_at=at,
        subject=subject,
        text=text,
        html=html,
    )
    Notice.objects.bulk_create([row], ignore_conflicts=True)
    queue.put("notifications.deliver", key=key, payload={"key": key})
