"""What a key looks like, and what it may be for.

`aud_PREFIX_SECRET`: the prefix finds the row and may be shown, the secret proves it. 256 random bits are not guessed, so
that one round of SHA-256 is enough; a slow digest would only slow every question down.
"""

import base64
import hashlib
import hmac
import re
from typing import Final

SCOPES: Final = {
    "certificates.verify": "Verify lists of certificates, more often than anybody may",
    "certificates.read": "Read how the certificates on the watch-list stand, with their holders’ consent",
    "learning.read": "Read how far members are in their courses, with their consent",
    "members.read": "Read who is a member, and with which roles",
    "results.read": "Read how the exams ended that the organisation’s places paid for, with their holders’ consent",
    "webhooks.manage": "Add, pause, resume and end webhooks",
}
PREFIX_BYTES: Final = 5
SECRET_BYTES: Final = 32
_KEY = re.compile(r"aud_([a-z2-7]{8})_([A-Za-z0-9_-]{43})")


def written(prefix: bytes, secret: bytes) -> tuple[str, str, str]:
    """The key as it is shown once, its prefix, and the digest that is kept."""
    if len(prefix) != PREFIX_BYTES or len(secret) != SECRET_BYTES:
        raise ValueError("a key is made of 5 and 32 bytes")
    name = base64.b32encode(prefix).decode().lower()
    said = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    return f"aud_{name}_{said}", name, digest(said)


def read(text: str) -> tuple[str, str] | None:
    """Prefix and secret of a key; None for anything else."""
    found = _KEY.fullmatch(text.strip()) if len(text) < 100 else None
    return (found[1], found[2]) if found else None


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def fits(secret: str, kept: str) -> bool:
    """Whether a secret is that of a digest, in the same time whatever it is."""
    return hmac.compare_digest(digest(secret), kept)
