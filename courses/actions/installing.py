"""Packages of other programs put into place: their files, and which part each lesson runs."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from courses.models import Package, PackageFile, Sco
from courses.queries.packages import stored
from courses.rules.exchange.frame import Incoming


@dataclass(frozen=True)
class Provenance:
    """Where a course comes from: the file's name and the SHA-256 of its content."""

    file: str
    sha256: str


def store(incoming: Incoming) -> Iterator[tuple[str, int, str]]:
    """Puts the files of a package into the storage: the path, size and SHA-256 of each. Raises CannotRead."""
    if incoming.package is None or incoming.archive is None:
        return
    for path in incoming.archive.names:
        data = incoming.archive.read(path)
        digest = hashlib.sha256(data).hexdigest()
        if not default_storage.exists(stored(digest)):
            default_storage.save(stored(digest), ContentFile(data))
        yield path, len(data), digest


def install(
    incoming: Incoming,
    provenance: Provenance,
    *,
    organisation_id: UUID,
    lessons: Mapping[str, int],
    files: Sequence[tuple[str, int, str]],
    actor_id: int | None,
    at: datetime,
    dry_run: bool,
) -> int:
    """Lets lessons, by their keys, run the parts of a package, in the caller's transaction; `files` are what `store` gave.

    Returns how many packages are new: one, or none where these lessons have run this very file before.
    """
    text = incoming.package
    if text is None:
        return 0
    same = Package.objects.filter(organisation_id=organisation_id, sha256=provenance.sha256)
    if same.filter(scos__lesson__in=lessons.values()).exists():
        return 0
    if dry_run:
        return 1
    package = Package.objects.create(
        organisation_id=organisation_id,
        standard=text.standard,
        title=text.title,
        file=provenance.file[:255],
        sha256=provenance.sha256,
        structure=[asdict(one) for one in text.wholes],
        imported_at=at,
        imported_by_id=actor_id,
    )
    rows = (PackageFile(package=package, path=path, size=size, sha256=digest) for path, size, digest in files)
    PackageFile.objects.bulk_create(rows, batch_size=500)
    parts = {one.identifier: one for one in text.scos}
    Sco.objects.bulk_create(
        Sco(
            package=package,
            lesson_id=lessons[key],
            identifier=identifier,
            title=parts[identifier].title,
            entry=parts[identifier].entry,
            launch_data=parts[identifier].launch_data,
            mastery=parts[identifier].mastery,
            tracks=parts[identifier].tracks,
            move_on=parts[identifier].move_on,
            entitlement=parts[identifier].entitlement,
            own_window=parts[identifier].own_window,
        )
        for key, identifier in incoming.scos.items()
    )
    return 1
