"""Awarding: number, name, design and digest stand in the register before any document exists."""

import secrets
from datetime import datetime

from certificates.models import Credential, CredentialEvent, Decision, DesignVersion, Edition
from certificates.queries.schemes import LevelView, SchemeView
from certificates.rules import names, numbers, validity
from certificates.rules.standing import Happening
from certificates.signals import credential_granted
from lms.accounts import queries as people
from lms.audit import trail
from lms.kit import digests


class NoDesign(Exception):
    """The scheme names a design that has not been loaded."""


def award(*, decision: Decision, scheme: SchemeView, level: LevelView, at: datetime) -> Credential:
    """Enters a credential with its first edition, inside the decision's transaction, and announces it.

    From the announcement follow the document and the letter to the holder. Raises NoDesign.
    """
    application = decision.application
    design = DesignVersion.objects.filter(design__key=scheme.data["design"]).order_by("-number").first()
    if design is None:
        raise NoDesign(scheme.data["design"])
    number = _fresh_number(scheme.code)
    credential = Credential.objects.create(
        number=number,
        folded=numbers.parse(number).folded,
        holder_id=application.person_id,
        level_id=level.id,
        share_key=new_share_key(),
        granted_at=at,
    )
    name = people.card(application.person_id).printed_name.strip()
    begins_on = at.date()
    expires_on = validity.expires_on(begins_on, scheme.data["validity_years"])
    claims = {
        "number": number,
        "edition": 1,
        "holder": name,
        "scheme": {"key": scheme.key, "title": scheme.title, "version": scheme.number},
        "standard": scheme.data["standard"],
        "level": {"key": level.key, "title": level.title},
        "scope": scheme.data["scope"],
        "begins_on": begins_on.isoformat(),
        "expires_on": expires_on.isoformat(),
        "issuer": scheme.data["issuer"],
        # Keeps the digest from being guessed once the personal data is gone.
        "salt": secrets.token_hex(16),
    }
    edition = Edition.objects.create(
        credential=credential,
        number=1,
        decision=decision,
        version_id=scheme.version_id,
        design=design,
        begins_on=begins_on,
        expires_on=expires_on,
        grace_days=scheme.data["grace_days"],
        holder_name=name,
        holder_folded=" ".join(names.folded(name)),
        claims=claims,
        digest=digests.digest(claims),
        made_at=at,
    )
    _tell(credential, edition, decision, at)
    return credential


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
