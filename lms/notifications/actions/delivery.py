"""Sending what the outbox holds."""

import smtplib
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from lms.audit import trail
from lms.db import clock
from lms.jobs import queue
from lms.kit import gather
from lms.notifications.actions import bounces
from lms.notifications.models import Notice, Preference
from lms.notifications.rules import bounces as reports
from lms.notifications.rules import ways
from lms.notifications.rules.ways import Way
from lms.notifications.states import NOTICE, NoticeState

# With the jobs' growing delay the last of them comes some three hours after the first.
ATTEMPTS = 12
# What a mail server answers when an address is not there (RFC 5321, 4.2.3): nothing changes by asking again.
NO_SUCH_ADDRESS = frozenset({550, 551, 553})


class NotSent(Exception):
    """The mail server did not take it: the job tries again."""


def deliver(*, key: str) -> None:
    """Sends the notice with this key the way its reader chose: now, with the day's digest, or on the page alone.

    Called again after a fault of the mail server (NotSent: the job is tried again); its words stand on the reader's
    page meanwhile. After the last attempt, or where the address takes nothing, it is `failed`, and staff see why.
    Should a worker die between sending and noting it, the person gets the message twice rather than not at all.
    """
    at = clock.now()
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(key=key)
        if notice.state != NoticeState.WAITING:
            return
        reader = gather.readers([notice.person_id]).get(notice.person_id) if notice.person_id else None
        _write(notice, reader)
        way = _way(notice)
        if way == Way.AT_ONCE:
            _send(notice, at)
        elif way == Way.DAILY:
            notice.state = NOTICE.after(notice.state, "hold")
            notice.due_at = ways.digest_due(at, reader.time_zone if reader else "UTC")
        else:
            notice.state = NOTICE.after(notice.state, "keep")
        notice.save()
    if notice.state == NoticeState.WAITING:
        raise NotSent(notice.fault)


def again(*, notice_id: int, actor_id: int) -> None:
    """Has a failed notice sent once more, with all attempts anew; its address counts as good until it says otherwise.

    Twice at once is once. Raises Notice.DoesNotExist.
    """
    at = clock.now()
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=notice_id)
        if not NOTICE.may(notice.state, "again"):
            return
        notice.state = NOTICE.after(notice.state, "again")
        notice.round, notice.attempts, notice.fault = notice.round + 1, 0, ""
        notice.save(update_fields=["state", "round", "attempts", "fault"])
        bounces.clear(address=notice.to)
        queue.put(
            "notifications.deliver", key=f"{notice.pk}:again:{notice.round}", payload={"key": notice.key}
        )
        trail.record(
            "notifications.notice.tried_again",
            subject=f"notifications.notice:{notice.pk}",
            at=at,
            actor_id=actor_id,
        )


def _way(notice: Notice) -> Way:
    if not notice.to:
        return Way.PAGE  # said on the page because mail does not arrive
    category = gather.Category(notice.category)
    if notice.person_id is None or category in ways.BINDING:
        return Way.AT_ONCE
    chosen = Preference.objects.filter(person_id=notice.person_id, category=category)
    return ways.way(category, dict(chosen.values_list("category", "way")))


def _send(notice: Notice, at: datetime) -> None:
    """Sends it, and notes how that went; what the mail server says never leaves here as an exception."""
    if notice.category != gather.Category.ACCOUNT and bounces.known(address=notice.to):
        notice.fault = "Mail to this address comes back."
        notice.state = NOTICE.after(notice.state, "give_up")
        return
    notice.attempts += 1
    try:
        _message(notice).send()
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        notice.fault = f"{code} {words.decode(errors='replace')}"[:300]
        if code in NO_SUCH_ADDRESS:
            notice.state = NOTICE.after(notice.state, "give_up")
            bounces.mark(notice, diagnostic=notice.fault, at=at)
            return
    except (smtplib.SMTPException, OSError) as fault:
        notice.fault = f"{type(fault).__name__}: {fault}"[:300]
    else:
        notice.state, notice.sent_at, notice.fault = NOTICE.after(notice.state, "send"), at, ""
        return
    if notice.attempts >= ATTEMPTS:
        notice.state = NOTICE.after(notice.state, "give_up")


def _message(notice: Notice) -> EmailMultiAlternatives:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    message = EmailMultiAlternatives(
        subject=notice.subject,
        body=notice.text,
        to=[notice.to],
        headers={
            "Auto-Submitted": "auto-generated",
            "Message-ID": reports.message_id(notice.pk, key=bounces.key(), host=host),
        },
    )
    if notice.html:
        message.attach_alternative(notice.html, "text/html")
    return message


def _write(notice: Notice, reader: gather.Reader | None) -> None:
    """The words, in the language of whoever reads them, unless they are written already."""
    if notice.text:
        return
    context: dict[str, Any] = notice.context | {
        "institution": settings.INSTITUTION,
        "public_url": settings.PUBLIC_URL,
        "contact": settings.CONTACT,
    }
    base = f"notifications/{notice.kind}"
    language = reader.language if reader else notice.context.get("language", settings.LANGUAGE_CODE)
    with translation.override(language):
        notice.subject = " ".join(render_to_string(f"{base}.subject.txt", context).split())[:200]
        notice.text = render_to_string(f"{base}.txt", context).strip() + "\n"
        notice.html = render_to_string(f"{base}.html", context)
