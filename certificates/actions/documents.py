"""Making the document of an edition, after the edition stands."""

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from certificates.documents import certificate
from certificates.models import Credential, CredentialEvent, Document, Edition, EditionName
from certificates.queries import credentials
from certificates.rules.standing import Happening
from lms.audit import trail
from lms.db import clock

KIND = "certificate"


def make_document(*, edition_id: int) -> int | None:
    """Renders the certificate of an edition, stores the file, leaves an event with its digest, and
    returns the id of the document; None, and no document, once the name was erased.

    Called twice it makes one document; a renewed share key makes a new one, with the new code on it.
    """
    edition = Edition.objects.select_related("credential", "design", "particulars").get(pk=edition_id)
    if not edition.holder_name:
        return None  # erased: there is nobody any more whose certificate it could be
    printing = _printing(edition)
    printed = printing.digest()
    stands = Document.objects.filter(edition=edition, kind=KIND, printed=printed).values_list("pk", flat=True)
    if found := stands.first():
        return found
    # Rendered and stored outside the transaction: nobody else has to wait for it. What is left of a
    # worker that dies here is a file under the same name, which the next one finds and keeps.
    made = certificate.render(printing)
    digest = hashlib.sha256(made).hexdigest()
    name = f"certificates/{edition.uuid}/{digest}.pdf"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(made))
    at = clock.now()
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
            defaults={"file": name, "digest": digest, "size": len(made), "made_at": at},
        )
        if not fresh:
            return document.pk
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
            facts={"number": edition.credential.number, "digest": digest},
        )
    return document.pk


def make_missing() -> None:
    """Makes the documents of editions that have none, though they should have had one a minute ago."""
    late = clock.now() - timedelta(minutes=1)
    without = ~Exists(Document.objects.filter(edition=OuterRef("pk"), kind=KIND))
    named = Edition.objects.filter(without, made_at__lt=late, particulars__isnull=False)
    for edition_id in named.values_list("pk", flat=True)[:100]:
        make_document(edition_id=edition_id)


def _printing(edition: Edition) -> certificate.Printing:
    public = urlsplit(settings.PUBLIC_URL)
    path = reverse("certificates:standing", args=["x"]).removesuffix("x/")
    return certificate.Printing(
        claims=edition.claims,
        claims_digest=edition.digest,
        design=edition.design.data,
        address=credentials.address(edition.credential),
        shown_address=f"{public.netloc}{path}",
        made_at=edition.made_at,
    )
