"""Taking the events of sittings that are over for good out of the tables, into sealed files; and giving them back."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import IO, Final
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from exams.models import (
    AnswerFile,
    Appeal,
    ArchivedSitting,
    EventArchive,
    LateResponse,
    ResponseEvent,
    ResponseStamp,
    Script,
    Sitting,
)
from exams.queries import archives as queries
from exams.queries import sittings, verification
from exams.rules import archives as rules
from exams.rules.archives import Kept, LateEvent
from exams.states import AnswerFileState, AppealState, ResultState, ScriptState, SittingState
from lms.audit import trail
from lms.db import clock

MOST: Final = 2_000  # sittings of one file, which is written, read back and taken out in one go
TABLES: Final = (ResponseStamp, LateResponse, ResponseEvent)


class Damaged(Exception):
    """What was stored is not what was written, or no longer what was sealed; nothing was taken out or given back."""


class Unstored(Exception):
    """The storage did not take a file; says what it said. Nothing was taken out."""


@dataclass(frozen=True)
class Made:
    """What became of the sittings that were looked at. `faults` are of those that do not hold and stay where they are."""

    archive: EventArchive | None
    faults: tuple[str, ...]


def ripe(before: date) -> QuerySet[Sitting]:
    """Sittings that were handed in before a day and are over for good: marked, their result released or annulled, and no
    appeal, script or file of answers open."""
    midnight = datetime.combine(before, time.min, UTC)
    appeals = Appeal.objects.filter(
        result__sitting=OuterRef("pk"), state__in=[AppealState.LODGED, AppealState.HEARING]
    )
    scripts = Script.objects.filter(sitting=OuterRef("pk")).exclude(state=ScriptState.FINAL)
    waiting = [AnswerFileState.RECEIVED, AnswerFileState.PROPOSED]
    files = AnswerFile.objects.filter(sitting=OuterRef("pk"), state__in=waiting)
    return Sitting.objects.filter(
        ~Exists(appeals),
        ~Exists(scripts),
        ~Exists(files),
        state=SittingState.MARKED,
        submitted_at__lt=midnight,
        archived__isnull=True,
        chain_length__gt=0,
        result__state__in=[ResultState.RELEASED, ResultState.ANNULLED],
    ).order_by("pk")


def archive(*, before: date, after_id: int = 0, most: int = MOST) -> tuple[Made, int]:
    """Archives so many ripe sittings after the one of an id; and the id of the last one looked at, 0 when there is none.

    Each is verified first, and one that does not hold stays where it is. The file is stored and read back before anything
    is removed; then place, seal and removal are one transaction, with an entry in the trail. Killed at whatever moment, a
    sitting has its events in the tables or in a sealed archive. Raises Damaged where storage does not give back what it took, and Unstored where it takes nothing.
    """
    found = list(ripe(before).filter(pk__gt=after_id).select_related("form").defer("form__package")[:most])
    if not found:
        return Made(None, ()), 0
    sound, faults = [], []
    for one in found:
        fault = verification.finding(one.uuid).fault
        if fault:
            faults.append(f"Sitting {one.uuid} does not hold: {fault}. It was left where it is.")
        else:
            sound.append(one)
    made = _seal(sound, before) if sound else None
    return Made(made, tuple(faults)), found[-1].pk


def _seal(sound: Sequence[Sitting], before: date) -> EventArchive | None:
    with tempfile.TemporaryFile() as file:
        places = list(_write(file, sound))
        size = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = f"events/{before.isoformat()}/{digest}.jsonl.gz"
        file.seek(0)
        try:
            stored = _stored(name, file, digest)
        except Exception as fault:  # whatever the storage's client raises: there are dozens of kinds
            raise Unstored(f"{type(fault).__name__}: {fault}") from fault
    if stored != digest:
        raise Damaged(f"{name} is not what was written")
    at = clock.now()
    with transaction.atomic():
        # An appeal, or another sweep of this kind, may have come meanwhile: then the whole lot is left for the next turn.
        still = set(
            ripe(before)
            .select_for_update(of=("self",))
            .filter(pk__in=[one.pk for one in sound])
            .values_list("pk", flat=True)
        )
        if len(still) != len(sound):
            return None
        made = EventArchive.objects.create(
            before=before, file=name, digest=digest, size=size, sittings=len(places),
            events=sum(events for *_, events in places), sealed_at=at,
        )  # fmt: skip
        ArchivedSitting.objects.bulk_create(
            ArchivedSitting(sitting=one, archive=made, begins_at_byte=begin, bytes=length, events=events)
            for one, begin, length, events in places
        )
        for table in TABLES:
            _without_reading(table, still)
        _record("archived", made, at)
    return made


def _stored(name: str, file: IO[bytes], digest: str) -> str:
    """The digest of what lies under a name now: of this file, unless it lay there already."""
    if default_storage.exists(name):
        if _digest_of(name) == digest:
            return digest
        # What was left of a storage that was full: it would stand in the way of every further attempt.
        default_storage.delete(name)
    return _digest_of(default_storage.save(name, File(file)))


def _without_reading(table: type[ResponseEvent | ResponseStamp | LateResponse], ids: set[int]) -> None:
    rows = table._default_manager.filter(sitting__in=ids)
    rows._raw_delete(rows.db)  # type: ignore[attr-defined]  # nothing hangs on these rows, so that none has to be read first


def _write(file: IO[bytes], found: Sequence[Sitting]) -> Iterator[tuple[Sitting, int, int, int]]:
    """Writes each sitting's member; its place, length and number of events out."""
    for one in found:
        begin = file.tell()
        late = LateResponse.objects.filter(sitting=one).order_by("epoch", "seq")
        names = ("epoch", "seq", "position", "value", "at", "stamped_at")
        links = tuple(sittings.links(one.pk))
        assert one.form is not None, "what is marked was sat"
        kept = Kept(
            str(one.uuid), one.form.digest, links, tuple(LateEvent(*row) for row in late.values_list(*names))
        )
        length = file.write(rules.member(kept))
        yield one, begin, length, len(links)


