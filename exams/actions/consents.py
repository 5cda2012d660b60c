"""A holder lets an organisation that paid for their sittings read how these ended; given, taken back."""

from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from exams.queries import shown_results
from exams.queries.shown_results import PURPOSE
from lms.audit import trail
from lms.db import clock
from lms.privacy.actions import consents


class NotAPayer(Exception):
    """The organisation paid for no place of this person's."""


def give(*, person_id: int, organisation_id: UUID) -> None:
    """From now on the organisation's systems read the results of sittings that its places paid for, by a key. Called again
    it changes nothing. Leaves a consent in the words that were shown, and a trail entry. Raises NotAPayer."""
    at = clock.now()
    with transaction.atomic():
        # The person's row is the lock: of two clicks at once, the second finds the first one's consent.
        get_user_model().objects.select_for_update(no_key=True).get(pk=person_id)
        known = {row.organisation_id: row for row in shown_results.readers_of(person_id)}
        reader = known.get(organisation_id)
        if reader is None:
            raise NotAPayer(organisation_id)
        if reader.since is not None:
            return
        consents.give(
            person_id=person_id,
            purpose=PURPOSE,
            regarding=str(organisation_id),
            words=f"{reader.name} reads whether I passed the exams that its places paid for, and when: never a score, and "
            "never what I answered.",
            at=at,
        )
        _record("given", person_id, organisation_id)


def withdraw(*, person_id: int, organisation_id: UUID) -> None:
    """From now on it reads nothing of it any more. Called again it changes nothing. Leaves a trail entry."""
    at = clock.now()
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=person_id)
        standing = {row.organisation_id for row in shown_results.readers_of(person_id) if row.since}
        if organisation_id in standing:
            consents.withdraw(person_id=person_id, purpose=PURPOSE, regarding=str(organisation_id), at=at)
            _record("withdrawn", person_id, organisation_id)


def _record(what: str, person_id: int, organisation_id: UUID) -> None:
    trail.record(
        f"exams.consent.{what}",
        subject=f"accounts.person:{person_id}",
        at=clock.now(),
        actor_id=person_id,
        organisation_id=organisation_id,
        facts={},
    )
