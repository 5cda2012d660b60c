"""The door of the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.audit.models import Entry


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
