"""Under which names the institution issues: its DID, and the addresses of what it signs."""

from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings


def did() -> str:
    """`did:web` of the host at which we are reached; a port is written %3A (did:web, section 3.1)."""
    return "did:web:" + urlsplit(settings.PUBLIC_URL).netloc.replace(":", "%3A")


def method(key_id: str) -> str:
    """The address of a key in the DID document."""
    return f"{did()}#{key_id}"


def credentials() -> str:
    """How the address of every credential begins."""
    return f"{settings.PUBLIC_URL}/credentials/"


def credential(uuid: UUID) -> str:
    return f"{credentials()}{uuid}"


def status_lists() -> str:
    """How the address of every status list begins."""
    return f"{settings.PUBLIC_URL}/status/"
