"""The archive of everything about a person: asked for, made by a worker, let go of after some days."""

import functools
import hashlib
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from lms.audit import trail
from lms.db import clock
from lms.jobs import queue
from lms.kit import gather
from lms.notifications import outbox
from lms.privacy.documents import archive
from lms.privacy.models import Archive
from lms.privacy.queries import portraits
from lms.privacy.states import ARCHIVE, ArchiveState


def ask(*, person_id: int) -> Archive:
    """Puts the job of making an archive; asked again while one is being made, it is that one."""
    with transaction.atomic():
        row, made = Archive.objects.get_or_create(
            person_id=person_id, state=ArchiveState.ASKED, defaults={"asked_at": clock.now()}
        )
        if made:
            queue.put("privacy.archive", key=str(row.uuid), payload={"uuid": str(row.uuid)})
            _note(row, "asked")
    return row


def make(*, uuid: UUID) -> None:
    """Makes the archive, once, and tells its owner. No transaction is open while it is made."""
    row = Archive.objects.get(uuid=uuid)
    reader = gather.readers([row.person_id]).get(row.person_id)
    if row.state != ArchiveState.ASKED or reader is None:
        return
    at = clock.now()
    made = archive.make(archive.Portrait(reader, at, list(portraits.tables(row.person_id))))
    name = default_storage.save(f"archives/{uuid}.zip", ContentFile(made))
    with transaction.atomic():
        row = Archive.objects.select_for_update().get(pk=row.pk)
        if row.state != ArchiveState.ASKED:
            default_storage.delete(name)  # another worker was faster, or it was let go of meanwhile
            return
        row.state, row.made_at = ARCHIVE.after(row.state, "make"), at
        row.file.name, row.digest, row.size = name, hashlib.sha256(made).hexdigest(), len(made)
        row.save(update_fields=["state", "made_at", "file", "digest", "size"])
        _note(row, "made")
        outbox.put(
            "privacy.archive",
            key=f"privacy.archive:{uuid}",
            to=reader.email,
            person_id=row.person_id,
            context={
                "name": reader.name,
                "days": settings.RETENTION["privacy.archives"],
                "url": settings.PUBLIC_URL + reverse("privacy:data"),
            },
            at=at,
        )


def note_fetched(row: Archive) -> None:
    """Leaves a trail entry of a download."""
    _note(row, "fetched")


def forget(before: datetime) -> int:
    """Deletes the files of archives that were asked for before a moment; answers how many."""
    old = Archive.objects.filter(asked_at__lt=before).exclude(state=ArchiveState.GONE)
    return _forget(list(old.values_list("pk", flat=True)))


def forget_of(*, person_id: int) -> int:
    """Deletes the files of a person's archives, within the caller's transaction."""
    return _forget(list(Archive.objects.filter(person_id=person_id).values_list("pk", flat=True)))


def _forget(keys: list[int]) -> int:
    count = 0
    for key in keys:
        with transaction.atomic():
            row = Archive.objects.select_for_update().get(pk=key)
            if not ARCHIVE.may(row.state, "forget"):
                continue
            name = row.file.name
            row.state, row.file, row.digest, row.size = ARCHIVE.after(row.state, "forget"), "", "", 0
            row.save(update_fields=["state", "file", "digest", "size"])
            if name:
                transaction.on_commit(functools.partial(default_storage.delete, name))
            count += 1
    return count


def _note(row: Archive, what: str) -> None:
    trail.record(
        f"privacy.archive.{what}",
        subject=f"privacy.archive:{row.pk}",
        at=clock.now(),
        actor_id=None if what == "made" else row.person_id,
    )
