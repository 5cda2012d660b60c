"""What is done to a credential's standing: suspend, reinstate, withdraw. One event each.

By an awarding officer, by the holder who gives it up, or by the scheme's rule about maintenance.
"""

from datetime import datetime

from django.db import transaction

from certificates.actions import ties
from certificates.models import Credential, CredentialEvent
from certificates.queries import conflicts
from certificates.rules.conflicts import Bar
from certificates.rules.standing import Happening
from certificates.signals import standing_changed
from certificates.states import CREDENTIAL, WithdrawalReason
from lms.audit import trail
from lms.db import clock

_HAPPENINGS = {
    "suspend": Happening.SUSPENDED,
    "reinstate": Happening.REINSTATED,
    "withdraw": Happening.WITHDRAWN,
}


class SecondPersonNeeded(Exception):
    """A withdrawal for discipline takes two officers, of whom neither is the holder."""


class Conflicted(Exception):
    """The officer holds this credential, or is tied to its holder by what is recorded. Nobody can override it.

    Carries `bars`, and `officer_id`: whom they bar.
    """

    def __init__(self, bars: tuple[Bar, ...], officer_id: int) -> None:
        super().__init__(", ".join(bars))
        self.bars, self.officer_id = bars, officer_id


def keep_out(credential: Credential, *officer_ids: int) -> None:
    """Lets officers act upon a credential whom nothing bars from its holder: the question that decisions ask as well.

    Raises Conflicted.
    """
    ties.refresh(person_id=credential.holder_id)
    for officer_id in officer_ids:
        stands = conflicts.standing(officer_id=officer_id, person_id=credential.holder_id, on=clock.today())
        if stands.bars:
            raise Conflicted(stands.bars, officer_id)


def suspend(*, number: str, officer_id: int, reason: str, public_note: str, use_key: str) -> None:
    """Suspends a credential from now on: the verification page says so at once and the holder is told.

    A form sent twice (the same `use_key`) leaves one event. Raises Credential.DoesNotExist,
    Conflicted, and IllegalMove when it is not in force.
    """
    _move("suspend", number, officer_id, reason, public_note, use_key)


def reinstate(*, number: str, officer_id: int, reason: str, public_note: str, use_key: str) -> None:
    """Ends a suspension from now on. Raises as `suspend` does, IllegalMove when it is not suspended."""
    _move("reinstate", number, officer_id, reason, public_note, use_key)


def withdraw(
    *,
    number: str,
    officer_id: int,
    reason: str,
    public_note: str,
    use_key: str,
    second_id: int | None = None,
) -> None:
    """Withdraws a credential for ever; its number goes on answering. Raises as `suspend` does, and
    SecondPersonNeeded: for discipline a second officer, `second_id`, must have said so too."""
    if reason == WithdrawalReason.DISCIPLINARY and second_id in (None, officer_id):
        raise SecondPersonNeeded(number)
    _move("withdraw", number, officer_id, reason, public_note, use_key, second_id)


def surrender(*, number: str, holder_id: int) -> None:
    """The holder gives a credential up: withdrawn at once and for ever, as voluntary.

    A second click finds it done. Raises Credential.DoesNotExist for anybody else's number, and
    IllegalMove when it was withdrawn for another reason.
    """
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(
            number=number, holder_id=holder_id
        )
        if CredentialEvent.objects.filter(credential=credential, key="withdraw:surrendered").exists():
            return
        move(
            credential,
            "withdraw",
            key="withdraw:surrendered",
            at=at,
            actor_id=holder_id,
            reason=WithdrawalReason.VOLUNTARY.value,
        )


def _move(
    event: str,
    number: str,
    officer_id: int,
    reason: str,
    public_note: str,
    use_key: str,
    second_id: int | None = None,
) -> None:
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(number=number)
        if CredentialEvent.objects.filter(credential=credential, key=f"{event}:{use_key}").exists():
            return
        keep_out(credential, officer_id, *([second_id] if second_id else []))
        move(
            credential,
            event,
            key=f"{event}:{use_key}",
            at=at,
            actor_id=officer_id,
            second_id=second_id,
            reason=reason,
            public_note=public_note,
        )


def move(
    credential: Credential,
    event: str,
    *,
    key: str,
    at: datetime,
    actor_id: int | None,
    reason: str,
    public_note: str = "",
    second_id: int | None = None,
) -> None:
    """One move of a credential that the caller has locked: state, event, trail, announcement.

    Without an actor it is the scheme's rule that moves. Raises IllegalMove.
    """
    before = credential.state
    credential.state = CREDENTIAL.after(before, event)
    credential.save(update_fields=["state"])
    happened = CredentialEvent.objects.create(
        credential=credential,
        kind=_HAPPENINGS[event].value,
        key=key,
        effective_at=at,
        recorded_at=at,
        actor_id=actor_id,
        second_actor_id=second_id,
        reason=reason,
        public_note=public_note,
    )
    trail.record(
        f"certificates.credential.{happened.kind}",
        subject=f"certificates.credential:{credential.pk}",
        at=at,
        actor_id=actor_id,
        facts={"number": credential.number, "from": before, "to": credential.state, "reason": reason}
        | ({"second": second_id} if second_id else {}),
    )
    standing_changed.announce(credential_id=credential.pk, event_id=happened.pk, kind=happened.kind)
