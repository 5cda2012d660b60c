"""The shapes of what is issued here. What has another shape was not issued here, whoever signed it.

A proof covers the graph that a document spells, and one graph can be spelled in several ways; of those, exactly
one is ours, and the others are refused before anything is worked out.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from certificates.rules.badges import SCHEMA, TYPES, Profile
from certificates.rules.proofs import contexts
from certificates.rules.proofs.canonical import Refused

REGISTERED: Final = frozenset({"iss", "jti", "sub", "nbf", "exp"})
_MOST: Final = 200

_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_PLACE: Final = re.compile(r"0|[1-9]\d{0,5}")
_PROOF: Final = {
    "type": "DataIntegrityProof",
    "cryptosuite": str,
    "created": _MOMENT,
    "verificationMethod": str,
    "proofPurpose": "assertionMethod",
    "proofValue": str,
}
_STATUS: Final = {
    "id": str,
    "type": "BitstringStatusListEntry",
    "statusPurpose": str,
    "statusListIndex": _PLACE,
    "statusListCredential": str,
}
_IDENTITY: Final = {
    "type": "IdentityObject",
    "hashed": bool,
    "identityHash": str,
    "identityType": "name",
    "salt?": str,
}
_ALIGNMENT: Final = {
    "type": ["Alignment"],
    "targetCode": str,
    "targetName": str,
    "targetFramework": str,
    "targetUrl": str,
}
_ACHIEVEMENT: Final = {
    "id": str,
    "type": ["Achievement"],
    "achievementType": "Certification",
    "name": str,
    "description": str,
    "criteria": {"id": str, "narrative": str},
    "image": {"id": str, "type": "Image"},
    "version": str,
    "alignment?": (_ALIGNMENT,),
}
_COMMON: Final = {
    "id": str,
    "type": TYPES,
    "name": str,
    "issuer": {"id": str, "type": ["Profile"], "name": str, "url": str, "email": str},
    "validFrom": _MOMENT,
    "validUntil": _MOMENT,
    "credentialSubject": {
        "id": str,
        "type": ["AchievementSubject"],
        "identifier": (_IDENTITY,),
        "licenseNumber": str,
        "achievement": _ACHIEVEMENT,
    },
}
_STRICT: Final = _COMMON | {
    "@context": [contexts.CREDENTIALS, contexts.OPEN_BADGES, contexts.EXTENSIONS],
    "credentialStatus": _STATUS,
    "credentialSchema": ({"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"},),
}
_SHAPES: Final = {
    Profile.DEFAULT: _COMMON
    | {
        "@context": [contexts.CREDENTIALS, contexts.OPEN_BADGES],
        "credentialStatus": (_STATUS,),
        "proof": _PROOF,
    },
    Profile.OB30: _STRICT | {"proof": (_PROOF,)},
    Profile.JWT: _STRICT,
}
_LIST: Final = {
    "@context": [contexts.CREDENTIALS],
    "id": str,
    "type": ["VerifiableCredential", "BitstringStatusListCredential"],
    "issuer": str,
    "validFrom": _MOMENT,
    "validUntil": _MOMENT,
    "credentialSubject": {
        "id": str,
        "type": "BitstringStatusList",
        "statusPurpose": str,
        "encodedList": str,
        "ttl": int,
    },
    "proof": _PROOF,
}


def check(document: Mapping[str, Any], profile: Profile) -> None:
    """Raises Refused where a credential has not the shape of its profile, with the place where it differs."""
    _fit(document, _SHAPES[profile], "it")
    for name in ("validFrom", "validUntil"):
        try:
            datetime.fromisoformat(document[name])
        except ValueError:
            raise Refused(f"{name} is no day that there is") from None
    if profile is Profile.OB30 and len(document["proof"]) != 1:
        raise Refused("it has more than one proof")


def check_list(document: Mapping[str, Any]) -> None:
    """Raises Refused where a status list has not the shape of ours."""
    _fit(document, _LIST, "it")


def _fit(value: Any, shape: Any, place: str) -> None:
    """A dictionary fits member by member (`name?` may be missing), a tuple any number of its one member, a
    pattern and a type what they match; anything else itself."""
    if isinstance(shape, dict):
        _fit_object(value, shape, place)
    elif isinstance(shape, tuple):
        if not isinstance(value, list) or not 1 <= len(value) <= _MOST:
            raise Refused(f"{place} is no list")
        for number, part in enumerate(value):
            _fit(part, shape[0], f"{place}[{number}]")
    elif isinstance(shape, re.Pattern):
        if not isinstance(value, str) or not shape.fullmatch(value):
            raise Refused(f"{place} is written otherwise")
    elif isinstance(shape, type):
        if type(value) is not shape:
            raise Refused(f"{place} is of another kind")
    elif value != shape:
        raise Refused(f"{place} is not what is issued here")


def _fit_object(value: Any, shape: dict[str, Any], place: str) -> None:
    if not isinstance(value, dict):
        raise Refused(f"{place} is no object")
    wanted = {name.rstrip("?"): part for name, part in shape.items()}
    missing = {name for name in shape if not name.endswith("?")} - value.keys()
    if missing:
        raise Refused(f"{place} lacks {min(missing)}")
    if more := value.keys() - wanted.keys():
        raise Refused(f"{place} has a member that is not issued here ({min(more)[:40]!r})")
    for name, part in value.items():
        _fit(part, wanted[name], f"{place}.{name}")
