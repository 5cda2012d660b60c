"""What applicants write down of their practice: posts, and hours of projects or audits."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from certificates.actions import evidence
from certificates.models import DecisionGround, LogEntry, Scheme
from certificates.states import EvidenceKind
from lms.db import clock


class UnknownEntry(LookupError):
    """This person has no such entry, or has taken it back."""


class InUse(Exception):
    """A decision rests on this entry."""


@dataclass(frozen=True)
class Written:
    """One entry as its applicant writes it: `kind` is experience or hours; without `ends_on` a post goes on."""

    kind: str
    organisation: str
    role: str
    text: str
    contact: str
    begins_on: date
    ends_on: date | None
    in_field: bool
    hours: int


def write(*, person_id: int, scheme_key: str, written: Written, use_key: UUID) -> LogEntry:
    """Writes an entry down and takes it as evidence; a form sent twice (the same `use_key`) leaves one.

    Raises Scheme.DoesNotExist.
    """
    scheme = Scheme.objects.get(key=scheme_key)
    with transaction.atomic():
        entry, fresh = LogEntry.objects.get_or_create(
            uuid=use_key,
            defaults={"person_id": person_id, "scheme": scheme, "written_at": clock.now(), **vars(written)},
        )
        if fresh:
            experience = written.kind == EvidenceKind.EXPERIENCE
            evidence.take(
                source=_source(entry),
                person_id=person_id,
                kind=written.kind,
                scheme_key=scheme_key,
                facts={
                    "begins_on": written.begins_on.isoformat(),
                    "ends_on": written.ends_on.isoformat() if written.ends_on else "",
                    "in_field": written.in_field,
                    "hours": written.hours,
                },
                # Experience counts from its first day on, hours when they were worked.
                occurred_on=written.begins_on if experience else (written.ends_on or written.begins_on),
                assessed_by_id=None,
            )
    return entry


def take_back(*, entry_uuid: UUID, person_id: int) -> None:
    """Takes an entry back: it no longer counts, and stays on record. Done twice it is done once.

    Raises UnknownEntry, and InUse where a decision rests on it.
    """
    at = clock.now()
    with transaction.atomic():
        entry = (
            LogEntry.objects.select_for_update(of=("self",))
            .select_related("scheme")
            .filter(uuid=entry_uuid, person_id=person_id)
            .first()
        )
        if entry is None:
            raise UnknownEntry(entry_uuid)
        if entry.taken_back_at is not None:
            return
        if DecisionGround.objects.filter(evidence__source=_source(entry)).exists():
            raise InUse(entry_uuid)
        entry.taken_back_at = at
        entry.save(update_fields=["taken_back_at"])
        evidence.take(
            source=f"certificates.log_taken_back:{entry.uuid}",
            person_id=person_id,
            kind=EvidenceKind.RETRACTED,
            scheme_key=entry.scheme.key,
            facts={"retracts": _source(entry)},
            occurred_on=at.date(),
            assessed_by_id=None,
        )


def _source(entry: LogEntry) -> str:
    return f"certificates.log:{entry.uuid}"