def restore(*, archive_uuid: UUID) -> EventArchive:
    """Gives the events of an archive back to the tables, each sitting verified; the file stays. A second call changes nothing.

    Raises EventArchive.DoesNotExist, and Damaged where the file is not what was sealed: then nothing is given back.
    """
    with transaction.atomic():
        found = EventArchive.objects.select_for_update().get(uuid=archive_uuid)
        if found.restored_at is not None:
            return found
        fault = fault_of(found)
        if fault:
            raise Damaged(fault)
        ids = list(found.members.values_list("sitting", flat=True))
        kept = dict(queries.of_sittings(ids))
        # First the places: the tables take nothing for a sitting whose events lie elsewhere, and are read again from here on.
        found.members.all().delete()
        for sitting_id, one in kept.items():
            _give_back(sitting_id, one)
        at = found.restored_at = clock.now()
        found.save(update_fields=["restored_at"])
        _record("restored", found, at)
    return found


def _give_back(sitting_id: int, kept: Kept) -> None:
    ResponseEvent.objects.bulk_create(
        ResponseEvent(
            sitting_id=sitting_id, number=one.number, epoch=one.epoch, seq=one.seq, position=one.position,
            value=one.value, at=one.at, digest=one.digest,
        )
        for one in kept.links
    )  # fmt: skip
    ResponseStamp.objects.bulk_create(
        ResponseStamp(sitting_id=sitting_id, number=one.number, stamped_at=one.stamped_at)
        for one in kept.links
        if one.stamped_at is not None
    )
    LateResponse.objects.bulk_create(LateResponse(sitting_id=sitting_id, **one.__dict__) for one in kept.late)


def fault_of(found: EventArchive) -> str | None:
    """What is wrong with the file of an archive, or None: its digest, and each member against its sitting's receipt."""
    try:
        if _digest_of(str(found.file.name)) != found.digest:
            return f"Archive {found.uuid} is not what was sealed: its digest is another."
    except Exception as gone:  # as above
        return f"The file of archive {found.uuid} is not to be had: {gone}."
    for uuid in found.members.values_list("sitting__uuid", flat=True):
        fault = verification.finding(uuid).fault
        if fault:
            return f"Sitting {uuid} in archive {found.uuid} does not hold: {fault}."
    return None


def _digest_of(name: str) -> str:
    with default_storage.open(name, "rb") as stored:
        digest = hashlib.sha256()
        for chunk in stored.chunks():
            digest.update(chunk)
    return digest.hexdigest()


def _record(became: str, made: EventArchive, at: datetime) -> None:
    trail.record(
        f"exams.events.{became}",
        subject=f"exams.event_archive:{made.pk}",
        at=at,
        actor_id=None,
        facts={
            "archive": str(made.uuid),
            "digest": made.digest,
            "sittings": made.sittings,
            "events": made.events,
            "before": made.before.isoformat(),
        },
    )
