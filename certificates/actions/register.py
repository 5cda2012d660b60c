"""What an officer does to a credential: suspend, reinstate, withdraw. One event each."""

from django.db import transaction

from certificates.models import Credential, CredentialEvent
from certificates.rules.standing import Happening
from certificates.signals import standing_changed
from certificates.states import CREDENTIAL
from lms.audit import trail
from lms.db import clock

_HAPPENINGS = {
    "suspend": Happening.SUSPENDED,
    "reinstate": Happening.REINSTATED,
    "withdraw": Happening.WITHDRAWN,
}


class OwnCredential(Exception):
    """An officer does not act upon a credential of their own."""


def suspend(*, number: str, officer_id: int, reason: str, public_note: str, use_key: str) -> None:
    """Suspends a credential from now on: the verification page says so at once and the holder is told.

    A form sent twice (the same `use_key`) leaves one event. Raises Credential.DoesNotExist,
    OwnCredential, and IllegalMove when it is not in force.
    """
    _move("suspend", number, officer_id, reason, public_note, use_key)


def reinstate(*, number: str, officer_id: int, reason: str, public_note: str, use_key: str) -> None:
    """Ends a suspension from now on. Raises as `suspend` does, IllegalMove when it is not suspended."""
    _move("reinstate", number, officer_id, reason, public_note, use_key)


def withdraw(*, number: str, officer_id: int, reason: str, public_note: str, use_key: str) -> None:
    """Withdraws a credential for ever; its number goes on answering. Raises as `suspend` does."""
    _move("withdraw", number, officer_id, reason, public_note, use_key)


def _move(event: str, number: str, officer_id: int, reason: str, public_note: str, use_key: str) -> None:
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(number=number)
        if CredentialEvent.objects.filter(credential=credential, key=f"{event}:{use_key}").exists():
            return
        if credential.holder_id == officer_id:
            raise OwnCredential(number)
        before = credential.state
        credential.state = CREDENTIAL.after(before, event)
        credential.save(update_fields=["state"])
        happened = CredentialEvent.objects.create(
            credential=credential,
            kind=_HAPPENINGS[event].value,
            key=f"{event}:{use_key}",
            effective_at=at,
            recorded_at=at,
            actor_id=officer_id,
            reason=reason,
            public_note=public_note,
        )
        trail.record(
            f"certificates.credential.{happened.kind}",
            subject=f"certificates.credential:{credential.pk}",
            at=at,
            actor_id=officer_id,
            facts={"number": number, "from": before, "to": credential.state, "reason": reason},
        )
        standing_changed.announce(credential_id=credential.pk, event_id=happened.pk, kind=happened.kind)
