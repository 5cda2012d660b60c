"""The daily sweep, with a clock that jumps over three years."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import translation
from django.utils.formats import date_format

from certificates.actions import register, reminders
from certificates.models import ReminderSent
from lms.db import clock
from lms.jobs import worker
from tests import counting
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(schemes, ada):
    edition = make.certified(ada).editions.get()
    worker.run_due()
    mail.outbox.clear()
    return edition


def sweep(edition, *, days_left):
    away = (edition.expires_on - clock.today()).days - days_left
    with clock.shifted(days=away):
        reminders.remind()
        reminders.remind()
        worker.run_due()


def subjects():
    said = [message.subject for message in mail.outbox]
    mail.outbox.clear()
    return said


def test_each_is_sent_once_though_the_sweep_misses_days(edition):
    number = edition.credential.number
    sweep(edition, days_left=91)
    assert subjects() == []
    sweep(edition, days_left=90)
    assert subjects() == [f"90 days left: your certificate {number}"]
    sweep(edition, days_left=80)
    assert subjects() == []
    sweep(edition, days_left=53)
    assert subjects() == [f"53 days left: your certificate {number}"]
    sweep(edition, days_left=30)
    assert subjects() == [f"30 days left: your certificate {number}"]
    sweep(edition, days_left=1)
    assert subjects() == [f"1 day left: your certificate {number}"]
    sweep(edition, days_left=0)
    assert subjects() == [f"Last valid day: your certificate {number}"]
    sweep(edition, days_left=-1)
    assert subjects() == []
    assert list(ReminderSent.objects.values_list("days", "sent")) == [
        (90, True),
        (60, True),
        (30, True),
        (7, True),
        (0, True),
    ]


def test_a_clock_that_jumps_past_the_end_sends_one_letter_and_notes_the_rest(edition):
    sweep(edition, days_left=-2)
    assert subjects() == [f"Expired: your certificate {edition.credential.number}"]
    assert list(ReminderSent.objects.filter(sent=False).values_list("days", flat=True)) == [90, 60, 30, 7]


def test_nobody_is_told_of_what_no_longer_matters(edition, kai):
    sweep(edition, days_left=-91)
    assert subjects() == []
    register.withdraw(
        number=edition.credential.number, officer_id=kai.pk, reason="error", public_note="", use_key="k"
    )
    worker.run_due()
    mail.outbox.clear()
    sweep(edition, days_left=90)
    assert subjects() == []


def test_a_reinstated_holder_is_told_what_was_held_back(edition, kai):
    told = {"number": edition.credential.number, "officer_id": kai.pk, "public_note": ""}
    register.suspend(**told, reason="holder-asked", use_key="a")
    worker.run_due()
    mail.outbox.clear()
    sweep(edition, days_left=89)
    assert subjects() == []
    register.reinstate(**told, reason="holder-asked", use_key="b")
    worker.run_due()
    mail.outbox.clear()
    sweep(edition, days_left=88)
    assert subjects() == [f"88 days left: your certificate {edition.credential.number}"]


def test_a_holder_who_was_told_costs_the_next_sweep_nothing(edition):
    away = (edition.expires_on - clock.today()).days - 45
    with clock.shifted(days=away):
        reminders.remind()
        with counting.statements() as said:
            reminders.remind()
    assert len(said) == 1


def test_a_holder_reads_letters_in_their_own_language_and_zone(schemes, ada, kai):
    ada.language, ada.time_zone = "de", "Asia/Tokyo"
    ada.save(update_fields=["language", "time_zone"])
    credential = make.certified(ada)
    number, last_day = credential.number, credential.editions.get().expires_on
    register.suspend(number=number, officer_id=kai.pk, reason="complaint-open", public_note="", use_key="k")
    register.reinstate(
        number=number, officer_id=kai.pk, reason="complaint-closed", public_note="", use_key="l"
    )
    with clock.shifted(days=(last_day - clock.today()).days - 30):
        reminders.remind()
        worker.run_due()
    letters = {letter.subject: letter for letter in mail.outbox}
    reminder = letters[f"Noch 30 Tage: Ihr Zertifikat {number}"]
    with translation.override("de"):
        ends = date_format(last_day + timedelta(days=1), "j. F Y") + ", 08:59"
    assert f"Der letzte gültige Tag endet am {ends} (Asia/Tokyo)." in reminder.body
    assert '<html lang="de">' in reminder.alternatives[0].content
    suspended = letters[f"Ihr Zertifikat {number} wurde ausgesetzt"]
    assert "Grund: einer Beschwerde wird nachgegangen" in suspended.body
    assert f"Ihr Zertifikat {number} gilt wieder" in letters
    left = [word for letter in mail.outbox for word in ("Dear", "Your ", "your ") if word in letter.body]
    assert left == []
