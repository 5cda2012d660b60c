"""Documents of many editions, made together by jobs."""

from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from certificates.actions import documents
from certificates.models import DocumentBatch, DocumentBatchLine, Edition, Scheme
from certificates.signals import batch_asked
from certificates.states import CredentialState
from lms.audit import trail
from lms.db import clock
from lms.web import pdf

MOST: Final = 1_000
A_PART: Final = 25


class NothingToMake(Exception):
    """No certificate in force was granted in that scheme on those days."""


class TooMany(Exception):
    """More were granted than are made together. Carries `count`."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def ask(*, use_key: UUID, scheme_key: str, since: date, until: date, officer_id: int) -> DocumentBatch:
    """Enters a batch of the editions of a scheme that begin on these days and whose credentials are
    neither suspended nor withdrawn, and announces it; jobs of 25 make what is missing.

    A form sent twice (the same `use_key`) gives one batch. Raises NothingToMake and TooMany.
    """
    at = clock.now()
    with transaction.atomic():
        # Two clicks at once meet here: the second waits, and then finds what the first one made.
        scheme = Scheme.objects.select_for_update(no_key=True).get(key=scheme_key)
        known = DocumentBatch.objects.filter(use_key=use_key).first()
        if known:
            return known
        rows = Edition.objects.filter(
            version__scheme=scheme,
            begins_on__range=(since, until),
            credential__state=CredentialState.GRANTED,
        ).order_by("begins_on", "pk")
        edition_ids = list(rows.values_list("pk", flat=True)[: MOST + 1])
        if not edition_ids:
            raise NothingToMake(scheme_key)
        if len(edition_ids) > MOST:
            raise TooMany(rows.count())
        batch = DocumentBatch.objects.create(
            use_key=use_key,
            title=f"{scheme.title}, granted from {since.isoformat()} until {until.isoformat()}",
            asked_by_id=officer_id,
            asked_at=at,
        )
        DocumentBatchLine.objects.bulk_create(
            DocumentBatchLine(batch=batch, place=place, edition_id=edition_id)
            for place, edition_id in enumerate(edition_ids)
        )
        trail.record(
            "certificates.batch.asked",
            subject=f"certificates.batch:{batch.pk}",
            at=at,
            actor_id=officer_id,
            facts={"title": batch.title, "documents": len(edition_ids)},
        )
        batch_asked.announce(batch_id=batch.pk, parts=-(-len(edition_ids) // A_PART))
    return batch


ERASED = "Its personal data was erased, so that there is no document to make."


def make_part(*, batch_id: int, part: int) -> None:
    """Makes the documents of one part of a batch that are not made yet, each in a transaction of its own;
    one that can't be made keeps its reason and holds up no other."""
    places = range(part * A_PART, (part + 1) * A_PART)
    for line in DocumentBatchLine.objects.filter(batch_id=batch_id, place__in=places, document=None):
        try:
            line.document_id = documents.make_document(edition_id=line.edition_id)
            line.fault = "" if line.document_id else ERASED
        except pdf.Unmakeable as fault:
            line.fault = str(fault)[:200]
        line.save(update_fields=["document", "fault"])
