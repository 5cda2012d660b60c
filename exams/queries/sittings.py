"""Reads about entries, sittings and the responses in them. A sitting is visible to its candidate alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from exams.models import Entry, LateResponse, ResponseEvent, ResponseStamp, Sitting, SittingChange
from exams.queries import archives
from exams.rules.acceptance import Event
from exams.rules.chain import Link
from exams.states import SittingState
from lms.db import clock


class UnknownSitting(LookupError):
    """There is no such sitting for this person."""


class UnknownEntry(LookupError):
    """There is no such entry for this person."""


@dataclass(frozen=True)
class Recorded:
    """The response events of a sitting in the order of their arrival, and the last link of their chain, if any."""

    events: list[Event]
    head: bytes | None


def sitting(uuid: UUID, *, person_id: int) -> Sitting:
    """One's own sitting with its exam and one's marks; without the form's package. Raises UnknownSitting."""
    found = (
        Sitting.objects.filter(uuid=uuid, candidate_id=person_id)
        .select_related("exam", "form", "entry", "desk")
        .defer("form__package", "form__keys")
        .first()
    )
    if found is None:
        raise UnknownSitting(uuid)
    return found


def entry(uuid: UUID, *, person_id: int) -> Entry:
    """One's own entry with exam, agreement, window and sitting; raises UnknownEntry."""
    found = (
        Entry.objects.filter(uuid=uuid, candidate_id=person_id)
        .select_related("exam__blueprint", "agreement", "window", "sitting")
        .first()
    )
    if found is None:
        raise UnknownEntry(uuid)
    return found


def changes_of_entry(entry: Entry) -> list[datetime]:
    """When an entry was rescheduled or cancelled, in order. One statement."""
    rows = SittingChange.objects.filter(sitting__entry=entry, event__in=["reschedule", "cancel"])
    return list(rows.order_by("id").values_list("at", flat=True))


def events(sitting_id: int) -> list[Event]:
    """Every response event of a sitting that is not over; of one that is, ask `recorded`. One statement."""
    rows = ResponseEvent.objects.filter(sitting_id=sitting_id).values_list(
        "epoch", "seq", "position", "value"
    )
    return [Event(*row) for row in rows]


def links(sitting_id: int, *, is_over: bool = True) -> list[Link]:
    """Every response event of a sitting as it stands in the chain, in its order, wherever it lies. One statement; where there
    are none of one that `is_over` for good, one more, and the archive where it has them."""
    claims = ResponseStamp.objects.filter(sitting_id=OuterRef("sitting_id"), number=OuterRef("number"))
    rows = ResponseEvent.objects.filter(sitting_id=sitting_id).order_by("number")
    rows = rows.annotate(stamped_at=Subquery(claims.values("stamped_at")))
    names = ("number", "epoch", "seq", "position", "value", "at", "stamped_at", "digest")
    # PostgreSQL hands out a view of its buffer, SQLite bytes.
    found = rows.values_list(*names)
    read = [
        Link(n, epoch, seq, place, value, at, claim, bytes(d))
        for n, epoch, seq, place, value, at, claim, d in found
    ]
    archived = archives.of_sitting(sitting_id) if is_over and not read else None
    return read if archived is None else list(archived.links)


def late(sitting: Sitting) -> list[LateResponse]:
    """What came too late, in the order of its arrival, wherever it lies. One statement; of a sitting that is marked,
    one more."""
    found = list(LateResponse.objects.filter(sitting=sitting).order_by("at", "epoch", "seq"))
    archived = archives.of_sitting(sitting.pk) if sitting.state == SittingState.MARKED else None
    if archived is None:
        return found
    # What came after the sitting was archived stands in the table.
    rows = [LateResponse(sitting=sitting, **one.__dict__) for one in archived.late]
    return sorted([*found, *rows], key=lambda row: (row.at, row.epoch, row.seq))


def recorded(sitting_ids: Sequence[int], *, open_ones: bool = False) -> dict[int, Recorded]:
    """What was answered in each of these sittings, by its number, wherever it lies. One statement; unless they are `open_ones`,
    one more where some have nothing, and the archives that have it."""
    rows = ResponseEvent.objects.filter(sitting_id__in=sitting_ids).order_by("sitting_id", "number")
    names = ("sitting_id", "epoch", "seq", "position", "value", "digest")
    found = {sitting_id: Recorded([], None) for sitting_id in sitting_ids}
    last: dict[int, Any] = {}
    for sitting_id, epoch, seq, position, value, digest in rows.values_list(*names):
        found[sitting_id].events.append(Event(epoch, seq, position, value))
        last[sitting_id] = digest
    found |= {key: Recorded(found[key].events, bytes(digest)) for key, digest in last.items()}
    empty = [] if open_ones else [key for key, one in found.items() if not one.events]
    for key, kept in archives.of_sittings(empty) if empty else ():
        said = [Event(one.epoch, one.seq, one.position, one.value) for one in kept.links]
        found[key] = Recorded(said, kept.links[-1].digest)
    return found


def of_person(person_id: int) -> list[Sitting]:
    """A person's sittings, the latest first, with exam and result."""
    return list(
        Sitting.objects.filter(candidate_id=person_id)
        .select_related("exam", "entry", "result")
        .defer("exam__summary")
        .order_by("-entry__entered_at", "-id")
    )


def timed(rows: QuerySet[Sitting]) -> QuerySet[Sitting]:
    """The rows with the time of the statement that reads them, where the database keeps the clock: several
    web machines then share one time, and it costs no statement of its own."""
    if connection.vendor != "postgresql":
        return rows
    expression, parameters = clock.sql_now()
    return rows.annotate(read_at=RawSQL(expression, parameters, output_field=models.DateTimeField()))  # noqa: S611  (the clock's own words, no input)


def time_of(sitting: Sitting) -> datetime:
    """When a row of `timed` was read; asked for once the lock is held."""
    return getattr(sitting, "read_at", None) or clock.now()
