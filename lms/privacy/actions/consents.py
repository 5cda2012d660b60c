"""Consents: given and withdrawn, in the transaction of the act that rests on them."""

from datetime import datetime

from lms.kit import digests
from lms.privacy.models import Consent


def give(*, person_id: int, purpose: str, regarding: str, words: str, at: datetime) -> None:
    """Notes a consent in the words that were shown. Given again it changes nothing."""
    Consent.objects.get_or_create(
        person_id=person_id,
        purpose=purpose,
        regarding=regarding,
        withdrawn_at=None,
        defaults={"words": words, "digest": digests.digest(words), "given_at": at},
    )


def withdraw(*, person_id: int, purpose: str, regarding: str, at: datetime) -> None:
    """Notes that it is withdrawn. Withdrawn again it changes nothing."""
    standing = Consent.objects.filter(person_id=person_id, purpose=purpose, regarding=regarding)
    standing.filter(withdrawn_at=None).update(withdrawn_at=at)


def withdraw_all(*, person_id: int, at: datetime) -> None:
    """Notes that whatever still stands is withdrawn."""
    Consent.objects.filter(person_id=person_id, withdrawn_at=None).update(withdrawn_at=at)
