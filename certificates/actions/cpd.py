"""The log of professional development: entries of the holder, and our own courses by themselves."""

from datetime import date
from typing import IO

from django.db import transaction

from certificates.actions import files
from certificates.models import CpdEntry, Credential
from certificates.queries import upkeep
from certificates.states import CredentialState
from lms.audit import trail
from lms.db import clock


class UnknownCategory(Exception):
    """The scheme has no such category."""


class OutsideCycle(Exception):
    """The day lies before the certificate began or is still to come, or the certificate has ended."""


class AlreadyJudged(Exception):
    """An officer has judged this entry: it stays as it is."""


def record(
    *,
    number: str,
    holder_id: int,
    use_key: str,
    category: str,
    title: str,
    minutes: int,
    occurred_on: date,
    evidence: IO[bytes] | None = None,
    file_name: str = "",
) -> CpdEntry:
    """Enters hours in the log, with a file that shows them where there is one. A form sent twice enters once.

    Raises Credential.DoesNotExist for anybody else's number, UnknownCategory, OutsideCycle and
    filetypes.NoEvidence.
    """
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(
            number=number, holder_id=holder_id
        )
        before = credential.cpd.filter(source=f"form:{use_key}").first()
        if before:
            return before
        edition = credential.editions.filter(begins_on__lte=at.date()).latest("begins_on", "number")
        cycle = upkeep.cycle_of(edition)
        if category not in {found.key for found in cycle.categories}:
            raise UnknownCategory(category)
        ended = credential.state == CredentialState.WITHDRAWN or at.date() > cycle.closes_on
        if ended or not edition.begins_on <= occurred_on <= at.date():
            raise OutsideCycle(occurred_on)
        entry = CpdEntry.objects.create(
            credential=credential,
            source=f"form:{use_key}",
            category=category,
            title=title,
            minutes=minutes,
            occurred_on=occurred_on,
            evidence=files.keep(evidence, name=file_name, at=at) if evidence else None,
            recorded_at=at,
        )
        _trace("recorded", entry, holder_id)
    return entry


def attach(*, uuid: str, holder_id: int, evidence: IO[bytes], file_name: str) -> None:
    """Puts a file to an entry that has none. Raises CpdEntry.DoesNotExist, AlreadyJudged for one that has a
    file or was judged, and filetypes.NoEvidence."""
    with transaction.atomic():
        entry = _own(uuid, holder_id)
        if entry.evidence_id is not None or not entry.counts:
            raise AlreadyJudged(uuid)
        entry.evidence = files.keep(evidence, name=file_name, at=clock.now())
        entry.save(update_fields=["evidence"])
        _trace("shown", entry, holder_id)


def remove(*, uuid: str, holder_id: int) -> None:
    """Takes an entry out of the log: it counts no more. Raises CpdEntry.DoesNotExist and AlreadyJudged."""
    with transaction.atomic():
        entry = _own(uuid, holder_id)
        if entry.removed_at is not None:
            return
        if entry.refused_at is not None:
            raise AlreadyJudged(uuid)
        entry.removed_at = clock.now()
        entry.save(update_fields=["removed_at"])
        _trace("removed", entry, holder_id)


def record_course(*, person_id: int, source: str, title: str, minutes: int, occurred_on: date) -> None:
    """Enters a completed course of our own in the log of every certificate that the person holds and whose
    cycle it falls into. Called again it changes nothing."""
    if minutes <= 0:
        return
    at = clock.now()
    rows = Credential.objects.filter(holder_id=person_id).exclude(state=CredentialState.WITHDRAWN)
    for credential in rows:
        begun = credential.editions.filter(begins_on__lte=occurred_on, corrected_by__isnull=True)
        edition = begun.order_by("-begins_on").first()
        if edition is None:
            continue
        cycle = upkeep.cycle_of(edition)
        if occurred_on > cycle.closes_on:
            continue
        with transaction.atomic():
            entry, fresh = CpdEntry.objects.get_or_create(
                credential=credential,
                source=source,
                defaults={
                    "category": cycle.scheme.maintenance["course_category"],
                    "title": title,
                    "minutes": minutes,
                    "occurred_on": occurred_on,
                    "automatic": True,
                    "recorded_at": at,
                },
            )
            if fresh:
                _trace("recorded", entry, None)


def _own(uuid: str, holder_id: int) -> CpdEntry:
    rows = CpdEntry.objects.select_for_update(of=("self",)).select_related("credential")
    return rows.get(uuid=uuid, credential__holder_id=holder_id)


def _trace(what: str, entry: CpdEntry, actor_id: int | None) -> None:
    trail.record(
        f"certificates.cpd.{what}",
        subject=f"certificates.cpd:{entry.pk}",
        at=clock.now(),
        actor_id=actor_id,
        facts={"number": entry.credential.number, "minutes": entry.minutes, "category": entry.category},
    )
