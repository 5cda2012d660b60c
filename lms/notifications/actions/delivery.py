"""Sending what the outbox holds."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from lms.db import clock
from lms.notifications.models import Notice
from lms.notifications.states import NOTICE


def deliver(*, key: str) -> None:
    """Sends the notice with this key, unless it has been sent.

    Called again after a fault of the mail server (the job is tried again). Should a worker die
    between sending and noting it, the person gets the message twice rather than not at all.
    """
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(key=key)
        if not NOTICE.may(notice.state, "send"):
            return
        _write(notice)
        message = EmailMultiAlternatives(
            subject=notice.subject,
            body=notice.text,
            to=[notice.to],
            headers={"Auto-Submitted": "auto-generated"},
        )
        if notice.html:
            message.attach_alternative(notice.html, "text/html")
        message.send()
        notice.state = NOTICE.after(notice.state, "send")
        notice.sent_at = clock.now()
        notice.save(update_fields=["state", "sent_at", "subject", "text", "html"])


def _write(notice: Notice) -> None:
    if notice.text:
        return
    context = notice.context | {
        "institution": settings.INSTITUTION,
        "public_url": settings.PUBLIC_URL,
        "contact": settings.CONTACT,
    }
    base = f"notifications/{notice.kind}"
    # In the language of whoever reads it, where the facts say which.
    with translation.override(notice.context.get("language", settings.LANGUAGE_CODE)):
        notice.subject = " ".join(render_to_string(f"{base}.subject.txt", context).split())[:200]
        notice.text = render_to_string(f"{base}.txt", context).strip() + "\n"
        notice.html = render_to_string(f"{base}.html", context)
