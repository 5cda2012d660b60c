"""Mail that came back: an address that takes nothing is marked, and its owner is told where they will see it."""

import hashlib
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from lms.audit import trail
from lms.db import clock
from lms.notifications import outbox
from lms.notifications.models import Notice, Undeliverable
from lms.notifications.rules import bounces
from lms.notifications.states import NOTICE, NoticeState


class Verdict(StrEnum):
    HARD = "hard"  # the address is marked
    SOFT = "soft"  # a full mailbox or a busy host: nothing is marked
    STRANGE = "strange"  # no report of delivery, or about no letter of ours


def take(raw: bytes) -> Verdict:
    """Reads one message that came back. Read again it changes nothing more."""
    report = bounces.read(raw, key=key())
    if report is None:
        return Verdict.STRANGE
    if not report.hard:
        return Verdict.SOFT
    at = clock.now()
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(pk=report.notice_id).first()
        if notice is None or notice.state == NoticeState.ERASED:
            return Verdict.STRANGE
        if NOTICE.may(notice.state, "bounce"):
            notice.state = NOTICE.after(notice.state, "bounce")
            notice.fault = f"{report.status} {report.diagnostic}".strip()[:300]
            notice.save(update_fields=["state", "fault"])
            mark(notice, diagnostic=notice.fault, at=at)
    return Verdict.HARD


def mark(notice: Notice, *, diagnostic: str, at: datetime) -> None:
    """Marks a notice's address as one that takes no mail, within the caller's transaction, and tells its reader on
    their page. Marked once: a second letter that comes back says nothing new."""
    _, made = Undeliverable.objects.get_or_create(
        address=notice.to.lower(), defaults={"since": at, "diagnostic": diagnostic}
    )
    if not made:
        return
    trail.record(
        "notifications.address.undeliverable",
        subject=f"notifications.notice:{notice.pk}",
        at=at,
        actor_id=None,
    )
    if notice.person_id is not None:
        outbox.put(
            "notifications.undeliverable",
            key=f"undeliverable:{notice.pk}:{notice.round}",
            to="",
            person_id=notice.person_id,
            context={"address": notice.to},
            at=at,
        )


def known(*, address: str) -> bool:
    """Whether an address takes no mail."""
    return Undeliverable.objects.filter(address=address.lower()).exists()


def clear(*, address: str) -> None:
    """Lets an address be tried again: its owner proved that it works, or staff ask for it."""
    Undeliverable.objects.filter(address=address.lower()).delete()


def key() -> bytes:
    """Under which the numbers of letters are signed; of no other use."""
    return hashlib.sha256(f"notices:message-id:{settings.SECRET_KEY}".encode()).digest()
