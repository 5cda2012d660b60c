"""Keeping documents fit to be checked: archive time stamps renewed, seals of a lost key or without a time stamp replaced.

The file of a document is replaced by its next revision; what was given out before goes on counting as issued.
"""

import hashlib
from datetime import timedelta
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from certificates.actions import documents, issued, keys
from certificates.documents import certificate
from certificates.models import Credential, Document
from certificates.queries import keys as published
from certificates.states import KeyPurpose
from lms.audit import trail
from lms.db import clock
from lms.jobs import queue
from lms.web import sealing, timestamping

# How long before it can't be checked any more an archive time stamp is renewed.
AHEAD: Final = timedelta(days=90)
AT_ONCE: Final = 200


def renew_stamps() -> None:
    """Renews the archive time stamps that end within the next 90 days, so many in a call, the most urgent first, as
    `queue.each` does.

    Does nothing without an authority. Raises an ExceptionGroup of what went wrong; what was renewed stays.
    """
    authority = timestamping.authority()
    if authority is None:
        return
    due = Document.objects.filter(stamp_ends_at__lt=clock.now() + AHEAD).order_by("stamp_ends_at", "pk")
    queue.each(
        due,
        lambda document: _replace(
            document, sealing.stamp(_stored(document), authority=authority), how="stamped"
        ),
        sweep="certificates.keep_stamps",
        failed="time stamps that could not be renewed",
        most=AT_ONCE,
    )


def renew_seals() -> None:
    """Makes documents once more under the key that signs now, where the key of their seal was given up, or its authority's:
    those that are still handed out and can't be shown to be older; and those that have no time stamp, as soon as there is
    an authority for them. So many in a call, as `queue.each` does.

    A document that has a time stamp and was made before the key was lost is left as it is. Raises an ExceptionGroup of
    what went wrong; what was sealed stays.
    """
    rows = _to_seal().select_related("edition__credential", "edition__design", "edition__particulars")
    queue.each(
        rows.order_by("pk"),
        _seal_anew,
        sweep="certificates.keep_documents",
        failed="documents that could not be sealed anew",
        most=AT_ONCE,
    )


def _to_seal() -> QuerySet[Document]:
    wanted = Q(stamp_ends_at__isnull=True) if timestamping.authority() else Q(pk__in=[])
    for key_id, since in published.lost_seals().items():
        wanted |= Q(sealed_by=key_id) & ~Q(stamp_ends_at__isnull=False, made_at__lt=since)
    newest = Document.objects.filter(edition=OuterRef("edition"), kind=documents.KIND).values("pk")[:1]
    return Document.objects.filter(wanted, pk=Subquery(newest))


def _seal_anew(document: Document) -> None:
    printing = documents.printing_of(document.edition)
    if printing.digest() != document.printed:
        # Its link was renewed, or its credential signed anew: another document takes its place.
        documents.make_document(edition_id=document.edition_id)
        return
    key = keys.signer(purpose=KeyPurpose.PDF, at=clock.now())
    document.sealed_by = key.key_id
    _replace(document, documents.seal(certificate.render(printing), key=key), how="sealed anew")


def _stored(document: Document) -> bytes:
    with document.file.open("rb") as stored:
        content: bytes = stored.read()
    return content


def _replace(document: Document, made: bytes, *, how: str) -> None:
    """Puts the next revision in the place of the last: file, digest, trail. A document that another replaced or
    erased meanwhile is left alone."""
    at, before, old = clock.now(), document.digest, str(document.file.name)
    digest = hashlib.sha256(made).hexdigest()
    name = default_storage.save(f"{documents.folder(document.edition.uuid)}/{digest}.pdf", ContentFile(made))
    with transaction.atomic():
        Credential.objects.select_for_update(of=("self",)).get(editions=document.edition_id)
        if not Document.objects.filter(pk=document.pk, digest=before).exists():
            default_storage.delete(name)
            return
        issued.note(edition=document.edition, kind="pdf", content=made, at=at)
        document.file.name, document.digest, document.size = name, digest, len(made)
        document.stamp_ends_at = sealing.stamp_ends_at(made)
        document.save(update_fields=["file", "digest", "size", "stamp_ends_at", "sealed_by"])
        trail.record(
            "certificates.document.renewed",
            subject=f"certificates.document:{document.pk}",
            at=at,
            actor_id=None,
            facts={"how": how, "digest": digest, "before": before},
        )
        # Its bytes stand at the beginning of the new one, or are not to be given out any more.
        transaction.on_commit(lambda: default_storage.delete(old))
