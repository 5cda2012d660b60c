"""Publishing status lists: signed anew whenever a bit changed, and before the last one runs out."""

import json
from datetime import datetime

from django.db import transaction

from certificates.actions import keys
from certificates.models import Key, StatusList
from certificates.queries import badges as queries
from certificates.queries import issuing
from certificates.queries import keys as key_queries
from certificates.rules import badges as rule
from certificates.rules.badges import Purpose
from certificates.rules.proofs import bitstring, integrity, tokens
from certificates.states import KeyPurpose
from lms.db import clock
from lms.kit import digests


class NoSuchList(Exception):
    """There is no list of that number."""


def current(*, purpose: Purpose, number: int) -> StatusList:
    """The list as it is true now: the one published last, or, where a bit changed since, a key was replaced or
    less than half of its time is left, a new one. Raises NoSuchList, keys.NoKey and vaults.Unusable."""
    at = clock.now()
    if not 1 <= number <= queries.last_list():
        raise NoSuchList(number)
    places = queries.set_places(purpose, number)
    listed = digests.digest([places, *_issuer(), *_signing()])
    found = StatusList.objects.filter(purpose=purpose, number=number).first()
    if found and _serves(found, listed, at):
        return found
    return _published(purpose, number, places, at)


def publish_all() -> list[StatusList]:
    """Brings every list up to date, and returns them. Raises as `current` does."""
    numbers = range(1, queries.last_list() + 1)
    return [current(purpose=purpose, number=number) for number in numbers for purpose in Purpose]


def _serves(found: StatusList, listed: str, at: datetime) -> bool:
    return found.listed == listed and found.valid_from <= at < found.valid_until - bitstring.VALIDITY / 2


def _issuer() -> list[str]:
    """What a list says of its issuer: an institution that moves to another address publishes its lists anew at once."""
    return [issuing.did(), issuing.status_lists()]


def _signing() -> list[str]:
    """The keys that sign now; nothing for one that is not there."""
    found = [key_queries.active(purpose) for purpose in (KeyPurpose.STATUS, KeyPurpose.JWT)]
    return [key.key_id if key else "" for key in found]


def _published(purpose: Purpose, number: int, places: list[int], at: datetime) -> StatusList:
    signer = keys.signer(purpose=KeyPurpose.STATUS, at=at)
    token_signer = keys.signer(purpose=KeyPurpose.JWT, at=at)
    document = bitstring.document(
        address=f"{issuing.status_lists()}{purpose.value}-{number}",
        issuer=issuing.did(),
        purpose=rule.listed(purpose),
        places=places,
        at=at,
    )
    listed = digests.digest([places, *_issuer(), signer.key_id, token_signer.key_id])
    proof = integrity.proof(document, method=issuing.method(signer.key_id), created=at, sign=signer.sign)
    claims = bitstring.claims(document)
    token = tokens.token(claims, method=issuing.method(token_signer.key_id), sign=token_signer.sign)
    with transaction.atomic():
        published, _ = StatusList.objects.update_or_create(
            purpose=purpose,
            number=number,
            defaults={
                "document": json.dumps(document | {"proof": proof}, indent=2),
                "token": token,
                "listed": listed,
                "key": Key.objects.get(key_id=signer.key_id),
                "valid_from": at,
                "valid_until": at + bitstring.VALIDITY,
            },
        )
    return published
