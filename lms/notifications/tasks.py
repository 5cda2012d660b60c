"""Jobs of the notices."""

from datetime import datetime
from uuid import UUID

from lms.jobs import queue
from lms.notifications.actions import calls, delivery, digests


@queue.task("notifications.deliver", lease_seconds=60, attempts=delivery.ATTEMPTS, urgency=queue.Urgency.SLOW)
def deliver(*, key: str) -> None:
    delivery.deliver(key=key)


@queue.task("notifications.digest", urgency=queue.Urgency.SLOW)
def digest(*, person_id: int, due: str) -> None:
    digests.write(person_id=person_id, due=datetime.fromisoformat(due))


@queue.sweep("notifications.digests", seconds=300)
def due_digests() -> None:
    digests.put_due()


@queue.task("notifications.call", lease_seconds=120, attempts=calls.ATTEMPTS, urgency=queue.Urgency.SLOW)
def call(*, uuid: str, round: int) -> None:
    calls.make(uuid=UUID(uuid), round=round)


@queue.sweep("notifications.forget_calls", seconds=6 * 3600)
def forget_calls() -> None:
    calls.forget_old()
