"""Mail domains: claimed, shown to be one's own, given up."""

import secrets
from uuid import UUID

from django.db import IntegrityError, transaction

from lms.audit import trail
from lms.db import clock
from lms.organisations import gateway
from lms.organisations.models import Domain, Organisation, SignIn
from lms.organisations.rules import domains

MOST = 20


class TooMany(Exception):
    """The organisation has claimed MOST domains."""


class NotShown(Exception):
    """The record isn't there yet."""


class OfAnother(Exception):
    """Another organisation has shown this domain to be its own."""


class StillEnforced(Exception):
    """The organisation's people sign in by addresses in this domain alone."""


def claim(*, organisation_id: UUID, name: str, actor_id: int) -> Domain:
    """A domain to be shown; claimed again it is the same. Raises domains.NoDomain and TooMany."""
    at = clock.now()
    name = domains.tidy(name)
    with transaction.atomic():
        # The organisation's row is the lock: of two clicks at once the second finds the first one's claim.
        Organisation.objects.select_for_update().get(pk=organisation_id)
        mine = Domain.objects.filter(organisation_id=organisation_id)
        row = mine.filter(name=name).first()
        if row is not None:
            return row
        if mine.count() >= MOST:
            raise TooMany
        row = Domain.objects.create(
            organisation_id=organisation_id, name=name, token=secrets.token_urlsafe(24), claimed_at=at
        )
        _trace("claimed", row, actor_id)
    return row


def show(*, organisation_id: UUID, uuid: UUID, actor_id: int) -> None:
    """Looks the record up; if it is there, the domain is the organisation's own.

    Raises Domain.DoesNotExist, NotShown, OfAnother and gateway.CouldNotAsk. Asks before it locks: an answer may take seconds.
    """
    row = Domain.objects.get(organisation_id=organisation_id, uuid=uuid)
    if domains.record(row.token) not in gateway.texts_at(domains.PLACE + row.name):
        raise NotShown(row.name)
    at = clock.now()
    try:
        with transaction.atomic():
            row = Domain.objects.select_for_update().get(pk=row.pk)
            if row.shown_at is None:
                row.shown_at = at
                row.save(update_fields=["shown_at"])
                _trace("shown", row, actor_id)
    except IntegrityError:
        raise OfAnother(row.name) from None


def open_to_join(*, organisation_id: UUID, uuid: UUID, joins: bool, actor_id: int) -> None:
    """Whether everybody with an address in the domain may become a member. Raises Domain.DoesNotExist, NotShown."""
    with transaction.atomic():
        row = Domain.objects.select_for_update().get(organisation_id=organisation_id, uuid=uuid)
        if row.shown_at is None:
            raise NotShown(row.name)
        row.joins = joins
        row.save(update_fields=["joins"])
        _trace("opened" if joins else "closed", row, actor_id)


def give_up(*, organisation_id: UUID, uuid: UUID, actor_id: int) -> None:
    """The domain is claimed no more; who joined by it stays. Raises Domain.DoesNotExist and StillEnforced."""
    with transaction.atomic():
        row = Domain.objects.select_for_update().get(organisation_id=organisation_id, uuid=uuid)
        others = Domain.objects.filter(organisation_id=organisation_id, shown_at__isnull=False)
        enforced = SignIn.objects.filter(organisation_id=organisation_id, enforced=True).exists()
        if row.shown_at and enforced and not others.exclude(pk=row.pk).exists():
            raise StillEnforced(row.name)
        _trace("given_up", row, actor_id)
        row.delete()


def _trace(what: str, row: Domain, actor_id: int) -> None:
    trail.record(
        f"organisations.domain.{what}",
        subject=f"organisations.domain:{row.uuid}",
        at=clock.now(),
        actor_id=actor_id,
        organisation_id=row.organisation_id,
        facts={"domain": row.name},
    )
