"""What a signed webhook is: the address that may be called, the body, and the signature.

After Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
`webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, under the bytes that the secret's
base64 after `whsec_` stands for. While a secret is being replaced, both sign.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

PREFIX = "whsec_"
SECRET_BYTES = 32
LONGEST = 500


class UnfitAddress(ValueError):
    """This address can't be called. Carries the sentence that says why."""


def address(text: str, *, plain: bool) -> str:
    """The address as it will be called: https, no name and password, no fragment; http too where `plain`.

    Raises UnfitAddress. Where it leads is judged at each call, for a name may lead elsewhere tomorrow.
    """
    text = text.strip()
    parts = _parts(text)
    if parts.scheme != "https" and not (plain and parts.scheme == "http"):
        raise UnfitAddress("The address must begin with https://, so that nobody reads along.")
    if not parts.hostname:
        raise UnfitAddress("The address names no host. Write it whole, such as https://example.org/hooks.")
    if parts.username is not None or parts.password is not None:
        raise UnfitAddress("Leave name and password out of the address: the signature shows who calls.")
    if parts.fragment:
        raise UnfitAddress("Leave out what follows the # sign: it would never reach you.")
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        raise UnfitAddress(f"An address has at most {LONGEST} characters, ASCII alone, and no space.")
    return text


def _parts(text: str) -> Any:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # read for what it raises
    except ValueError:
        raise UnfitAddress("This is no address. Write it whole, such as https://example.org/hooks.") from None
    return parts


def secret(random: bytes) -> str:
    """A secret as it is shown and kept, of `SECRET_BYTES` random bytes."""
    if len(random) != SECRET_BYTES:
        raise ValueError("a secret is made of 32 bytes")
    return PREFIX + base64.b64encode(random).decode()


def body(kind: str, *, at: datetime, data: Mapping[str, Any]) -> str:
    """What is sent, as JSON: `type` (a dotted name), `timestamp` (ISO 8601) and `data`."""
    return json.dumps(
        {"type": kind, "timestamp": at.isoformat(timespec="seconds"), "data": dict(data)},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def headers(*, call_id: str, at: datetime, body: str, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers, signed under each of the secrets."""
    stamp = str(int(at.timestamp()))
    signed = f"{call_id}.{stamp}.{body}".encode()
    signatures = (_signature(one, signed) for one in secrets)
    return {
        "webhook-id": call_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
