"""Jobs of the notices."""

from uuid import UUID

from lms.jobs import queue
from lms.notifications.actions import calls, delivery


@queue.task("notifications.deliver", lease_seconds=60, attempts=12, urgency=queue.Urgency.SLOW)
def deliver(*, key: str) -> None:
    delivery.deliver(key=key)


@queue.task("notifications.call", lease_seconds=120, attempts=calls.ATTEMPTS, urgency=queue.Urgency.SLOW)
def call(*, uuid: str, round: int) -> None:
    calls.make(uuid=UUID(uuid), round=round)


@queue.sweep("notifications.forget_calls", seconds=6 * 3600)
def forget_calls() -> None:
    calls.forget_old()
