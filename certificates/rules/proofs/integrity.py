"""Proofs of Data Integrity with Ed25519: the W3C cryptosuites eddsa-rdfc-2022 and eddsa-jcs-2022.

Source: Data Integrity EdDSA Cryptosuites v1.0 (W3C Recommendation, 15 May 2025), sections 3.2 and 3.3.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import base58
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.rules.proofs import canonical, contexts, reading
from certificates.rules.proofs.canonical import Refused, Shelf

RDFC: Final = "eddsa-rdfc-2022"
JCS: Final = "eddsa-jcs-2022"
_MEMBERS: Final = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}


def hashed(
    document: Mapping[str, Any], proof: Mapping[str, Any], known: Mapping[str, Any] | None = None
) -> bytes:
    """The 64 bytes that are signed: SHA-256 of the canonical proof without its value, then of the canonical
    document without its proof. Raises Refused."""
    shelf = contexts.shelf() if known is None else Shelf(known)
    bare = {key: value for key, value in document.items() if key != "proof"}
    config = {key: value for key, value in proof.items() if key != "proofValue"}
    if proof.get("cryptosuite") == RDFC:
        config["@context"] = bare.get("@context")
        forms = canonical.nquads(config, shelf), canonical.nquads(bare, shelf)
    elif proof.get("cryptosuite") == JCS:
        forms = _jcs(config), _jcs(bare)
    else:
        raise Refused("its proof is of a kind that is not known here")
    return b"".join(hashlib.sha256(form).digest() for form in forms)


def proof(
    document: Mapping[str, Any],
    *,
    method: str,
    created: datetime,
    sign: Callable[[bytes], bytes],
    suite: str = RDFC,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A proof over a document that has none. `method` is the address of the key with which `sign` signs
    (Ed25519: 64 bytes over what it is given). Raises Refused."""
    made: dict[str, Any] = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": moment(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    if suite == JCS and "@context" in document:
        made["@context"] = document["@context"]
    signature = sign(hashed(document, made, known))
    return made | {"proofValue": "z" + base58.b58encode(signature).decode()}


def holds(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    key: Ed25519PublicKey,
    known: Mapping[str, Any] | None = None,
) -> bool:
    """Whether a proof of the document was made with a key. Raises Refused where it is no proof at all."""
    wanted = _MEMBERS | ({"@context"} if proof.get("cryptosuite") == JCS else set())
    if set(proof) != wanted or not all(isinstance(proof[name], str) for name in _MEMBERS):
        raise Refused("its proof lacks something, or has more than a proof has")
    if proof["type"] != "DataIntegrityProof" or proof["proofPurpose"] != "assertionMethod":
        raise Refused("its proof is of a kind that is not known here")
    try:
        key.verify(_signature(proof["proofValue"]), hashed(document, proof, known))
    except InvalidSignature:
        return False
    return True


def moment(at: datetime) -> str:
    """A moment as XML Schema writes it, in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _signature(value: str) -> bytes:
    # 64 bytes take 88 digits at the most; decoding much longer texts would take its time.
    if value[:1] != "z" or len(value) > 100:
        raise Refused("its proof has no signature")
    try:
        found = base58.b58decode(value[1:])
    except ValueError:
        raise Refused("its proof has no signature") from None
    if len(found) != 64:
        raise Refused("its proof has no signature")
    return found


def _jcs(value: Any) -> bytes:
    try:
        reading.check(value)
        return rfc8785.dumps(value)
    except (reading.Unreadable, rfc8785.CanonicalizationError):
        raise Refused("it has no canonical form") from None
