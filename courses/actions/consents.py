"""A learner's consent that an organisation sees how they learn: given, taken back."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from courses.models import Consent
from lms.audit import trail
from lms.db import clock
from lms.organisations import queries as organisations
from lms.privacy.actions import consents

PURPOSE = "courses.progress"


class NotAMember(Exception):
    """The person has no role in the organisation, so it has no managers who could look."""


def give(*, person_id: int, organisation_id: UUID) -> None:
    """From now on the managers of the organisation see how far this person is in their courses. Called again it changes
    nothing. Leaves a trail entry. Raises NotAMember."""
    at = clock.now()
    with transaction.atomic():
        # The person's row is the lock: of two clicks at once, the second finds the first one's consent.
        get_user_model().objects.select_for_update(no_key=True).get(pk=person_id)
        if organisation_id not in organisations.memberships_of(person_id):
            raise NotAMember(organisation_id)
        _, made = Consent.objects.get_or_create(
            person_id=person_id,
            organisation_id=organisation_id,
            withdrawn_at=None,
            defaults={"given_at": at},
        )
        if made:
            name = organisations.cards([organisation_id])[organisation_id].name
            consents.give(
                person_id=person_id,
                purpose=PURPOSE,
                regarding=str(organisation_id),
                words=f"The managers of {name} see how far I am in my courses: never what I asked or answered, and never "
                "my notes.",
                at=at,
            )
            _record("given", person_id, organisation_id, at)


def withdraw(*, person_id: int, organisation_id: UUID) -> None:
    """From now on they see nothing of it any more. Called again it changes nothing. Leaves a trail entry."""
    at = clock.now()
    with transaction.atomic():
        standing = Consent.objects.filter(person_id=person_id, organisation_id=organisation_id)
        if standing.filter(withdrawn_at__isnull=True).update(withdrawn_at=at):
            consents.withdraw(person_id=person_id, purpose=PURPOSE, regarding=str(organisation_id), at=at)
            _record("withdrawn", person_id, organisation_id, at)


def withdraw_all(*, person_id: int) -> None:
    """Withdraws whatever the person has given, within the caller's transaction."""
    standing = Consent.objects.filter(person_id=person_id, withdrawn_at__isnull=True)
    for organisation_id in list(standing.values_list("organisation_id", flat=True)):
        withdraw(person_id=person_id, organisation_id=organisation_id)


def _record(what: str, person_id: int, organisation_id: UUID, at: datetime) -> None:
    trail.record(
        f"courses.consent.{what}",
        subject=f"accounts.person:{person_id}",
        at=at,
        actor_id=person_id,
        organisation_id=organisation_id,
        facts={},
    )
