"""Who signs a certificate for the institution."""

from collections.abc import Mapping, Sequence
from typing import Any


def of(issuer: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """The one or two people or boards, each with `name` and `title`, of an issuer as a scheme's version or an
    edition's claims have it. One alone stands there as `signatory`, as it did before there could be two."""
    both: Sequence[Mapping[str, str]] = issuer.get("signatories") or [issuer["signatory"]]
    return both
