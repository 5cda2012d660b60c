"""Entering editions: the one place where a grant, a renewal or a correction becomes rows."""

import secrets
from datetime import date, datetime
from typing import Any

from certificates.models import Credential, CredentialEvent, Decision, DesignVersion, Edition, EditionName
from certificates.queries.schemes import LevelView, SchemeView
from certificates.rules import names
from certificates.rules.standing import Happening
from certificates.signals import edition_issued
from certificates.states import EditionKind
from lms.audit import trail
from lms.kit import digests


class NoDesign(Exception):
    """The scheme names a design that has not been loaded."""


def enter(
    credential: Credential,
    *,
    kind: EditionKind,
    scheme: SchemeView,
    level: LevelView,
    name: str,
    begins_on: date,
    expires_on: date,
    at: datetime,
    decision: Decision | None = None,
) -> Edition:
    """A grant or a renewal by the rules of a scheme's version, inside the caller's transaction and under
    the credential's lock. Raises NoDesign."""
    design = DesignVersion.objects.filter(design__key=scheme.data["design"]).order_by("-number").first()
    if design is None:
        raise NoDesign(scheme.data["design"])
    number = credential.editions.count() + 1
    facts = {
        "number": credential.number,
        "edition": number,
        "scheme": {"key": scheme.key, "title": scheme.title, "version": scheme.number},
        "standard": scheme.data["standard"],
        "level": {"key": level.key, "title": level.title},
        "scope": scheme.data["scope"],
        "begins_on": begins_on.isoformat(),
        "expires_on": expires_on.isoformat(),
        "issuer": scheme.data["issuer"],
    }
    edition = Edition(
        credential=credential,
        number=number,
        kind=kind,
        decision=decision,
        version_id=scheme.version_id,
        design=design,
        begins_on=begins_on,
        expires_on=expires_on,
        grace_days=scheme.data["grace_days"],
        made_at=at,
    )
    return _stored(edition, facts, name)


def corrected(edition: Edition, *, kind: EditionKind, name: str, scope: str, at: datetime) -> Edition:
    """The same edition with another name or a smaller scope: same dates, same rules, same design."""
    credential = edition.credential
    number = credential.editions.count() + 1
    correction = Edition(
        credential=credential,
        number=number,
        kind=kind,
        corrects=edition,
        version_id=edition.version_id,
        design_id=edition.design_id,
        begins_on=edition.begins_on,
        expires_on=edition.expires_on,
        grace_days=edition.grace_days,
        made_at=at,
    )
    return _stored(correction, edition.facts | {"edition": number, "scope": scope}, name)


def issue(
    edition: Edition,
    happening: Happening,
    *,
    key: str,
    at: datetime,
    actor_id: int | None,
    effective_at: datetime | None = None,
    reason: str = "",
    public_note: str = "",
    facts: dict[str, Any] | None = None,
) -> CredentialEvent:
    """Writes the event and the trail's entry of a new edition and announces it: the document and the
    letter to the holder follow. It takes effect at `effective_at`, or at once."""
    credential = edition.credential
    event = CredentialEvent.objects.create(
        credential=credential,
        edition=edition,
        kind=happening.value,
        key=key,
        effective_at=effective_at or at,
        recorded_at=at,
        actor_id=actor_id,
        reason=reason,
        public_note=public_note,
    )
    trail.record(
        f"certificates.credential.{happening.value}",
        subject=f"certificates.credential:{credential.pk}",
        at=at,
        actor_id=actor_id,
        facts={"number": credential.number, "edition": edition.number, "digest": edition.digest}
        | ({"reason": reason} if reason else {})
        | (facts or {}),
    )
    edition_issued.announce(
        credential_id=credential.pk,
        edition_id=edition.pk,
        event_id=event.pk,
        person_id=credential.holder_id,
        kind=edition.kind,
    )
    return event


def _stored(edition: Edition, facts: dict[str, Any], name: str) -> Edition:
    # Keeps the digest from being guessed once the personal data is gone.
    salt = secrets.token_hex(16)
    edition.facts = facts
    edition.digest = digests.digest(facts | {"holder": name, "salt": salt})
    edition.save(force_insert=True)
    EditionName.objects.create(
        edition=edition, holder_name=name, holder_folded=" ".join(names.folded(name)), salt=salt
    )
    return edition
