"""What the organisations hear: that one of their addresses is called no more."""

from datetime import datetime
from typing import Any

from lms.jobs import queue
from lms.notifications.signals import endpoint_silenced


def write_of_silenced(
    *, organisation_id: str, endpoint_uuid: str, url: str, at: datetime, **facts: Any
) -> None:
    queue.put(
        "organisations.tell_of_silenced",
        key=f"{endpoint_uuid}:{at.isoformat()}",
        payload={
            "organisation_id": organisation_id,
            "endpoint_uuid": endpoint_uuid,
            "url": url,
            "since": at.isoformat(),
        },
    )


endpoint_silenced.connect(write_of_silenced, dispatch_uid="organisations.write_of_silenced")
