"""Whether another device may write in a sitting."""

from datetime import datetime, timedelta
from enum import StrEnum

# So long a refusal stands before the device may ask again: its page asks of itself, and would at once.
REFUSAL = timedelta(seconds=60)


class Consent(StrEnum):
    NOT_NEEDED = "not-needed"
    ASK = "ask"


def consent(*, takeover: str, held_by: str, device: str) -> Consent:
    """What a device needs that asks for the lease: nothing where the exam lets candidates go on freely, where
    no device holds the lease yet, or where it is the one that holds it."""
    free = takeover != "ask" or not held_by or device == held_by
    return Consent.NOT_NEEDED if free else Consent.ASK


def may_ask_again(*, refused_at: datetime | None, at: datetime) -> bool:
    """Whether a refusal lies far enough back."""
    return refused_at is None or at - refused_at >= REFUSAL
