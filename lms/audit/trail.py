"""The door of the audit trail."""

import contextlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.audit.models import Entry, Origin


@dataclass
class Asked:
    """The request in which acts are done: from which address, and who is behind the person who seems to do them."""

    address: str
    behind_id: int | None = None
    uuid: UUID = field(default_factory=uuid.uuid4)


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


@dataclass(frozen=True)
class Act:
    """What was done to one of many things; `subject`, `facts` and `organisation_id` are those of `record`."""

    subject: str
    facts: Mapping[str, Any]
    organisation_id: UUID | None


def record(
    verb: str,
    *,
    subject: str,
    at: datetime,
    actor_id: int | None,
    facts: Mapping[str, Any] | None = None,
    organisation_id: UUID | None = None,
) -> None:
    """Writes one entry, in the caller's transaction: the act and its trace stand or fall together.

    `verb` is app, thing and past participle (`exams.result.released`); `subject` is the thing's kind
    and number (`exams.result:17`); `facts` is plain JSON without names or addresses of people.
    """
    Entry.objects.create(
        verb=verb,
        subject=subject,
        at=at,
        actor_id=actor_id,
        facts=dict(facts or {}),
        organisation_id=organisation_id,
        **_whence(at, actor_id),
    )


def record_all(verb: str, acts: Iterable[Act], *, at: datetime, actor_id: int | None) -> None:
    """Writes an entry for each of many acts of one kind, in the caller's transaction, with one statement."""
    whence = _whence(at, actor_id)
    Entry.objects.bulk_create(
        Entry(
            verb=verb,
            subject=act.subject,
            at=at,
            actor_id=actor_id,
            facts=dict(act.facts),
            organisation_id=act.organisation_id,
            **whence,
        )
        for act in acts
    )


@contextlib.contextmanager
def asked_from(address: str) -> Iterator[None]:
    """Whatever is recorded within was asked for from this address of the network."""
    token = _asked.set(Asked(address))
    try:
        yield
    finally:
        _asked.reset(token)


def act_behind(person_id: int) -> None:
    """From here to the end of the request this person acts in the place of whoever is recorded."""
    asked = _asked.get()
    if asked is not None:
        asked.behind_id = person_id


def _whence(at: datetime, actor_id: int | None) -> dict[str, Any]:
    asked = _asked.get()
    if asked is None:
        return {}
    # Asked for again in one request it is there already; written anew, should the first have been undone.
    by = asked.behind_id or actor_id
    Origin.objects.bulk_create(
        [Origin(uuid=asked.uuid, address=asked.address, person_id=by, at=at)], ignore_conflicts=True
    )
    return {"origin": asked.uuid, "behind_id": asked.behind_id}
