"""Jobs of the notices."""

from lms.jobs import queue
from lms.notifications.actions import delivery


@queue.task("notifications.deliver", lease_seconds=60, attempts=12)
def deliver(*, key: str) -> None:
    delivery.deliver(key=key)
