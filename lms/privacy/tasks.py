"""Jobs of privacy."""

from uuid import UUID

from lms.jobs import queue
from lms.privacy.actions import archives, erasures, retention


@queue.task("privacy.archive", lease_seconds=600, urgency=queue.Urgency.SLOW)
def archive(*, uuid: str) -> None:
    archives.make(uuid=UUID(uuid))


@queue.task("privacy.erase", lease_seconds=300)
def erase(*, person_id: int) -> None:
    erasures.erase(person_id=person_id)


@queue.sweep("privacy.retention", seconds=24 * 3600, urgency=queue.Urgency.SLOW)
def let_go() -> None:
    retention.let_go()
