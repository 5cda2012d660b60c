"""Keys: made, replaced, retired, given up. And the one way to sign with them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import IntegrityError, transaction

from certificates.documents import authority, vaults
from certificates.models import Key, KeyChange
from certificates.queries import keys as queries
from certificates.rules import keys as rule
from certificates.rules.keys import PublicKey
from certificates.signals import key_compromised
from certificates.states import KEY, KeyAlgorithm, KeyPurpose, KeyState
from lms.audit import trail

ALGORITHMS: Final = {
    KeyPurpose.CREDENTIAL: KeyAlgorithm.ED25519,
    KeyPurpose.JWT: KeyAlgorithm.RS256,
    KeyPurpose.PDF: KeyAlgorithm.ES256,
    KeyPurpose.STATUS: KeyAlgorithm.ED25519,
    KeyPurpose.LOG: KeyAlgorithm.ED25519,
    KeyPurpose.CA: KeyAlgorithm.ES256,
}


# How long before its certificate ends a key is replaced, the authority's first: what is sealed with the last of one can be
# checked for longer than any certificate lasts, and the authority outlives what it vouches for.
RENEWED: Final = {KeyPurpose.CA: timedelta(days=8 * 365), KeyPurpose.PDF: timedelta(days=4 * 365)}


class NoKey(Exception):
    """There is no key for a purpose. The text says what to do."""


class AlreadyThere(Exception):
    """A key for this purpose signs already: it is rotated, not made a second time."""


class Unfit(Exception):
    """These certificates can't stand behind that key. The text says why."""


@dataclass(frozen=True)
class Signer:
    """What signs for a purpose. `sign` answers as `vaults.Vault.sign` does and raises vaults.Unusable;
    `certificate_chain` is there for documents, the key's own certificate first."""

    key_id: str
    algorithm: str
    public_key: PublicKey
    sign: Callable[[bytes], bytes] = field(repr=False)
    certificate_chain: tuple[x509.Certificate, ...] = ()


def signer(*, purpose: KeyPurpose, at: datetime) -> Signer:
    """The signer of a purpose. Outside production a key that is not there yet is made, and one whose certificate has ended
    is replaced.

    Raises NoKey in production, where somebody makes keys on purpose and a sweep replaces them in time, and vaults.Unusable
    where the key can't be reached.
    """
    key = queries.active(purpose)
    if key and purpose in RENEWED and queries.ends_at(key) <= at:
        if settings.PRODUCTION:
            raise NoKey(
                f"The certificate of {key.key_id} has ended: run manage.py keys rotate {purpose.value}."
            )
        renew(at=at)
        key = queries.active(purpose)
    if key is None:
        if settings.PRODUCTION:
            raise NoKey(f"There is no key for {purpose.label}: run manage.py keys create {purpose.value}.")
        key = _ensured(purpose, at)
    return _signer(key)


def ensure(*, at: datetime) -> list[str]:
    """Makes a key for every purpose that has none; returns the ids of those made. Raises vaults.Unusable."""
    before = set(Key.objects.values_list("key_id", flat=True))
    for purpose in KeyPurpose:
        if queries.active(purpose) is None:
            _ensured(purpose, at)
    return sorted(set(Key.objects.values_list("key_id", flat=True)) - before)


def create(*, purpose: KeyPurpose, at: datetime, actor_id: int | None = None, reference: str = "") -> Key:
    """Makes the first key of a purpose, or takes the one that lies in the vault under `reference`.

    A key for documents gets its certificate from the authority, whose key is made where there is none.
    Raises AlreadyThere and vaults.Unusable.
    """
    with transaction.atomic():
        if queries.active(purpose):
            raise AlreadyThere(purpose)
        return _made(purpose, at, actor_id, reference or _fresh_reference(purpose, at), "")


def adopt(
    *, reference: str, certificates: str, at: datetime, reason: str, actor_id: int | None = None
) -> Key:
    """Seals documents from now on with the key that lies in the vault under `reference`, vouched for by an authority outside:
    `certificates` are in PEM, the key's own first and the end of the chain last. The key that sealed so far is retired.

    Such a key is replaced by nobody but whoever adopted it: readiness tells when its certificate is about to end. Raises Unfit
    and vaults.Unusable.
    """
    chain, public, algorithm = _fitting(certificates, at)
    name = vaults.chosen()
    said = secrets.token_bytes(32)
    if not rule.holds(public, vaults.vault(name).sign(reference, algorithm, said), said):
        raise Unfit(f"The first certificate is not of the key '{reference}'.")
    with transaction.atomic():
        if queries.active(KeyPurpose.PDF):
            _move(_locked_active(KeyPurpose.PDF), "retire", at, actor_id, reason)
        key = Key.objects.create(
            key_id=rule.key_id(KeyPurpose.PDF.value, public),
            purpose=KeyPurpose.PDF,
            algorithm=algorithm,
            public_key=rule.pem(public),
            certificates="".join(one.public_bytes(Encoding.PEM).decode() for one in chain),
            vault=name,
            reference=reference,
            created_at=at,
        )
        _note(key, "create", "", at, actor_id, reason)
    return key


