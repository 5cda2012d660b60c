"""Awarding: number, name, design and digest stand in the register before any document exists."""

import secrets
from datetime import datetime

from certificates.actions import editions
from certificates.models import Application, Credential, CredentialEvent, Decision, Edition
from certificates.queries import credentials
from certificates.queries.schemes import LevelView, SchemeView
from certificates.rules import numbers, validity
from certificates.rules.standing import Happening
from certificates.signals import credential_granted
from certificates.states import EditionKind
from lms.accounts import queries as people
from lms.audit import trail


def award(*, decision: Decision, scheme: SchemeView, level: LevelView, at: datetime) -> Credential:
    """Enters a credential with its first edition, inside the decision's transaction, and announces it.

    From the announcement follow the document and the letter to the holder. Raises editions.NoDesign.
    """
    application = decision.application
    # The number belongs to holder, scheme and level for life: one that lapsed gets a further edition.
    lapsed = credentials.lapsed(person_id=application.person_id, level_id=level.id, on=at.date())
    if lapsed is not None:
        credential = Credential.objects.select_for_update(of=("self",)).get(pk=lapsed.credential_id)
    else:
        credential = _fresh(application, scheme.code, level.id, at)
    name = people.card(application.person_id).printed_name.strip()
    begins_on = at.date()
    edition = editions.enter(
        credential,
        kind=EditionKind.GRANT,
        scheme=scheme,
        level=level,
        name=name,
        begins_on=begins_on,
        expires_on=validity.expires_on(begins_on, scheme.data["validity_years"]),
        at=at,
        decision=decision,
    )
    _tell(credential, edition, decision, at)
    return credential


def _fresh(application: Application, code: str, level_id: int, at: datetime) -> Credential:
    number = _fresh_number(code)
    return Credential.objects.create(
        number=number,
        folded=numbers.parse(number).folded,
        holder_id=application.person_id,
        level_id=level_id,
        share_key=new_share_key(),
        granted_at=at,
    )


def new_share_key() -> str:
    """A key of 96 random bits: it counts as the name on the verification page."""
    return secrets.token_urlsafe(12)


def _fresh_number(code: str) -> str:
    while True:
        number = numbers.written(
            code, "".join(secrets.choice(numbers.ALPHABET) for _ in range(numbers.RANDOM_LENGTH))
        )
        if not Credential.objects.filter(number=number).exists():
            return number


def _tell(credential: Credential, edition: Edition, decision: Decision, at: datetime) -> None:
    event = CredentialEvent.objects.create(
        credential=credential,
        edition=edition,
        kind=Happening.GRANTED.value,
        key=f"edition:{edition.number}",
        effective_at=at,
        recorded_at=at,
        actor_id=decision.decided_by_id,
    )
    trail.record(
        "certificates.credential.granted",
        subject=f"certificates.credential:{credential.pk}",
        at=at,
        actor_id=decision.decided_by_id,
        facts={"number": credential.number, "digest": edition.digest, "decision": decision.pk},
    )
    credential_granted.announce(
        credential_id=credential.pk,
        edition_id=edition.pk,
        event_id=event.pk,
        person_id=credential.holder_id,
    )
