"""The door of the notices: say it in the transaction that makes it true."""

import operator
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from lms.jobs import queue
from lms.kit import gather
from lms.notifications.models import Call, Endpoint, Notice, Undeliverable
from lms.notifications.rules import webhooks
from lms.notifications.states import NOTICE, EndpointState, NoticeState


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
    What it is about (`gather.NOTICE_KINDS`) says whether its reader may choose how to be told.
    """
    category = gather.category_of(kind)
    row = Notice(
        kind=kind,
        key=key,
        category=category,
        in_app=person_id is not None and category != gather.Category.ACCOUNT,
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
        emptied += _empty(Notice.objects.filter(asked))
    return emptied


def erase_of(*, person_id: int) -> int:
    """Empties every notice to a person, inside the caller's transaction, and takes back marks on their addresses."""
    mine = Notice.objects.filter(person_id=person_id)
    addresses = {to.lower() for to in mine.values_list("to", flat=True)}
    Undeliverable.objects.filter(address__in=addresses).delete()
    return _empty(mine)


def erase_before(before: datetime) -> int:
    """Empties notices that were written before a moment and wait for nothing."""
    with transaction.atomic():
        return _empty(
            Notice.objects.filter(created_at__lt=before).exclude(
                state__in=[NoticeState.WAITING, NoticeState.HELD, NoticeState.ERASED]
            )
        )


def _empty(rows: QuerySet[Notice]) -> int:
    emptied = 0
    for row in rows.select_for_update():
        if NOTICE.may(row.state, "erase"):
            row.state = NOTICE.after(row.state, "erase")
            row.to, row.person_id, row.context = "", None, {}
            row.subject = row.text = row.html = row.fault = ""
            row.in_app = False
            row.save()
            emptied += 1
    return emptied


def call(kind: str, *, key: str, organisation_id: UUID, data: Mapping[str, Any], at: datetime) -> None:
    """Writes a signed message for every address of an organisation that is called or paused, once for each `key`.

    `kind` is a dotted name, `data` plain JSON. What it says leaves the house: no more about a person than the
    receiver may know, for nobody takes it back.
    """
    endpoints = Endpoint.objects.filter(organisation_id=organisation_id).exclude(state=EndpointState.ENDED)
    for endpoint in endpoints:
        put_call(endpoint, kind, key=key, data=data, at=at)


def put_call(endpoint: Endpoint, kind: str, *, key: str, data: Mapping[str, Any], at: datetime) -> Call:
    """Writes a message for one address, once for each `key`, and the job of calling it unless it is paused."""
    body = webhooks.body(kind, at=at, data=data)
    row, made = Call.objects.get_or_create(
        endpoint=endpoint, key=key, defaults={"kind": kind, "body": body, "put_at": at}
    )
    if made and endpoint.state == EndpointState.ACTIVE:
        put_job(row)
    return row


def put_job(row: Call) -> None:
    """Puts the job of one round of a call."""
    payload = {"uuid": str(row.uuid), "round": row.round}
    queue.put("notifications.call", key=f"{row.uuid}:{row.round}", payload=payload)
