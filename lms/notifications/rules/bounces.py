"""Mail that came back: whether it was ours, and whether the address is gone or only busy.

Reports of delivery are those of RFC 3464 within RFC 6522, codes those of RFC 3463. Whoever forges one must know the
`Message-ID` of a letter of ours, in which a code under a key of ours stands.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

_OURS = re.compile(r"<notice\.(\d{1,18})\.([0-9a-f]{32})@[^<>\s]+>")


@dataclass(frozen=True)
class Report:
    """What a report says of one letter: `hard` where the address will never take mail."""

    notice_id: int
    hard: bool
    status: str
    diagnostic: str


def message_id(notice_id: int, *, key: bytes, host: str) -> str:
    """The `Message-ID` of a notice."""
    return f"<notice.{notice_id}.{_code(notice_id, key)}@{host}>"


def read(raw: bytes, *, key: bytes) -> Report | None:
    """The report within a message; None where it is none, tells of no failure, or is about no letter of ours."""
    message = message_from_bytes(raw, policy=policy.compat32)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    failure = _failure(message)
    notice_id = _notice(message, key)
    if failure is None or notice_id is None:
        return None
    status, diagnostic = failure
    return Report(notice_id, status.startswith("5"), status[:20], diagnostic[:300])


def _failure(message: Message) -> tuple[str, str] | None:
    """Status and words of the first recipient whom a letter did not reach."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for fields in part.get_payload():
            if isinstance(fields, Message) and str(fields.get("action", "")).strip().lower() == "failed":
                status = str(fields.get("status", "")).strip()
                words = " ".join(str(fields.get("diagnostic-code", "")).split())
                return (status, words) if re.fullmatch(r"[245]\.\d{1,3}\.\d{1,3}", status) else None
    return None


def _notice(message: Message, key: bytes) -> int | None:
    """The number of the letter that came back, from its own head; None unless the code is ours."""
    for part in message.walk():
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            payload = part.get_payload(0)
            head = str(payload.get("message-id", "")) if isinstance(payload, Message) else ""
        elif part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            payload = part.get_payload(decode=True)
            head = (
                str(message_from_bytes(payload).get("message-id", "")) if isinstance(payload, bytes) else ""
            )
        else:
            continue
        found = _OURS.fullmatch(head.strip())
        if found and hmac.compare_digest(found[2], _code(int(found[1]), key)):
            return int(found[1])
    return None


def _code(notice_id: int, key: bytes) -> str:
    return hmac.new(key, f"notice:{notice_id}".encode(), hashlib.sha256).hexdigest()[:32]
