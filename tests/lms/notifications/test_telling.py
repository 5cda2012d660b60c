"""How people are told: by their choice, in their language, and here where mail does not arrive."""

import mailbox

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction

from lms.db import clock
from lms.jobs import worker
from lms.notifications import outbox, queries
from lms.notifications.actions import bounces, inbox
from lms.notifications.models import Notice, Preference
from lms.notifications.rules import bounces as reports
from tests.counting import statements
from tests.lms.notifications.test_ways import report

pytestmark = pytest.mark.django_db


def put(person, key="k1", kind="course_welcome"):
    outbox.put(
        kind,
        key=key,
        to=person.email,
        person_id=person.pk,
        context={},
        at=clock.now(),
        subject=f"A word {key}",
        text="Hello.\n",
    )
    worker.run_due()


def letters():
    return [(m.subject, m.to[0]) for m in mail.outbox]


def test_a_notice_has_its_twin_on_the_page_and_is_unread_until_opened(ada, dag, signed_in):
    put(ada)
    assert (queries.unread(ada.pk), queries.unread(dag.pk)) == (1, 0)
    notice = Notice.objects.get()
    page = signed_in(ada).get("/notices/")
    assert b"A word k1" in page.content and b"1 not read" in page.content
    assert signed_in(dag).get(f"/notices/{notice.pk}/").status_code == 404
    assert b"Hello." in signed_in(ada).get(f"/notices/{notice.pk}/").content
    assert queries.unread(ada.pk) == 0


def test_letters_that_open_doors_are_mailed_alone(ada):
    put(ada, kind="accounts.password_reset_key")
    assert len(mail.outbox) == 1
    assert list(queries.inbox(ada.pk)) == []


def test_who_wants_it_on_the_page_alone_gets_no_mail(ada):
    inbox.prefer(person_id=ada.pk, chosen={"learning": "page"})
    put(ada)
    assert (letters(), queries.unread(ada.pk)) == ([], 1)


def test_a_legal_notice_can_not_be_turned_off(ada, signed_in):
    with pytest.raises(ValueError, match="binding"):
        inbox.prefer(person_id=ada.pk, chosen={"record": "page"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(person=ada, category="record", way="page")
    everything = dict.fromkeys(("learning", "dates", "reminders", "work", "record"), "page")
    assert signed_in(ada).post("/notices/preferences/", everything).status_code == 302
    put(ada, kind="exam-result-released")
    assert letters() == [("A word k1", ada.email)]


def test_a_digest_gathers_a_day_in_the_readers_zone_and_language(ada):
    ada.language, ada.time_zone = "de", "Asia/Tokyo"
    ada.save()
    inbox.prefer(person_id=ada.pk, chosen={"learning": "daily"})
    put(ada, "k1")
    put(ada, "k2")
    assert letters() == []
    due = Notice.objects.filter(state="held").first().due_at
    assert (due.hour, due.minute) == (22, 0)  # seven in Tokyo
    worker.run_sweep("notifications.digests", force=True)
    worker.run_due()
    assert letters() == []
    with clock.shifted(hours=24):
        worker.run_sweep("notifications.digests", force=True)
        worker.run_due()
        worker.run_sweep("notifications.digests", force=True)
        worker.run_due()
    assert letters() == [("2 Mitteilungen des letzten Tages", ada.email)]
    body = mail.outbox[0].body
    assert "A word k1" in body and "A word k2" in body and "Hello." in body
    assert [kind for _, kind in mail.outbox[0].alternatives] == ["text/html"]
    assert {notice.state for notice in Notice.objects.all()} == {"sent"}


def test_a_letter_that_comes_back_marks_the_address_and_says_so_on_the_page(ada, olga, signed_in):
    put(ada)
    notice = Notice.objects.get()
    sent = mail.outbox[0].extra_headers["Message-ID"]
    assert sent == reports.message_id(notice.pk, key=bounces.key(), host="localhost")
    assert bounces.take(report(letter=sent, status="4.2.2")) == bounces.Verdict.SOFT
    assert bounces.take(report(letter=sent)) == bounces.Verdict.HARD
    assert bounces.take(report(letter=sent)) == bounces.Verdict.HARD
    worker.run_due()
    assert len(mail.outbox) == 1  # nobody writes to the address that it comes back
    assert [n.kind for n in queries.inbox(ada.pk)] == ["notifications.undeliverable", "course_welcome"]
    put(ada, "k2")
    assert len(mail.outbox) == 1
    assert b"Mail to your address comes back" in signed_in(ada).get("/notices/").content
    screen = signed_in(olga).get("/organisations/notices/").content
    assert screen.count(b"takes no mail") == 3 and b"5.1.1" in screen
    second = Notice.objects.get(key="k2")
    assert signed_in(olga).post(f"/organisations/notices/{second.pk}/again/").status_code == 302
    worker.run_due()
    assert letters()[1:] == [("A word k2", ada.email)]


def test_a_forged_report_marks_nothing(ada):
    put(ada)
    forged = f"<notice.{Notice.objects.get().pk}.{'0' * 32}@localhost>"
    assert bounces.take(report(letter=forged)) == bounces.Verdict.STRANGE
    assert queries.comes_back([ada.email]) == frozenset()


def test_bounces_are_read_from_a_maildir_once_and_from_an_mbox(ada, tmp_path, capsys):
    put(ada)
    raw = report(letter=mail.outbox[0].extra_headers["Message-ID"])
    box = mailbox.Maildir(tmp_path / "box", create=True)
    box.add(raw)
    box.add(b"Subject: away\n\nOn holiday.")
    call_command("read_bounces", str(tmp_path / "box"))
    call_command("read_bounces", str(tmp_path / "box"))
    bounces.clear(address=ada.email)
    old = mailbox.mbox(tmp_path / "old", create=True)
    old.add(raw)
    old.close()
    call_command("read_bounces", str(tmp_path / "old"))
    assert [line[:26] for line in capsys.readouterr().out.splitlines()] == [
        "1 for good, 0 for now, 1 n", "0 for good, 0 for now, 0 n", "1 for good, 0 for now, 0 n",
    ]  # fmt: skip


def test_a_mail_server_that_stays_down_ends_on_the_screen_of_staff(ada, settings):
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = {
        "default": {"BACKEND": smtp, "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1}}
    }
    put(ada)
    assert queries.unread(ada.pk) == 1  # read here, though no mail went
    for hour in range(1, 14):
        with clock.shifted(hours=hour * 2):
            worker.run_due()
    assert [(n.state, n.attempts) for n in queries.failed()] == [("failed", 12)]
    assert [job.state for job in worker.Job.objects.filter(kind="notifications.deliver")] == ["done"]


def test_statements_are_as_many_for_one_notice_as_for_three_hundred(ada, olga, signed_in):
    def counted():
        with statements() as one:
            assert signed_in(ada).get("/notices/").status_code == 200
        with statements() as two:
            assert signed_in(olga).get("/organisations/notices/").status_code == 200
        return len(one), len(two)

    rows = [
        Notice(kind="x", key=f"n{n}", person_id=ada.pk, to=f"a{n}@example.org", text="t", subject="s",
               in_app=True, state="failed", fault="f", created_at=clock.now())
        for n in range(300)
    ]  # fmt: skip
    rows[0].save()
    few = counted()
    Notice.objects.bulk_create(rows[1:])
    assert counted() == few


def test_a_visitors_page_asks_nothing_about_notices(client):
    with statements() as said:
        client.get("/about/")
    assert not [one for one in said if "notifications_notice" in one]
