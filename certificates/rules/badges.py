"""The credential as others' software reads it: Open Badges 3.0, which is a W3C Verifiable Credential 2.0.

Pure: facts in, the unsigned document out. Sources: Verifiable Credentials Data Model v2.0; Open Badges 3.0
(1EdTech, 3.0.3), appendix B for the shapes.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, Final

from certificates.rules.keys import base64url
from certificates.rules.proofs import canonical, contexts, integrity, reading, tokens

SCHEMA: Final = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
TYPES: Final = ["VerifiableCredential", "OpenBadgeCredential"]


class Profile(StrEnum):
    """Signed forms of one record."""

    DEFAULT = "default"  # one proof, one status for revocation and one for suspension
    OB30 = "ob30"  # as 1EdTech's schema has it: one status, proofs in a list
    JWT = "jwt"  # a compact token, for clients of Open Badges that read nothing else


class Purpose(StrEnum):
    """What a status list says. `docs/decisions/0017-what-a-badge-says-of-its-standing.md`"""

    REVOCATION = "revocation"  # withdrawn, or superseded by a correction: for ever
    SUSPENSION = "suspension"  # suspended: cleared on reinstatement
    STANDING = "standing"  # either of them, for profiles that have room for one


@dataclass(frozen=True)
class Issuer:
    did: str
    name: str
    url: str
    email: str


@dataclass(frozen=True)
class Alignment:
    """A part of a standard that was proven: `code` such as "6" or "A", a name in our own words."""

    code: str
    name: str


@dataclass(frozen=True)
class Facts:
    """Everything that a credential says. Addresses are absolute; `salt` makes the name hard to guess where
    it is not plain; `subject` is a random UUID that says nothing."""

    address: str
    image: str
    issuer: Issuer
    subject: str
    name: str
    salt: str
    plain: bool
    number: str
    title: str
    description: str
    achievement: str
    criteria: str
    scheme_address: str
    scheme_version: int
    standard: str
    standard_address: str
    alignments: tuple[Alignment, ...]
    begins_on: date
    expires_on: date
    status_address: str
    list_number: int
    list_index: int


def document(facts: Facts, profile: Profile) -> dict[str, Any]:
    """The unsigned document of a profile, every text in NFC."""
    strict = profile is not Profile.DEFAULT
    made: dict[str, Any] = {
        "@context": [contexts.CREDENTIALS, contexts.OPEN_BADGES, *([contexts.EXTENSIONS] if strict else [])],
        "id": facts.address,
        "type": list(TYPES),
        "name": facts.title,
        "issuer": _issuer(facts.issuer),
        "validFrom": _edge(facts.begins_on, time(0, 0, 0)),
        "validUntil": _edge(facts.expires_on, time(23, 59, 59)),
        "credentialSubject": {
            "id": f"urn:uuid:{facts.subject}",
            "type": ["AchievementSubject"],
            "identifier": [identity(facts.name, facts.salt, plain=facts.plain)],
            "licenseNumber": facts.number,
            "achievement": _achievement(facts),
        },
    }
    if strict:
        made["credentialStatus"] = _status(facts, Purpose.STANDING)
        made["credentialSchema"] = [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}]
    else:
        made["credentialStatus"] = [
            _status(facts, purpose) for purpose in (Purpose.REVOCATION, Purpose.SUSPENSION)
        ]
    composed: dict[str, Any] = reading.composed(made)
    return composed


def places(body: str) -> set[tuple[int, int]]:
    """At which places of the status lists, as numbers of list and bit, a signed form (JSON or token) points; none for what is
    no signed form."""
    try:
        told = json.loads(body) if body.startswith("{") else tokens.opened(body)[1]
        statuses = told["credentialStatus"]
        return {
            (int(one["statusListCredential"].rpartition("-")[2]), int(one["statusListIndex"]))
            for one in (statuses if isinstance(statuses, list) else [statuses])
        }
    except (canonical.Refused, ValueError, KeyError, TypeError, AttributeError):
        return set()


def claims(document: dict[str, Any]) -> dict[str, Any]:
    """The payload of a token: the document, and what JWT names in its own way (RFC 7519, section 4.1)."""
    return document | {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": _seconds(document["validFrom"]),
        "exp": _seconds(document["validUntil"]),
    }


def identity(name: str, salt: str, *, plain: bool) -> dict[str, Any]:
    """Who the holder is: the name, or SHA-256 of name and salt, in lower-case hexadecimal after `sha256$`.

    With the name in hand anybody works out the same digest; without it they must guess.
    """
    name = str(reading.composed(name))
    if plain:
        return {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": name,
            "identityType": "name",
        }
    digest = hashlib.sha256((name + salt).encode()).hexdigest()
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "name",
        "salt": salt,
    }


def salt(secret: str) -> str:
    """A salt for the badge from an edition's own: published, it says nothing about the other."""
    return base64url(hashlib.sha256(f"badge:{secret}".encode()).digest()[:16])


def _issuer(issuer: Issuer) -> dict[str, Any]:
    return {
        "id": issuer.did,
        "type": ["Profile"],
        "name": issuer.name,
        "url": issuer.url,
        "email": issuer.email,
    }


def _achievement(facts: Facts) -> dict[str, Any]:
    return {
        "id": facts.achievement,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": facts.title,
        "description": facts.description,
        # Without a type: the context gives class and property one name, and compaction can't tell them apart.
        "criteria": {"id": facts.scheme_address, "narrative": facts.criteria},
        "image": {"id": facts.image, "type": "Image"},
        "version": str(facts.scheme_version),
        **({"alignment": [_aligned(facts, part) for part in facts.alignments]} if facts.alignments else {}),
    }


def _aligned(facts: Facts, part: Alignment) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetCode": part.code,
        "targetName": part.name,
        "targetFramework": facts.standard,
        "targetUrl": facts.standard_address,
    }


def _status(facts: Facts, purpose: Purpose) -> dict[str, Any]:
    address = f"{facts.status_address}{purpose.value}-{facts.list_number}"
    return {
        "id": f"{address}#{facts.list_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": listed(purpose),
        "statusListIndex": str(facts.list_index),
        "statusListCredential": address,
    }


def listed(purpose: Purpose) -> str:
    """The purpose in the words of Bitstring Status List v1.0, which has none for "either"."""
    return "suspension" if purpose is Purpose.SUSPENSION else "revocation"


def _edge(day: date, at: time) -> str:
    return integrity.moment(datetime.combine(day, at, UTC))


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())
