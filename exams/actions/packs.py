"""Evidence packs on paper: asked for by an examiner, and made by the worker."""

import hashlib
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from exams import signals
from exams.documents import evidence as documents
from exams.models import EvidencePack, Form
from exams.queries import evidence
from exams.states import PACK, PackState
from lms.audit import trail
from lms.db import clock


def ask(*, form_id: int, by_id: int, records: str) -> EvidencePack:
    """Asks for the evidence pack of a form; a job makes it. `records` is the digest of its records as they stand.

    The same records are put on paper once, and one pack of a form is made at a time: where there is such a pack, or one
    is being made, that one is returned. Announces `evidence_asked`.
    """
    with transaction.atomic():
        rows = Form.objects.select_for_update(of=("self",), no_key=True).select_related("exam")
        form, at = rows.defer("package", "keys", "shapes").get(pk=form_id), clock.now()
        known = EvidencePack.objects.filter(form=form)
        found = known.filter(state=PackState.ASKED).first() or known.filter(records=records).first()
        if found is not None:
            return found
        found = EvidencePack.objects.create(form=form, asked_by_id=by_id, asked_at=at)
        _record("asked", found, by_id, {"records": records})
        signals.evidence_asked.announce(pack_id=found.pk, form_id=form.pk, at=at)
    return found


def make(*, pack_id: int) -> None:
    """Puts the records of a form on paper as they stand now, and keeps the file with its digest. A second call finds it
    made and does nothing."""
    found = EvidencePack.objects.select_related("form__exam__blueprint").get(pk=pack_id)
    if found.state == PackState.READY:
        return
    # Made and stored outside the transaction: nobody else has to wait for it. What is left of a worker that dies here
    # is a file that nothing points at.
    at = clock.now()
    pack = documents.pack(evidence.of_form(found.form))
    made = documents.as_pdf(pack, at)
    digest = hashlib.sha256(made).hexdigest()
    name = f"evidence/{found.form_id}/{digest}.pdf"
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(made))
    with transaction.atomic():
        rows = EvidencePack.objects.select_for_update(of=("self",)).select_related("form__exam")
        found = rows.defer("form__package", "form__keys", "form__shapes").get(pk=pack_id)
        if found.state == PackState.READY:
            return
        found.state = PACK.after(found.state, "make")
        found.records, found.file, found.digest = pack.digest, name, digest
        found.size, found.made_at = len(made), at
        found.save(update_fields=["state", "records", "file", "digest", "size", "made_at"])
        _record("made", found, None, {"records": pack.digest, "digest": digest})


def make_missing() -> None:
    """Makes what was asked for a minute ago or longer, and no job was heard of."""
    late = clock.now() - timedelta(minutes=1)
    waiting = EvidencePack.objects.filter(state=PackState.ASKED, asked_at__lt=late).order_by("pk")
    for pack_id in list(waiting.values_list("pk", flat=True)[:20]):
        make(pack_id=pack_id)


def _record(became: str, found: EvidencePack, by_id: int | None, facts: dict[str, object]) -> None:
    trail.record(
        f"exams.evidence_pack.{became}",
        subject=f"exams.form:{found.form_id}",
        at=found.made_at or found.asked_at,
        actor_id=by_id,
        facts=facts,
        organisation_id=found.form.exam.organisation_id,
    )
