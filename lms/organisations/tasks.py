"""Jobs of the organisations."""

from datetime import datetime
from uuid import UUID

from lms.jobs.queue import task
from lms.organisations.actions import letters


@task("organisations.tell_of_silenced")
def tell_of_silenced(*, organisation_id: str, endpoint_uuid: str, url: str, since: str) -> None:
    letters.tell_of_silenced(
        organisation_id=UUID(organisation_id),
        endpoint_uuid=UUID(endpoint_uuid),
        url=url,
        since=datetime.fromisoformat(since),
    )
