"""Erasing the personal data of a credential. The entry stays, and answers that it was erased."""

import secrets
from datetime import datetime

from django.db import transaction

from certificates.actions import register, traces
from certificates.actions.awards import new_share_key
from certificates.actions.documents import folder
from certificates.models import (
    Badge,
    CpdEntry,
    Credential,
    CredentialEvent,
    Document,
    EditionName,
    LeafSalt,
    Listing,
    NameRequest,
    Proposal,
    StoredFile,
    Watch,
)
from certificates.queries import credentials
from certificates.rules.standing import Happening, Mark, Standing
from certificates.signals import personal_data_erased, standing_changed
from certificates.states import WATCH, WatchState
from lms.audit import trail
from lms.db import clock

WATCHED = (WatchState.ASKED, WatchState.WATCHING)


class StillStands(Exception):
    """The certificate is in force, or may still be renewed: it has to be given up first."""


def erase(*, number: str, officer_id: int, reason: str, use_key: str) -> None:
    """Erases names, salts, documents, badges, the CPD log, evidence files and letters of a credential that has ended,
    and what its holder wrote and others said of their practice unless it still carries something else (see `traces`).

    What is left (number, level, dates, events, digests) names nobody, and the digests, those in the log
    included, can't be guessed without the salts or the private keys. Stored files are removed by a job, which is tried until they
    are gone, with everything else in the folders of the documents. A form sent twice does it once. Raises
    Credential.DoesNotExist, register.Conflicted and StillStands.
    """
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(number=number)
        seen = credentials.view(credential, at)
        if seen is not None and seen.erased:
            return
        register.keep_out(credential, officer_id)
        if seen is None or not _has_ended(seen.answer.standing, seen.answer.marks):
            raise StillStands(number)
        letters = traces.erase_letters(credential)
        practice = traces.erase_practice(credential, at)
        traces.erase_notes(credential)
        names = _erase_rows(credential, at)
        credential.share_key, credential.hidden = new_share_key(), []
        credential.save(update_fields=["share_key", "hidden"])
        event = CredentialEvent.objects.create(
            credential=credential,
            kind=Happening.PERSONAL_DATA_ERASED.value,
            key=f"erase:{use_key}",
            effective_at=at,
            recorded_at=at,
            actor_id=officer_id,
            reason=reason,
        )
        trail.record(
            "certificates.credential.personal_data_erased",
            subject=f"certificates.credential:{credential.pk}",
            at=at,
            actor_id=officer_id,
            facts={
                "number": number,
                "reason": reason,
                "files": len(names),
                "letters": letters,
                "practice": practice,
            },
        )
        standing_changed.announce(credential_id=credential.pk, event_id=event.pk, kind=event.kind)
        personal_data_erased.announce(
            credential_id=credential.pk,
            person_id=credential.holder_id,
            files=names,
            folders=[folder(uuid) for uuid in credential.editions.values_list("uuid", flat=True)],
        )


def _has_ended(standing: Standing, marks: frozenset[Mark]) -> bool:
    return standing is Standing.WITHDRAWN or (standing is Standing.EXPIRED and Mark.IN_GRACE not in marks)


def _erase_rows(credential: Credential, at: datetime) -> list[str]:
    """Deletes every row that holds something of the person; returns the names of the files to remove."""
    documents = Document.objects.filter(edition__credential=credential)
    entries = CpdEntry.objects.filter(credential=credential)
    requests = NameRequest.objects.filter(credential=credential)
    evidence = StoredFile.objects.filter(entry__in=entries) | StoredFile.objects.filter(
        name_request__in=requests
    )
    kept = dict(evidence.values_list("pk", "file"))
    names = [*documents.values_list("file", flat=True), *kept.values()]
    documents.delete()
    # The digests of what was signed stay. What was said before it was signed holds no secret where the name stood in
    # plain: whoever has a list of names would find it by its digest.
    Badge.objects.filter(edition__credential=credential).update(body="", said=secrets.token_hex(32))
    entries.delete()
    requests.delete()
    StoredFile.objects.filter(pk__in=kept).delete()
    EditionName.objects.filter(edition__credential=credential).delete()
    LeafSalt.objects.filter(leaf__event__credential=credential).delete()
    Proposal.objects.filter(credential=credential).delete()
    Listing.objects.filter(credential=credential).delete()
    for watch in Watch.objects.select_for_update().filter(credential=credential, state__in=WATCHED):
        watch.state, watch.ended_at = WATCH.after(watch.state, "end"), at
        watch.save(update_fields=["state", "ended_at"])
    return names
