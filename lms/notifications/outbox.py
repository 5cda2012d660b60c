"""The door of the notices: say it in the transaction that makes it true."""

import operator
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from itertools import batched
from typing import Any

from django.db.models import Q

from lms.jobs import queue
from lms.notifications.models import Notice
from lms.notifications.states import NOTICE


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


def erase(*, keys: Iterable[str]) -> int:
    """Empties notices of address, person, facts and words, inside the caller's transaction; returns how many. A key that
    ends in a colon is that of every notice whose key begins so.

    What still waits is never sent. Called again it finds nothing left to empty.
    """
    emptied = 0
    for some in batched(dict.fromkeys(keys), 200):
        asked = reduce(operator.or_, (Q(key__startswith=k) if k.endswith(":") else Q(key=k) for k in some))
        for row in Notice.objects.select_for_update().filter(asked):
            if NOTICE.may(row.state, "erase"):
                row.state = NOTICE.after(row.state, "erase")
                row.to, row.person_id, row.context = "", None, {}
                row.subject = row.text = row.html = ""
                row.save(update_fields=["state", "to", "person_id", "context", "subject", "text", "html"])
                emptied += 1
    return emptied
