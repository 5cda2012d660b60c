"""What is to be told is written down with what makes it true, and sent once."""

import pytest
from django.core import mail

from lms.db import clock
from lms.jobs import worker
from lms.notifications import outbox, queries
from lms.notifications.actions import delivery

pytestmark = pytest.mark.django_db


def put(key="k1", **more):
    outbox.put(
        "example.note",
        key=key,
        to="ada@example.org",
        person_id=None,
        context={},
        at=clock.now(),
        subject="A word",
        text="Hello Ada.\n",
        **more,
    )


def test_a_notice_is_sent_by_the_worker_and_kept():
    put()
    assert mail.outbox == []
    worker.run_due()
    assert [(m.subject, m.to) for m in mail.outbox] == [("A word", ["ada@example.org"])]
    assert [(n.key, n.state) for n in queries.latest()] == [("k1", "sent")]


def test_the_same_key_is_told_once():
    put()
    put()
    worker.run_due()
    delivery.deliver(key="k1")
    assert len(mail.outbox) == 1


def test_a_refusing_mail_server_is_tried_again(settings):
    working = settings.MAILERS
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    # Nobody listens on port 1: a mail server that is down.
    settings.MAILERS = {
        "default": {"BACKEND": smtp, "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1}}
    }
    put()
    worker.run_due()
    assert queries.latest() == []
    settings.MAILERS = working
    with clock.shifted(minutes=10):
        worker.run_due()
    assert len(mail.outbox) == 1
