"""Signing credentials: after the edition stands, before anybody is served one."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from certificates.actions import keys
from certificates.actions.keys import Signer
from certificates.models import Badge, Credential, Edition, EditionName, Key, StatusPlace
from certificates.queries import badges as queries
from certificates.queries import issuing
from certificates.rules import badges as rule
from certificates.rules.badges import Profile
from certificates.rules.proofs import integrity, tokens
from certificates.rules.proofs.bitstring import ENTRIES
from certificates.signals import badge_signed_anew
from certificates.states import CredentialState, KeyPurpose, KeyState
from lms.audit import trail
from lms.db import clock
from lms.jobs import queue
from lms.kit import digests

PURPOSES = {
    Profile.DEFAULT: KeyPurpose.CREDENTIAL,
    Profile.OB30: KeyPurpose.CREDENTIAL,
    Profile.JWT: KeyPurpose.JWT,
}


def make(*, edition_id: int) -> Badge | None:
    """Signs the credential of an edition in every profile, stores each with its digest, and returns the newest of
    the profile `default`; None, and nothing stored, once the name was erased.

    What says the same and was signed with a key that is not compromised is not signed again, however often this
    is called. A badge that replaces another is announced: documents that carry it follow. Raises keys.NoKey and vaults.Unusable.
    """
    edition = Edition.objects.select_related("credential", "particulars", "version").get(pk=edition_id)
    if not edition.holder_name:
        return None
    at = clock.now()
    facts = queries.facts(edition, _placed(edition))
    signed, newest = [], _newest(edition)
    for profile in Profile:
        document = rule.document(facts, profile)
        said = digests.digest(document)
        if not _stands(newest.get(profile), said):
            signer = keys.signer(purpose=PURPOSES[profile], at=at)
            signed.append((profile, said, signer, _signed(document, profile, signer, at)))
    if signed:
        _store(edition, signed, at)
    return queries.newest(edition, Profile.DEFAULT)


def make_anew(*, credential_id: int) -> None:
    """Signs every edition of a credential that was signed before, where it no longer says the same."""
    rows = Edition.objects.filter(credential_id=credential_id, badges__isnull=False).order_by("pk").distinct()
    for edition_id in rows.values_list("pk", flat=True):
        make(edition_id=edition_id)


def make_missing() -> None:
    """Signs what should have been signed a minute ago, as `queue.each` does. Raises an ExceptionGroup."""
    late = clock.now() - timedelta(minutes=1)
    without = ~Exists(Badge.objects.filter(edition=OuterRef("pk")))
    named = Edition.objects.filter(without, made_at__lt=late, particulars__isnull=False)
    queue.each(
        named.only("pk"),
        lambda edition: make(edition_id=edition.pk),
        sweep="certificates.make_missing_badges",
        failed="credentials that could not be signed",
    )


def reissue(*, key_id: str) -> None:
    """Puts a job for every edition in force of which the newest signature was made with a key that was compromised.

    None of them can be shown to be older than the moment since when somebody else may have signed: their own
    date is a claim of whoever signed. Called twice it puts each job once.
    """
    key = Key.objects.get(key_id=key_id)
    with transaction.atomic(), queue.together():
        for edition_id in _in_force_by(key):
            queue.put(
                "certificates.make_badge",
                key=f"edition:{edition_id}:after:{key_id}",
                payload={"edition_id": edition_id},
            )


def _in_force_by(key: Key) -> list[int]:
    rows = Edition.objects.filter(
        badges__key=key, expires_on__gte=clock.today(), corrected_by__isnull=True, particulars__isnull=False
    ).exclude(credential__state=CredentialState.WITHDRAWN)
    return list(rows.order_by("pk").values_list("pk", flat=True).distinct())


def _placed(edition: Edition) -> StatusPlace:
    """The place of an edition in the status lists, drawn by lot where it has none."""
    while True:
        place = StatusPlace.objects.filter(edition=edition).first()
        if place is not None:
            return place
        number = queries.last_list()
        # A list that is half full is left as it is: drawing stays quick, and places stay hard to guess.
        if StatusPlace.objects.filter(list_number=number).count() >= ENTRIES // 2:
            number += 1
        try:
            with transaction.atomic():
                return StatusPlace.objects.create(
                    edition=edition, list_number=number, list_index=secrets.randbelow(ENTRIES)
                )
        except IntegrityError:
            continue  # the place is taken, or another worker was quicker


def _newest(edition: Edition) -> dict[str, Badge]:
    """The newest of each profile, by its name, with its key. One statement."""
    rows = Badge.objects.filter(edition=edition).select_related("key").defer("body").order_by("revision")
    return {row.profile: row for row in rows}


def _stands(newest: Badge | None, said: str) -> bool:
    return newest is not None and newest.said == said and newest.key.state != KeyState.COMPROMISED


def _signed(document: dict[str, Any], profile: Profile, signer: Signer, at: datetime) -> str:
    method = issuing.method(signer.key_id)
    if profile is Profile.JWT:
        return tokens.token(rule.claims(document), method=method, sign=signer.sign)
    proof = integrity.proof(document, method=method, created=at, sign=signer.sign)
    # 1EdTech's schema has proofs in a list.
    whole = document | {"proof": [proof] if profile is Profile.OB30 else proof}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _store(edition: Edition, signed: list[tuple[Profile, str, Signer, str]], at: datetime) -> None:
    with transaction.atomic():
        # An erasure that came in between has waited, or is seen here; and of two workers one signs.
        Credential.objects.select_for_update(of=("self",)).get(pk=edition.credential_id)
        if not EditionName.objects.filter(edition=edition).exists():
            return
        newest = _newest(edition)
        used = Key.objects.in_bulk({one.key_id for _, _, one, _ in signed}, field_name="key_id")
        for profile, said, signer, body in signed:
            before = newest.get(profile)
            if _stands(before, said):
                continue
            badge = Badge.objects.create(
                edition=edition,
                profile=profile,
                revision=before.revision + 1 if before else 1,
                body=body,
                digest=hashlib.sha256(body.encode()).hexdigest(),
                said=said,
                key=used[signer.key_id],
                made_at=at,
            )
            _tell(badge, edition, signer.key_id)


def _tell(badge: Badge, edition: Edition, key_id: str) -> None:
    trail.record(
        "certificates.badge.issued",
        subject=f"certificates.badge:{badge.pk}",
        at=badge.made_at,
        actor_id=None,
        facts={
            "number": edition.credential.number,
            "edition": edition.number,
            "profile": badge.profile,
            "revision": badge.revision,
            "digest": badge.digest,
            "key": key_id,
        },
    )
    if badge.revision > 1 and badge.profile == Profile.DEFAULT:
        badge_signed_anew.announce(edition_id=edition.pk, digest=badge.digest)
