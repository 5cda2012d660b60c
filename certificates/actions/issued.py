"""Keeping the digest of what is given out."""

import hashlib
from datetime import datetime

from certificates.models import Edition, IssuedDigest


def note(*, edition: Edition, kind: str, content: bytes, at: datetime) -> str:
    """Notes a file of an edition as issued, once for its bytes, and returns its SHA-256 in hexadecimal.

    `kind` is one of pdf, png, svg. Whoever shows these bytes from now on shows what we have made.
    """
    digest = hashlib.sha256(content).hexdigest()
    IssuedDigest.objects.get_or_create(
        digest=digest, defaults={"edition": edition, "kind": kind, "size": len(content), "at": at}
    )
    return digest
