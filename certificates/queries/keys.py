"""The institution's keys as others may see them."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from certificates.models import Key
from certificates.rules import keys as rule
from certificates.rules.keys import PublicKey
from certificates.states import KeyPurpose, KeyState


@dataclass(frozen=True)
class KeyView:
    key_id: str
    purpose: str
    algorithm: str
    public_key: PublicKey
    certificates: str
    state: str
    created_at: datetime
    retired_at: datetime | None
    compromised_since: datetime | None


def published(*purposes: KeyPurpose) -> list[KeyView]:
    """Every key there ever was for these purposes (all, without any), by purpose, the newest first."""
    rows = Key.objects.filter(purpose__in=purposes) if purposes else Key.objects.all()
    return [_view(row) for row in rows]


def active(purpose: KeyPurpose) -> Key | None:
    """The key that signs for a purpose; None while there is none."""
    return Key.objects.filter(purpose=purpose, state=KeyState.ACTIVE).first()


def compromised(purpose: KeyPurpose) -> list[KeyView]:
    """The keys of a purpose with which somebody else may have signed."""
    return [_view(row) for row in Key.objects.filter(purpose=purpose, state=KeyState.COMPROMISED)]


def ends_at(key: Key) -> datetime:
    """Until when the own certificate of a key for documents or for their authority is good."""
    return x509.load_pem_x509_certificates(key.certificates.encode())[0].not_valid_after_utc


def authority_of(key: Key | KeyView) -> x509.Certificate:
    """The certificate of the authority that vouches for a key for documents."""
    return x509.load_pem_x509_certificates(key.certificates.encode())[-1]


def is_adopted(key: Key) -> bool:
    """Whether an authority outside vouches for a key for documents, and none of ours."""
    ours = Key.objects.filter(purpose=KeyPurpose.CA).values_list("certificates", flat=True)
    return authority_of(key) not in {x509.load_pem_x509_certificates(one.encode())[0] for one in ours}


def lost_seals() -> dict[str, datetime]:
    """The keys for documents under which somebody else may have sealed, and since when: their own was compromised, or that of
    the authority which vouches for them."""
    lost = {authority_of(view): view.compromised_since for view in compromised(KeyPurpose.CA)}
    found = {}
    for view in published(KeyPurpose.PDF):
        since = [one for one in (view.compromised_since, lost.get(authority_of(view))) if one]
        if since:
            found[view.key_id] = min(since)
    return found


def _view(row: Key) -> KeyView:
    return KeyView(
        key_id=row.key_id,
        purpose=row.purpose,
        algorithm=row.algorithm,
        public_key=rule.load(row.public_key),
        certificates=row.certificates,
        state=row.state,
        created_at=row.created_at,
        retired_at=row.retired_at,
        compromised_since=row.compromised_since,
    )
