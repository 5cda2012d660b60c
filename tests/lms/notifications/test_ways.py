"""Which way a notice goes, when a digest is due, and what a report of delivery says: rules alone."""

from datetime import UTC, datetime

import pytest

from lms.kit.gather import Category
from lms.notifications.rules import bounces, ways
from lms.notifications.rules.ways import Way

KEY = b"k" * 32
LETTER = bounces.message_id(7, key=KEY, host="example.org")
REPORT = """From: MAILER-DAEMON@mx.example.net
To: registry@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: {head}

Message-ID: {letter}
Subject: A word

--b--
"""


def report(*, action="failed", status="5.1.1", letter=LETTER, head="text/rfc822-headers"):
    return REPORT.format(action=action, status=status, letter=letter, head=head).encode()


@pytest.mark.parametrize("category", [Category.ACCOUNT, Category.RECORD])
def test_a_binding_notice_goes_at_once_whatever_its_reader_chose(category):
    assert ways.way(category, {category: "page"}) == Way.AT_ONCE


def test_the_rest_goes_as_its_reader_chose():
    assert ways.way(Category.DATES, {"dates": "daily"}) == Way.DAILY
    assert ways.way(Category.LEARNING, {"dates": "daily"}) == Way.AT_ONCE


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("UTC", datetime(2026, 11, 28, 7, tzinfo=UTC)),
        ("Asia/Tokyo", datetime(2026, 11, 28, 22, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 28, 12, tzinfo=UTC)),
    ],
)
def test_a_digest_is_due_at_the_next_seven_of_its_readers_zone(zone, due):
    assert ways.digest_due(datetime(2026, 11, 28, 4, tzinfo=UTC), zone) == due


def test_what_happens_at_seven_is_told_the_next_day():
    seven = datetime(2026, 3, 28, 7, tzinfo=UTC)
    assert ways.digest_due(seven, "UTC") == datetime(2026, 3, 29, 7, tzinfo=UTC)


def test_seven_is_seven_when_the_clocks_have_gone_forward_over_night():
    evening = datetime(2026, 3, 28, 20, tzinfo=UTC)
    assert ways.digest_due(evening, "Europe/Berlin") == datetime(2026, 3, 29, 5, tzinfo=UTC)


@pytest.mark.parametrize("head", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_about_a_letter_of_ours_is_read(head):
    assert bounces.read(report(head=head), key=KEY) == bounces.Report(
        7, True, "5.1.1", "smtp; 550 no such user"
    )


def test_a_full_mailbox_is_not_an_address_that_is_gone():
    assert bounces.read(report(status="4.2.2"), key=KEY) == bounces.Report(
        7, False, "4.2.2", "smtp; 550 no such user"
    )


@pytest.mark.parametrize(
    "raw",
    [
        report(action="delayed"),
        report(status="gone"),
        report(letter="<somebody@else>"),
        report(letter=LETTER.replace("notice.7.", "notice.8.")),
        b"",
        b"\x00\xff" * 400,
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n",
        b"Subject: away\n\nI am on holiday.",
    ],
)
def test_nothing_else_is_a_report(raw):
    assert bounces.read(raw, key=KEY) is None
