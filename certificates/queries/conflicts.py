"""What keeps an officer from acting upon a person, as recorded."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.conf import settings

from certificates.models import Application, Decision, Tie
from certificates.rules import conflicts
from certificates.rules.conflicts import Bar, Bond

DECIDE: Final = "certificates.decide"
HEAR: Final = "certificates.hear_appeals"


@dataclass(frozen=True)
class Standing:
    """How an officer stands to a person on a day: what bars them, and the ties that say so."""

    bars: tuple[Bar, ...]
    ties: tuple[Tie, ...]
    looked_back_to: date

    @property
    def free(self) -> bool:
        return not self.bars


def look_back_to(on: date) -> date:
    """The day from which on a tie that has ended still bars."""
    return conflicts.look_back_to(on, settings.CONFLICT_MONTHS)


def standing(*, officer_id: int, person_id: int, on: date) -> Standing:
    """How one officer stands to one person. One statement."""
    rows = list(Tie.objects.filter(person_id=person_id, officer_id=officer_id))
    return _standing(officer_id, person_id, rows, on)


def before(application: Application, *, officer_id: int, on: date) -> Standing:
    """How an officer stands to an application: to its applicant, and to the decision that an appeal had found wrong.
    Two statements at most."""
    found = standing(officer_id=officer_id, person_id=application.person_id, on=on)
    if application.after_id is None:
        return found
    decided = Decision.objects.filter(appeals=application.after_id, decided_by_id=officer_id)
    return replace(found, bars=(*found.bars, Bar.DECIDED)) if decided.exists() else found


def barred(*, officer_id: int, person_ids: Collection[int], on: date) -> dict[int, tuple[Bar, ...]]:
    """What bars one officer from each of these people; those that nothing bars are left out. One statement."""
    rows = list(Tie.objects.filter(person_id__in=person_ids, officer_id=officer_id))
    said = {
        person_id: _standing(officer_id, person_id, [row for row in rows if row.person_id == person_id], on)
        for person_id in person_ids
    }
    return {person_id: found.bars for person_id, found in said.items() if found.bars}


def _standing(officer_id: int, person_id: int, rows: list[Tie], on: date) -> Standing:
    since = look_back_to(on)
    facts = [conflicts.Tie(Bond(row.bond), row.began_on, row.ended_on) for row in rows]
    bars = conflicts.bars(officer_id=officer_id, person_id=person_id, ties=facts, look_back_to=since)
    binding = tuple(row for row, fact in zip(rows, facts, strict=True) if conflicts.binds(fact, since))
    return Standing(bars, binding, since)
