"""Compact JSON Web Tokens with RS256 (RFC 7515, 7518 section 3.3, 7519), and no other kind."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from certificates.rules.keys import base64url
from certificates.rules.proofs import reading
from certificates.rules.proofs.canonical import Refused

_HEADER: Final = {"alg", "typ", "kid"}


def token(claims: Mapping[str, Any], *, method: str, sign: Callable[[bytes], bytes]) -> str:
    """The signed token. `method` is the address of the key with which `sign` signs (PKCS #1 v1.5, SHA-256)."""
    header = {"alg": "RS256", "typ": "JWT", "kid": method}
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{base64url(sign(signed.encode()))}"


def opened(token: str) -> tuple[str, dict[str, Any]]:
    """The address of the key and the claims of a token, of which nothing is verified yet. Raises Refused."""
    parts = token.split(".")
    if len(parts) != 3:
        raise Refused("it is no token of three parts")
    try:
        header, claims = (reading.read(_bytes(part)) for part in parts[:2])
    except reading.Unreadable as fault:
        raise Refused(str(fault)) from None
    # No `alg` but ours, and no `jwk`, `jku` or `crit`: a token does not say with what it is to be verified.
    if set(header) != _HEADER or header["alg"] != "RS256" or header["typ"] != "JWT":
        raise Refused("its header is of a kind that is not known here")
    if not isinstance(header["kid"], str):
        raise Refused("its header names no key")
    return header["kid"], claims


def holds(token: str, key: RSAPublicKey) -> bool:
    """Whether a token was signed with a key. Raises Refused where it is no token at all."""
    signed, _, signature = token.rpartition(".")
    try:
        key.verify(_bytes(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _part(value: Mapping[str, Any]) -> str:
    return base64url(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def _bytes(part: str) -> bytes:
    try:
        found = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Refused("a part of it is not base64url") from None
    if base64url(found) != part:
        raise Refused("a part of it is not base64url")
    return found
