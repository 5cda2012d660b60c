"""Asking a time-stamp authority (RFC 3161) over HTTP, where the institution has one."""

import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final

from cryptography import x509
from django.conf import settings

_SECONDS: Final = 20
_MOST_BYTES: Final = 200_000


class NoTimeStamp(RuntimeError):
    """The authority could not be reached, or did not answer with a time stamp. The work can be tried again."""


@dataclass(frozen=True)
class Authority:
    """Where time stamps come from, and the root certificates by which they are checked."""

    url: str
    roots: Sequence[x509.Certificate]


def authority() -> Authority | None:
    """The authority of the settings; None without one."""
    if not settings.TIMESTAMP_URL:
        return None
    roots = x509.load_pem_x509_certificates(Path(settings.TIMESTAMP_ROOTS).read_bytes())
    return Authority(settings.TIMESTAMP_URL, tuple(roots))


def answer(authority: Authority, request: bytes) -> bytes:
    """The authority's answer (TimeStampResp, DER) to a request (TimeStampReq, DER). Raises NoTimeStamp."""
    asked = urllib.request.Request(  # noqa: S310  (an address of our own settings, http or https)
        authority.url,
        data=request,
        headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
    )
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS) as reply:  # noqa: S310
            told = reply.read(_MOST_BYTES + 1)
    except urllib.error.HTTPError as fault:
        fault.close()
        raise NoTimeStamp(f"The time-stamp authority answered with {fault.code}.") from fault
    except (OSError, ValueError, HTTPException) as fault:
        raise NoTimeStamp(f"The time-stamp authority did not answer: {fault}") from fault
    if len(told) > _MOST_BYTES:
        raise NoTimeStamp("The time-stamp authority answered with more than a time stamp.")
    return bytes(told)
