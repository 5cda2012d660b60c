"""Keys for an organisation's systems: made, used, revoked."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lms.audit import trail
from lms.db import clock
from lms.organisations.models import ApiKey, Organisation
from lms.organisations.rules import api_keys as rules

MOST = 20
LONGEST = 366
NOTED_EVERY = timedelta(minutes=1)


class TooMany(Exception):
    """An organisation has at most `MOST` keys that work."""


def make(
    *, organisation_id: UUID, name: str, scopes: Sequence[str], days: int, actor_id: int
) -> tuple[ApiKey, str]:
    """A new key, and its words, which nobody can show again. Raises TooMany, and ValueError for an unknown scope, none
    at all, or more than a year."""
    if not scopes or not set(scopes) <= set(rules.SCOPES) or not 1 <= days <= LONGEST:
        raise ValueError("a key has known scopes, and works for a year at most")
    at = clock.now()
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation_id)
        if ApiKey.objects.filter(organisation_id=organisation_id).filter(_works(at)).count() >= MOST:
            raise TooMany
        words, prefix, digest = rules.written(
            secrets.token_bytes(rules.PREFIX_BYTES), secrets.token_bytes(rules.SECRET_BYTES)
        )
        row = ApiKey.objects.create(
            organisation_id=organisation_id,
            name=name,
            prefix=prefix,
            digest=digest,
            scopes=sorted(scopes),
            made_by_id=actor_id,
            made_at=at,
            expires_at=at + timedelta(days=days),
        )
        _note(row, "made", actor_id)
    return row, words


def revoke(*, organisation_ids: Sequence[UUID], uuid: UUID, actor_id: int) -> None:
    """From now on the key opens nothing. Revoked again it changes nothing. Raises ApiKey.DoesNotExist."""
    with transaction.atomic():
        row = ApiKey.objects.select_for_update().get(uuid=uuid, organisation_id__in=organisation_ids)
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            row.save(update_fields=["revoked_at"])
            _note(row, "revoked", actor_id)


def use(words: str) -> ApiKey | None:
    """The key that these are the words of, if it works; when it was used is noted once a minute at most."""
    parts = rules.read(words)
    at = clock.now()
    row = ApiKey.objects.filter(_works(at), prefix=parts[0]).first() if parts else None
    if row is None or parts is None or not rules.fits(parts[1], row.digest):
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at - NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=row.pk).update(last_used_at=at)
    return row


def _works(at: datetime) -> Q:
    return Q(revoked_at=None, expires_at__gt=at)


def _note(row: ApiKey, what: str, actor_id: int) -> None:
    trail.record(
        f"organisations.api_key.{what}",
        subject=f"organisations.api_key:{row.pk}",
        at=clock.now(),
        actor_id=actor_id,
        organisation_id=row.organisation_id,
        facts={"prefix": row.prefix, "scopes": row.scopes},
    )
