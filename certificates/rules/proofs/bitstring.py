"""Bitstring Status List v1.0 (W3C Recommendation, 15 May 2025): one bit for each credential.

docs/algorithms/status-lists.md tells it with numbers.
"""

import base64
import gzip
import io
import zlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from certificates.rules.keys import base64url
from certificates.rules.proofs import contexts, integrity
from certificates.rules.proofs.canonical import Refused

ENTRIES: Final = 131_072
VALIDITY: Final = timedelta(hours=24)
# Clocks of readers may be a little behind.
SLACK: Final = timedelta(minutes=1)
KEPT_FOR: Final = timedelta(minutes=5)


def encoded(places: Iterable[int], entries: int = ENTRIES) -> str:
    """`encodedList`: gzip of the bits in base64url after `u`; the bit of place 0 is the highest of the first
    byte. The same places give the same text. Raises IndexError for a place outside."""
    bits = bytearray(entries // 8)
    for place in places:
        if not 0 <= place < entries:
            raise IndexError(place)
        bits[place // 8] |= 0x80 >> (place % 8)
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def is_set(encoded: str, place: int, entries: int = ENTRIES) -> bool:
    """Whether the bit of a place is set. Raises Refused for what is no list of so many entries, or no place in it."""
    if encoded[:1] != "u" or len(encoded) > entries:
        raise Refused("it holds no list")
    try:
        packed = base64.b64decode(
            encoded[1:] + "=" * (-(len(encoded) - 1) % 4), altchars=b"-_", validate=True
        )
        # One byte more than there may be: a packed list may swell to a thousand times its size.
        bits = gzip.GzipFile(fileobj=io.BytesIO(packed)).read(entries // 8 + 1)
    except (ValueError, OSError, EOFError, zlib.error):
        raise Refused("it holds no list") from None
    if len(bits) != entries // 8 or not 0 <= place < entries:
        raise Refused("its list has another length")
    return bool(bits[place // 8] & (0x80 >> (place % 8)))


def document(
    *, address: str, issuer: str, purpose: str, places: Iterable[int], at: datetime
) -> dict[str, Any]:
    """The unsigned credential that carries a list, valid for a day; `ttl` says for how long readers may keep it."""
    return {
        "@context": [contexts.CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": integrity.moment(at - SLACK),
        "validUntil": integrity.moment(at + VALIDITY),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(places),
            "ttl": int(KEPT_FOR.total_seconds() * 1000),
        },
    }


def claims(document: dict[str, Any]) -> dict[str, Any]:
    """The payload of the token that carries the same list."""
    return document | {
        "iss": document["issuer"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": int(datetime.fromisoformat(document["validFrom"]).timestamp()),
        "exp": int(datetime.fromisoformat(document["validUntil"]).timestamp()),
    }
