"""A credential of Ada's, keys that exist only here, and lists on which nothing is set."""

import functools
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from certificates.rules import badges, verifying
from certificates.rules.badges import Alignment, Facts, Issuer, Profile, Purpose
from certificates.rules.proofs import bitstring, integrity, tokens

DID = "did:web:institution.example"
AT = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)
HOST = "https://institution.example"
KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LIST_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
STRANGER = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
FACTS = Facts(
    address=f"{HOST}/credentials/0f2a",
    image=f"{HOST}/credentials/0f2a.png",
    issuer=Issuer(DID, "Institution", HOST, "registry@institution.example"),
    subject="9bd0d1a4-5f0a-4a2c-8f3e-1d2c3b4a5968",
    name="Ada Lovelace",
    salt="AAECAwQFBgcICQoLDA0ODw",
    plain=False,
    number="AIMS-LI-0001",
    title="Lead Implementer, ISO/IEC 42001 Lead Implementer",
    description="Leads the implementation of an AIMS.",
    achievement=f"{HOST}/schemes/aims-lead-implementer/#lead",
    criteria="- The exam passed\n- The code of ethics signed",
    scheme_address=f"{HOST}/schemes/aims-lead-implementer/",
    scheme_version=1,
    standard="ISO/IEC 42001:2023",
    standard_address="https://www.iso.org/standard/42001",
    alignments=(Alignment("4", "Context of the organisation"), Alignment("5", "Leadership")),
    begins_on=date(2026, 11, 28),
    expires_on=date(2029, 11, 27),
    status_address=f"{HOST}/status/",
    list_number=1,
    list_index=94567,
)


@functools.cache
def token_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def sign_token(data: bytes) -> bytes:
    return token_key().sign(data, padding.PKCS1v15(), hashes.SHA256())


def signed(facts: Facts = FACTS, profile: Profile = Profile.DEFAULT, key: Any = KEY) -> dict[str, Any]:
    document = badges.document(facts, profile)
    proof = integrity.proof(document, method=f"{DID}#credential", created=AT, sign=key.sign)
    return document | {"proof": [proof] if profile is Profile.OB30 else proof}


def token(facts: Facts = FACTS) -> str:
    claims = badges.claims(badges.document(facts, Profile.JWT))
    return tokens.token(claims, method=f"{DID}#jwt", sign=sign_token)


def status_list(
    purpose: Purpose, places: tuple[int, ...] = (), at: datetime = AT, key: Any = LIST_KEY
) -> dict[str, Any]:
    document = bitstring.document(
        address=f"{HOST}/status/{purpose.value}-1",
        issuer=DID,
        purpose=badges.listed(purpose),
        places=places,
        at=at,
    )
    return document | {"proof": integrity.proof(document, method=f"{DID}#status", created=at, sign=key.sign)}


def ours(*lists: dict[str, Any], compromised: bool = False) -> verifying.Ours:
    """What is ours, with these lists in place of those on which nothing is set."""
    shelf = {one["id"]: one for one in (*map(status_list, Purpose), *lists)}
    return verifying.Ours(
        issuer=DID,
        addresses=f"{HOST}/credentials/",
        keys={
            f"{DID}#credential": verifying.Key(KEY.public_key(), compromised),
            f"{DID}#jwt": verifying.Key(token_key().public_key()),
        },
        list_keys={f"{DID}#status": verifying.Key(LIST_KEY.public_key())},
        lists=shelf,
    )


def verified(presented: Any, known: verifying.Ours | None = None, at: datetime = AT) -> verifying.Report:
    text = presented if isinstance(presented, str | bytes) else json.dumps(presented)
    return verifying.verify(text, known or ours(), at=at)


changed = replace
