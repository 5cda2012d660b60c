"""Making the document of an edition, after the edition stands."""

import hashlib
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from certificates.actions import badges, issued, keys
from certificates.documents import certificate
from certificates.models import Credential, CredentialEvent, Document, Edition, EditionName
from certificates.queries import credentials
from certificates.rules.standing import Happening
from certificates.states import KeyPurpose
from lms.audit import trail
from lms.db import clock
from lms.jobs import queue
from lms.web import pdf, sealing, timestamping

KIND: Final = "certificate"
CARRIED: Final = "This certificate as a verifiable credential (Open Badges 3.0), for programs"


def folder(edition: UUID) -> str:
    """Where the documents of an edition lie, and nothing else: an erasure empties it."""
    return f"certificates/{edition}"


def make_document(*, edition_id: int) -> int | None:
    """Renders the certificate of an edition, seals it, stores the file, keeps its digest as issued, leaves an event,
    and returns the id of the document; None, and no document, once the name was erased.

    Called twice it makes one document; a renewed share key makes a new one, with the new code on it. Raises
    keys.NoKey, vaults.Unusable and timestamping.NoTimeStamp: nothing is kept that is not sealed.
    """
    edition = Edition.objects.select_related("credential", "design", "particulars").get(pk=edition_id)
    if not edition.holder_name:
        return None  # erased: there is nobody any more whose certificate it could be
    printing = printing_of(edition)
    printed = printing.digest()
    stands = Document.objects.filter(edition=edition, kind=KIND, printed=printed).values_list("pk", flat=True)
    if found := stands.first():
        return found
    # Made and stored outside the transaction: nobody else has to wait for it. What is left of a
    # worker that dies here is a file under the same name, which the next one finds and keeps.
    at = clock.now()
    key = keys.signer(purpose=KeyPurpose.PDF, at=at)
    name = f"{folder(edition.uuid)}/{printed}.pdf"
    made = _left_behind(name)
    if made is None:
        made = seal(certificate.render(printing), key=key)
        name = default_storage.save(name, ContentFile(made))
    with transaction.atomic():
        # An erasure that came in between has waited, or is seen here: no document outlives it.
        Credential.objects.select_for_update(of=("self",)).get(pk=edition.credential_id)
        if not EditionName.objects.filter(edition=edition).exists():
            default_storage.delete(name)
            return None
        document, fresh = Document.objects.get_or_create(
            edition=edition,
            kind=KIND,
            printed=printed,
            defaults={
                "file": name,
                "digest": hashlib.sha256(made).hexdigest(),
                "size": len(made),
                "made_at": at,
                "sealed_by": key.key_id,
                "stamp_ends_at": sealing.stamp_ends_at(made),
            },
        )
        if not fresh:
            if document.file.name != name:
                default_storage.delete(name)
            return document.pk
        issued.note(edition=edition, kind="pdf", content=made, at=at)
        CredentialEvent.objects.create(
            credential=edition.credential,
            edition=edition,
            kind=Happening.DOCUMENT_ISSUED.value,
            key=f"document:{document.pk}",
            effective_at=at,
            recorded_at=at,
        )
        trail.record(
            "certificates.document.issued",
            subject=f"certificates.document:{document.pk}",
            at=at,
            actor_id=None,
            facts={"number": edition.credential.number, "digest": document.digest},
        )
    return document.pk


def seal(made: bytes, *, key: keys.Signer) -> bytes:
    """A document of ours under the institution's seal, with a time stamp where there is an authority.

    Raises vaults.Unusable and timestamping.NoTimeStamp.
    """
    at, authority = clock.now(), timestamping.authority()
    revoked = [keys.revocation_list(at=at)] if authority else []
    return sealing.seal(made, key=key, at=at, authority=authority, revoked=revoked)


def make_missing() -> None:
    """Makes the documents of editions that have none, though they should have had one a minute ago, as `queue.each`
    does. Raises an ExceptionGroup."""
    late = clock.now() - timedelta(minutes=1)
    without = ~Exists(Document.objects.filter(edition=OuterRef("pk"), kind=KIND))
    named = Edition.objects.filter(without, made_at__lt=late, particulars__isnull=False)
    queue.each(
        named.only("pk"),
        lambda edition: make_document(edition_id=edition.pk),
        sweep="certificates.make_missing_documents",
        failed="documents that could not be made",
    )


def printing_of(edition: Edition) -> certificate.Printing:
    """All that stands on the certificate of an edition, with its signed credential for programs."""
    public = urlsplit(settings.PUBLIC_URL)
    path = reverse("certificates:standing", args=["x"]).removesuffix("x/")
    return certificate.Printing(
        claims=edition.claims,
        claims_digest=edition.digest,
        design=edition.design.data,
        address=credentials.address(edition.credential),
        shown_address=f"{public.netloc}{path}",
        made_at=edition.made_at,
        attachments=_attached(edition),
    )


def _attached(edition: Edition) -> tuple[pdf.Attachment, ...]:
    badge = badges.make(edition_id=edition.pk)
    if badge is None:
        return ()  # erased in this moment: the document will not be kept either
    return (pdf.Attachment("credential.json", badge.body.encode(), CARRIED),)


def _left_behind(name: str) -> bytes | None:
    """The document that a worker has stored before it died, if it is there to its end."""
    if not default_storage.exists(name):
        return None
    with default_storage.open(name) as stored:
        made = stored.read()
    return made if sealing.is_whole(made) else None
