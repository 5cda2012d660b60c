"""The door of the audit trail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.audit.models import Entry


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
    )


def record_all(verb: str, acts: Iterable[Act], *, at: datetime, actor_id: int | None) -> None:
    """Writes an entry for each of many acts of one kind, in the caller's transaction, with one statement."""
    Entry.objects.bulk_create(
        Entry(
            verb=verb,
            subject=act.subject,
            at=at,
            actor_id=actor_id,
            facts=dict(act.facts),
            organisation_id=act.organisation_id,
        )
        for act in acts
    )