def rotate(*, purpose: KeyPurpose, at: datetime, actor_id: int | None = None, reason: str = "") -> Key:
    """Makes a new key and retires the one that signed so far, which stays published.

    With the authority's key, that for documents is replaced too. Raises NoKey where none signs yet, and
    vaults.Unusable.
    """
    with transaction.atomic():
        _move(_locked_active(purpose), "retire", at, actor_id, reason)
        return _replaced(purpose, at, actor_id, reason)


def retire(*, key_id: str, at: datetime, actor_id: int | None = None, reason: str = "") -> None:
    """Retires a key without another in its place: nothing is signed for its purpose until one is made.

    It stays published. Retiring it again changes nothing. Raises Key.DoesNotExist, and IllegalMove for
    a key that was compromised.
    """
    with transaction.atomic():
        key = Key.objects.select_for_update().get(key_id=key_id)
        if key.state != KeyState.RETIRED:
            _move(key, "retire", at, actor_id, reason)


def compromise(
    *, key_id: str, since: datetime, at: datetime, actor_id: int | None = None, reason: str
) -> None:
    """Declares that somebody else may have signed with a key since a moment.

    It verifies nothing any more that can't be shown to be older; where it was the one that signs, a new
    key takes its place; what it signed and is in force is issued again by a job. Said twice it is done once.
    Raises Key.DoesNotExist and vaults.Unusable.
    """
    with transaction.atomic():
        key = Key.objects.select_for_update().get(key_id=key_id)
        if key.state == KeyState.COMPROMISED:
            return
        signed_until_now = key.state == KeyState.ACTIVE
        key.compromised_since = min(since, at)
        _move(key, "compromise", at, actor_id, reason)
        purpose = KeyPurpose(key.purpose)
        if signed_until_now:
            _replaced(purpose, at, actor_id, reason)
        key_compromised.announce(key_id=key.key_id, purpose=key.purpose)


def renew(*, at: datetime) -> None:
    """Rotates the keys for documents and of their authority whose certificates end too soon for what they would still sign.
    Raises vaults.Unusable."""
    for purpose, ahead in RENEWED.items():
        with transaction.atomic():
            key = Key.objects.select_for_update().filter(purpose=purpose, state=KeyState.ACTIVE).first()
            if key and queries.ends_at(key) < at + ahead and not queries.is_adopted(key):
                rotate(
                    purpose=purpose, at=at, reason=f"Its certificate ends on {queries.ends_at(key):%Y-%m-%d}."
                )


def revocation_list(*, at: datetime, authority_id: str = "") -> bytes:
    """The list of the certificates for documents that an authority has revoked, since their keys were compromised, or its own;
    in DER, good for 90 days. Of the authority of that key id, whatever became of it; without one, of the one that vouches now.

    Raises Key.DoesNotExist for a key that never was an authority's, NoKey and vaults.Unusable.
    """
    own_id = authority_id or signer(purpose=KeyPurpose.CA, at=at).key_id
    row = Key.objects.get(purpose=KeyPurpose.CA, key_id=own_id)
    above, lost = _signer(row), queries.lost_seals()
    issuer = above.certificate_chain[0]
    revoked = [
        (x509.load_pem_x509_certificate(view.certificates.encode()), lost[view.key_id])
        for view in reversed(queries.published(KeyPurpose.PDF))
        if view.key_id in lost and queries.authority_of(view) == issuer
    ]
    return authority.revocation_list(revoked, issuer=issuer, sign=above.sign, at=at)


def sealed(*, key_id: str) -> bytes:
    """The private half as it lies in its file, encrypted, to be kept elsewhere. Raises Key.DoesNotExist,
    and vaults.Unusable for a key that does not leave its device."""
    key = Key.objects.get(key_id=key_id)
    kept = vaults.vault(key.vault)
    if not isinstance(kept, vaults.files.Files):
        raise vaults.Unusable(f"The key '{key_id}' lies in a device and does not leave it.")
    return kept.stored(key.reference)


def _fitting(certificates: str, at: datetime) -> tuple[list[x509.Certificate], PublicKey, KeyAlgorithm]:
    try:
        chain = x509.load_pem_x509_certificates(certificates.encode())
    except ValueError:
        raise Unfit("There is no certificate in PEM to read.") from None
    own = chain[0]
    if not own.not_valid_before_utc <= at < own.not_valid_after_utc:
        raise Unfit(
            f"The first certificate is valid from {own.not_valid_before_utc:%Y-%m-%d} to {own.not_valid_after_utc:%Y-%m-%d}."
        )
    for below, above in pairwise(chain):
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            raise Unfit(
                f"'{above.subject.rfc4514_string()}' has not issued the certificate before it: the key's own comes first."
            ) from None
    public = own.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return chain, public, KeyAlgorithm.ES256
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048:
        return chain, public, KeyAlgorithm.RS256
    raise Unfit("A seal is made with a key on the curve P-256, or with RSA of 2048 bits or more.")


