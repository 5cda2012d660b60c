"""The digest: what a reader wants to be told once a day, in one letter."""

from datetime import datetime

from django.db import transaction

from lms.db import clock
from lms.jobs import queue
from lms.kit import gather
from lms.notifications import outbox
from lms.notifications.models import Notice
from lms.notifications.states import NOTICE, NoticeState


def put_due() -> None:
    """Puts a job for each reader whose digest is due."""
    held = Notice.objects.filter(state=NoticeState.HELD, due_at__lte=clock.now())
    with transaction.atomic(), queue.together():
        for person_id, due_at in held.values_list("person_id", "due_at").distinct():
            due = (
                due_at.isoformat() if due_at else ""
            )  # held without a time there is none: the database says so
            queue.put(
                "notifications.digest", key=f"{person_id}:{due}", payload={"person_id": person_id, "due": due}
            )


def write(*, person_id: int, due: datetime) -> None:
    """One letter of all that a reader's digest of that time holds, put into the outbox. Called again it finds nothing."""
    at = clock.now()
    with transaction.atomic():
        held = list(
            Notice.objects.select_for_update()
            .filter(person_id=person_id, state=NoticeState.HELD, due_at__lte=due)
            .order_by("pk")
        )
        reader = gather.readers([person_id]).get(person_id)
        if not held or reader is None:
            return
        for notice in held:
            notice.state, notice.sent_at = NOTICE.after(notice.state, "send"), at
        Notice.objects.bulk_update(held, ["state", "sent_at"])
        outbox.put(
            "notifications.digest",
            key=f"digest:{person_id}:{due.isoformat()}",
            to=reader.email,
            person_id=person_id,
            context={
                "name": reader.name,
                "items": [{"subject": notice.subject, "text": notice.said} for notice in held],
            },
            at=at,
        )
