"""Writing down what ties an officer to a person: heard from the lower floors, or declared by the officer."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from certificates.models import Tie
from certificates.queries import conflicts
from certificates.rules.conflicts import Bond
from lms.audit import trail
from lms.db import clock
from lms.organisations import queries as organisations


class Untied(Exception):
    """Nobody declares a conflict with themselves, or one that ended before it began."""


def note(*, person_id: int, officer_ids: Iterable[int], bond: Bond, source: str, began_on: date) -> None:
    """Writes down that these people trained or examined a person. The same fact is written once."""
    Tie.objects.bulk_create(
        (
            Tie(
                source=f"{source}:{officer_id}",
                person_id=person_id,
                officer_id=officer_id,
                bond=bond,
                began_on=began_on,
                noted_at=clock.now(),
            )
            for officer_id in sorted(set(officer_ids) - {person_id})
        ),
        ignore_conflicts=True,
    )


def declare(*, officer_id: int, person_id: int, began_on: date, ended_on: date | None, note: str) -> None:
    """An officer declares a conflict of their own with a person: it bars them, and is not taken back.

    Sent twice it stands once. Raises Untied.
    """
    if officer_id == person_id or (ended_on and ended_on < began_on):
        raise Untied(person_id)
    at = clock.now()
    with transaction.atomic():
        tie, fresh = Tie.objects.get_or_create(
            source=f"declared:{officer_id}:{person_id}:{began_on}:{ended_on or ''}",
            defaults={
                "person_id": person_id,
                "officer_id": officer_id,
                "bond": Bond.DECLARED,
                "began_on": began_on,
                "ended_on": ended_on,
                "note": note,
                "noted_at": at,
            },
        )
        if fresh:
            trail.record(
                "certificates.conflict.declared",
                subject=f"certificates.tie:{tie.pk}",
                at=at,
                actor_id=officer_id,
                facts={"person": person_id},
            )


def refresh(*, person_id: int) -> None:
    """Writes down who among the officers works or worked beside a person, as the memberships say today; a tie whose
    membership is gone ends today."""
    at = clock.now()
    officers = set(organisations.people_with(conflicts.DECIDE)) - {person_id}
    beside = {
        (officer_id, shared.organisation_id): shared.since
        for officer_id, shared in organisations.beside(person_id, officers)
    }
    with transaction.atomic():
        for (officer_id, organisation_id), since in beside.items():
            _note_employment(person_id, officer_id, str(organisation_id), since, at.date())
        open_ties = Tie.objects.select_for_update().filter(
            person_id=person_id, bond=Bond.EMPLOYED, ended_on__isnull=True
        )
        standing = {f"employed:{key[1]}:{key[0]}" for key in beside}
        for tie in open_ties:
            if tie.source.rsplit(":", 2)[0] not in standing:
                tie.ended_on = max(at.date(), tie.began_on)
                tie.save(update_fields=["ended_on"])


def _note_employment(person_id: int, officer_id: int, organisation: str, since: date, on: date) -> None:
    """One tie of employment, unless one lasts already."""
    begun = Tie.objects.filter(
        person_id=person_id,
        officer_id=officer_id,
        bond=Bond.EMPLOYED,
        ended_on__isnull=True,
        source__startswith=f"employed:{organisation}:",
    )
    if begun.exists():
        return
    Tie.objects.get_or_create(
        source=f"employed:{organisation}:{officer_id}:{person_id}:{since}",
        defaults={
            "person_id": person_id,
            "officer_id": officer_id,
            "bond": Bond.EMPLOYED,
            "began_on": min(since, on),
            "noted_at": clock.now(),
        },
    )