def _ensured(purpose: KeyPurpose, at: datetime) -> Key:
    """The first key of a purpose, whoever of several at once makes it."""
    try:
        return create(purpose=purpose, at=at, reference=f"{purpose.value}-1")
    except (AlreadyThere, IntegrityError):
        return _standing(queries.active(purpose), purpose)


def _replaced(purpose: KeyPurpose, at: datetime, actor_id: int | None, reason: str) -> Key:
    key = _made(purpose, at, actor_id, _fresh_reference(purpose, at), reason)
    sealing = queries.active(KeyPurpose.PDF)
    if purpose is KeyPurpose.CA and sealing and not queries.is_adopted(sealing):
        # What signs documents must be vouched for by the authority that stands.
        rotate(purpose=KeyPurpose.PDF, at=at, actor_id=actor_id, reason=reason)
    return key


def _made(purpose: KeyPurpose, at: datetime, actor_id: int | None, reference: str, reason: str) -> Key:
    name, algorithm = vaults.chosen(), ALGORITHMS[purpose]
    public = vaults.vault(name).make(reference, algorithm)
    key = Key.objects.create(
        key_id=rule.key_id(purpose.value, public),
        purpose=purpose,
        algorithm=algorithm,
        public_key=rule.pem(public),
        certificates=_certified(purpose, public, name, reference, at),
        vault=name,
        reference=reference,
        created_at=at,
    )
    _note(key, "create", "", at, actor_id, reason)
    return key


def _certified(purpose: KeyPurpose, public: PublicKey, vault: str, reference: str, at: datetime) -> str:
    if not isinstance(public, ec.EllipticCurvePublicKey):
        return ""
    if purpose is KeyPurpose.CA:
        sign = _sign_with(vault, reference, KeyAlgorithm.ES256)
        return authority.authority(public, sign, institution=settings.INSTITUTION, at=at)
    above = queries.active(KeyPurpose.CA) or _ensured(KeyPurpose.CA, at)
    issuer = x509.load_pem_x509_certificate(above.certificates.encode())
    sign = _sign_with(above.vault, above.reference, above.algorithm)
    own = authority.of_documents(
        public,
        issuer=issuer,
        sign=sign,
        institution=settings.INSTITUTION,
        revoked=f"{settings.PUBLIC_URL}/keys/{above.key_id}.crl",
        at=at,
    )
    return own + above.certificates


def _signer(key: Key) -> Signer:
    chain = x509.load_pem_x509_certificates(key.certificates.encode()) if key.certificates else []
    return Signer(
        key_id=key.key_id,
        algorithm=key.algorithm,
        public_key=rule.load(key.public_key),
        sign=_sign_with(key.vault, key.reference, key.algorithm),
        certificate_chain=tuple(chain),
    )


def _sign_with(vault: str, reference: str, algorithm: str) -> Callable[[bytes], bytes]:
    kept = vaults.vault(vault)
    return lambda data: kept.sign(reference, algorithm, data)


def _locked_active(purpose: KeyPurpose) -> Key:
    rows = Key.objects.select_for_update().filter(purpose=purpose, state=KeyState.ACTIVE)
    return _standing(rows.first(), purpose)


def _standing(key: Key | None, purpose: KeyPurpose) -> Key:
    if key is None:
        raise NoKey(f"There is no key for {purpose.label}: run manage.py keys create {purpose.value}.")
    return key


def _fresh_reference(purpose: KeyPurpose, at: datetime) -> str:
    return f"{purpose.value}-{at:%Y%m%d}-{secrets.token_hex(3)}"


def _move(key: Key, event: str, at: datetime, actor_id: int | None, reason: str) -> None:
    before = key.state
    key.state = KEY.after(before, event)
    key.retired_at = key.retired_at or at
    key.save(update_fields=["state", "retired_at", "compromised_since"])
    _note(key, event, before, at, actor_id, reason)


def _note(key: Key, event: str, before: str, at: datetime, actor_id: int | None, reason: str) -> None:
    KeyChange.objects.create(
        key=key, event=event, from_state=before, to_state=key.state, at=at, actor_id=actor_id, reason=reason
    )
    trail.record(
        f"certificates.key.{ {'create': 'created', 'retire': 'retired', 'compromise': 'compromised'}[event] }",
        subject=f"certificates.key:{key.pk}",
        at=at,
        actor_id=actor_id,
        facts={"key": key.key_id, "purpose": key.purpose, "from": before, "to": key.state},
    )
