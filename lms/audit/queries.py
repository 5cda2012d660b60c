"""Reading the trail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from lms.audit.models import Entry, Origin, Seal
from lms.audit.rules import chain
from lms.audit.rules.chain import Finding, Row, Sealed
from lms.db import clock

UNSEALED_AFTER = timedelta(minutes=10)
AT_ONCE = 2_000


@dataclass(frozen=True)
class Wanted:
    """What is searched for; empty fields ask for nothing. `subject` and `verb` are beginnings."""

    verb: str = ""
    subject: str = ""
    actor_id: int | None = None
    since: date | None = None
    until: date | None = None


def entries_of(subject: str) -> QuerySet[Entry]:
    """What has been done to one thing, the oldest first."""
    return Entry.objects.filter(subject=subject).order_by("id")


def search(wanted: Wanted) -> QuerySet[Entry]:
    """The entries that answer to all that is wanted, the newest first, each with the `address` that it was done from
    where that is still known."""
    address = Origin.objects.filter(uuid=OuterRef("origin")).values("address")[:1]
    found = Entry.objects.order_by("-id").annotate(address=Subquery(address))
    if wanted.verb:
        found = found.filter(verb__startswith=wanted.verb)
    if wanted.subject:
        found = found.filter(subject__startswith=wanted.subject)
    if wanted.actor_id is not None:
        found = found.filter(Q(actor_id=wanted.actor_id) | Q(behind_id=wanted.actor_id))
    if wanted.since:
        found = found.filter(at__date__gte=wanted.since)
    if wanted.until:
        found = found.filter(at__date__lte=wanted.until)
    return found


def row(entry: Entry) -> Row:
    """An entry as it is digested."""
    return Row(
        id=entry.pk,
        verb=entry.verb,
        subject=entry.subject,
        actor=entry.actor_id,
        organisation=str(entry.organisation_id) if entry.organisation_id else None,
        at=entry.at,
        facts=entry.facts,
        behind=entry.behind_id,
        origin=str(entry.origin) if entry.origin else None,
    )


def highest_sealed() -> int:
    """The greatest number of an entry that has a seal; 0 where none has."""
    return Seal.objects.aggregate(top=Max("entry_id"))["top"] or 0


def head() -> str:
    """Place and value of the last seal, as `verify_trail --head` takes them; empty before the first."""
    last = Seal.objects.order_by("-place").first()
    return str(last) if last else ""


def findings(heads: Mapping[int, str]) -> Iterator[Finding]:
    """Everything in the whole trail that is not as it was sealed, or has no seal though it is ten minutes old."""
    yield from chain.findings(_sealed(), heads=heads)
    overdue = Entry.objects.filter(at__lt=clock.now() - UNSEALED_AFTER)
    for entry in overdue.exclude(Exists(Seal.objects.filter(entry_id=OuterRef("pk")))).order_by("pk"):
        yield Finding("unsealed", f"Entry {entry.pk} ({entry.verb}) has no seal.")


def unsealed() -> str:
    """For readiness: a sentence where entries wait for their seal for more than ten minutes."""
    overdue = Entry.objects.filter(pk__gt=highest_sealed(), at__lt=clock.now() - UNSEALED_AFTER)
    return (
        "entries of the audit trail wait for their seal; does the scheduler run?" if overdue.exists() else ""
    )


def _sealed() -> Iterator[Sealed]:
    """The seals in order of place, each with its entry, a few thousand at a time."""
    place = 0
    while seals := list(Seal.objects.filter(place__gt=place).order_by("place")[:AT_ONCE]):
        entries = Entry.objects.in_bulk([seal.entry_id for seal in seals])
        for seal in seals:
            entry = entries.get(seal.entry_id)
            yield Sealed(
                seal.place, seal.entry_id, seal.digest, seal.chain, row(entry) if entry is not None else None
            )
        place = seals[-1].place
