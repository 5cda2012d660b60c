"""Support is shown a person's pages, and stops being shown them."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.notifications import outbox
from lms.organisations import queries
from lms.organisations.models import Impersonation
from lms.organisations.rules import impersonation as rules


class NotThisPerson(Exception):
    """This person's pages are shown to nobody, or not to somebody with fewer rights than they have."""


def begin(*, support_id: int, person_id: int, reason: str) -> Impersonation:
    """Begins it, for half an hour at most; what was begun before is ended. The person is told by whom, and why. Raises
    NotThisPerson for oneself, for closed accounts, and for whoever may do something that support may not."""
    at = clock.now()
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=support_id)
        person = get_user_model().objects.filter(pk=person_id, is_active=True).first()
        if person is None or person_id == support_id or _may_more(person, support_id):
            raise NotThisPerson(person_id)
        for former in Impersonation.objects.filter(support_id=support_id, ended_at=None):
            _end(former)
        row = Impersonation.objects.create(
            support_id=support_id,
            person_id=person_id,
            reason=reason,
            begun_at=at,
            until_at=at + timedelta(minutes=rules.MINUTES),
        )
        _note(row, "begun", until=row.until_at.isoformat())
        _tell(row)
    return row


def end(*, uuid: UUID, support_id: int) -> None:
    """Ends it, by hand or because its time is over. Ended again it changes nothing."""
    with transaction.atomic():
        row = Impersonation.objects.select_for_update().filter(uuid=uuid, support_id=support_id).first()
        if row is not None and row.ended_at is None:
            _end(row)


def _may_more(person: object, support_id: int) -> bool:
    if getattr(person, "is_staff", False) or getattr(person, "is_superuser", False):
        return True
    theirs = queries.permissions_of(getattr(person, "pk", 0))
    return not theirs <= queries.permissions_of(support_id)


def _end(row: Impersonation) -> None:
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    _note(row, "ended")


def _tell(row: Impersonation) -> None:
    card = people.card(row.person_id)
    outbox.put(
        "organisations.impersonated",
        key=f"organisations.impersonation:{row.uuid}",
        to=card.email,
        person_id=card.id,
        context={
            "name": card.display_name,
            "support": people.card(row.support_id).display_name,
            "reason": row.reason,
            "minutes": rules.MINUTES,
            "url": settings.PUBLIC_URL + reverse("notifications:inbox"),
        },
        at=row.begun_at,
    )


def _note(row: Impersonation, what: str, **facts: object) -> None:
    trail.record(
        f"organisations.impersonation.{what}",
        subject=f"organisations.impersonation:{row.pk}",
        at=row.ended_at or row.begun_at,
        actor_id=row.support_id,
        facts={"person": row.person_id, **facts},
    )
