"""Any Verifiable Credential 2.0, not only ours: for the public suites that test conformance, and for nothing else."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from certificates.rules import keys
from certificates.rules.proofs import contexts, integrity
from certificates.rules.proofs.canonical import Refused

_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
# VCDM 2.0, section 4: these are objects with a type of their own.
_TYPED: Final = ("credentialStatus", "credentialSchema", "termsOfUse", "evidence", "refreshService")


def method(key: keys.Ed25519PublicKey) -> str:
    """The address of a key that is its own document (did:key)."""
    text = keys.multikey(key)
    return f"did:key:{text}#{text}"


def issue(
    credential: Mapping[str, Any], *, key: keys.Ed25519PublicKey, sign: Callable[[bytes], bytes], at: datetime
) -> dict[str, Any]:
    """The credential with a proof by a key, which becomes its issuer. Raises Refused."""
    address = method(key)
    did = address.partition("#")[0]
    issuer = credential.get("issuer", did)
    document = dict(credential) | {"issuer": issuer | {"id": did} if isinstance(issuer, dict) else did}
    check(document)
    if "proof" in document:
        raise Refused("it has a proof already")
    return document | {"proof": integrity.proof(document, method=address, created=at, sign=sign)}


def verify(document: Mapping[str, Any], *, at: datetime) -> None:
    """Raises Refused unless it is a Verifiable Credential in force whose proofs all hold, by keys that are their own
    documents and the issuer's."""
    check(document)
    proofs = document.get("proof")
    proofs = [proofs] if isinstance(proofs, dict) else proofs
    if not isinstance(proofs, list) or not proofs:
        raise Refused("it has no proof")
    for name, late in (("validFrom", False), ("validUntil", True)):
        if name in document and (datetime.fromisoformat(document[name]) < at) == late:
            raise Refused("it is not in force")
    issuer = document["issuer"]
    for proof in proofs:
        if not isinstance(proof, dict) or not isinstance(proof.get("verificationMethod"), str):
            raise Refused("its proof names no key")
        did, _, fragment = proof["verificationMethod"].partition("#")
        if did != f"did:key:{fragment}" or did != (issuer["id"] if isinstance(issuer, dict) else issuer):
            raise Refused("its proof is not by a key of its issuer")
        try:
            key = keys.from_multikey(fragment)
        except ValueError:
            raise Refused("its proof names no key") from None
        if not integrity.holds(document, proof, key):
            raise Refused("it was altered after it was signed")


def check(document: Mapping[str, Any]) -> None:
    """Raises Refused where a document has not what Verifiable Credentials Data Model v2.0, section 4, asks for."""
    named = document.get("@context")
    if not isinstance(named, list) or named[:1] != [contexts.CREDENTIALS]:
        raise Refused("its first context is not that of Verifiable Credentials 2.0")
    kinds = document.get("type")
    if "VerifiableCredential" not in (kinds if isinstance(kinds, list) else [kinds]):
        raise Refused("it is not of the type VerifiableCredential")
    issuer = document.get("issuer")
    _address(issuer.get("id") if isinstance(issuer, dict) else issuer, "issuer")
    if "id" in document:
        _address(document["id"], "id")
    _check_subjects(document)
    for name in ("validFrom", "validUntil"):
        if name in document:
            _moment(document[name], name)
    for name in _TYPED:
        if name in document and not all(part.get("type") for part in _objects(document[name], name)):
            raise Refused(f"{name} has no type")


def _check_subjects(document: Mapping[str, Any]) -> None:
    for subject in _objects(document.get("credentialSubject"), "credentialSubject"):
        if not subject:
            raise Refused("credentialSubject is empty")
        if "id" in subject:
            _address(subject["id"], "credentialSubject.id")


def _objects(value: Any, name: str) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(part, dict) for part in found):
        raise Refused(f"{name} is no object")
    return found


def _address(value: Any, name: str) -> None:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise Refused(f"{name} is no address")


def _moment(value: Any, name: str) -> None:
    try:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise ValueError(value)
        datetime.fromisoformat(value)
    except ValueError:
        raise Refused(f"{name} is no moment") from None
