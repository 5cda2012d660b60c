"""Which results an organisation reads: of sittings that its seats paid for, of holders who let it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from exams.models import Result
from exams.rules.outcome import Outcome
from exams.states import ResultState
from lms.accounts import queries as people
from lms.accounts.queries import PersonCard
from lms.billing.queries import seats
from lms.organisations import queries as organisations
from lms.privacy.queries import consents

PURPOSE: Final = "exams.results"
PAGE: Final = 200


@dataclass(frozen=True)
class Shown:
    """A result as an organisation reads it: never a score, an item or an answer."""

    result_uuid: UUID
    person: PersonCard
    exam_key: str
    exam_title: str
    sat_at: datetime
    released_at: datetime
    outcome: str
    """`passed`, `failed` or `annulled`."""


@dataclass(frozen=True)
class Reader:
    """An organisation that paid for a person's places, and since when it reads their results (None: it doesn't)."""

    organisation_id: UUID
    name: str
    since: datetime | None


def of_organisation(organisation_id: UUID, *, page: int = 1) -> Sequence[Shown]:
    """The released results that it reads, the latest released first, PAGE of them. Four statements, however many."""
    willing = consents.given_to(PURPOSE, str(organisation_id))
    uses = seats.uses_of(organisation_id, willing, beginning="exams.entry:")
    rows = (
        Result.objects.filter(sitting__entry__use_key__in=uses, sitting__candidate__in=willing)
        .exclude(state=ResultState.MARKED)
        .select_related("sitting__exam")
        .order_by("-released_at", "-pk")[(page - 1) * PAGE : page * PAGE]
    )
    found = list(rows)
    cards = people.cards({row.sitting.candidate_id for row in found})
    return [_shown(row, cards[row.sitting.candidate_id]) for row in found]


def readers_of(person_id: int) -> list[Reader]:
    """Who may be let read a person's results, by name: who paid for places of theirs, and who reads them now."""
    since = {UUID(key): at for key, at in consents.given_by(person_id, PURPOSE).items()}
    cards = organisations.cards({*seats.payers_of(person_id), *since})
    return sorted(
        (Reader(one.id, one.name, since.get(one.id)) for one in cards.values()), key=lambda row: row.name
    )


def _shown(row: Result, person: PersonCard) -> Shown:
    sitting = row.sitting
    assert row.released_at is not None
    outcome = "annulled" if row.state == ResultState.ANNULLED else Outcome(row.outcome).value
    return Shown(
        result_uuid=row.uuid,
        person=person,
        exam_key=sitting.exam.key,
        exam_title=sitting.exam.title,
        sat_at=sitting.submitted_at or row.released_at,
        released_at=row.released_at,
        outcome=outcome,
    )
