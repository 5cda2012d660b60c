from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar

from lms.web import calendars

TOLD = calendars.Appointment(
    uuid=UUID("12345678-1234-1234-1234-123456789abc"),
    title="ISO/IEC 42001 Lead Auditor; open book, 90 minutes",
    starts_at=datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")),
    ends_at=datetime(2026, 11, 23, 11, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    url="https://example.org/entries/1/",
    description="You may start from this time on.",
    sequence=0,
    changed_at=datetime(2026, 11, 1, 8, 0, tzinfo=UTC),
    is_cancelled=False,
)


def lines(appointment: calendars.Appointment) -> list[str]:
    said = calendars.file(appointment, institution="Auditorium").decode()
    assert said.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in said.split("\r\n"))
    return said.replace("\r\n ", "").split("\r\n")


def test_the_times_are_in_utc_and_the_event_is_known_by_its_entry() -> None:
    said = lines(TOLD)
    for line in (
        "UID:12345678-1234-1234-1234-123456789abc",
        "DTSTART:20261123T090000Z",
        "DTEND:20261123T103000Z",
        "DTSTAMP:20261101T080000Z",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        r"SUMMARY:ISO/IEC 42001 Lead Auditor\; open book\, 90 minutes",
    ):
        assert line in said, line


def test_a_later_file_is_news_of_the_same_event() -> None:
    said = lines(replace(TOLD, sequence=2, is_cancelled=True))
    assert {"UID:12345678-1234-1234-1234-123456789abc", "SEQUENCE:2", "STATUS:CANCELLED"} <= set(said)


def test_a_calendar_reads_it_back() -> None:
    read = Calendar.from_ical(calendars.file(TOLD, institution="Auditorium"))
    event = read.walk("VEVENT")[0]
    assert event.decoded("dtstart") == TOLD.starts_at
    assert str(event["summary"]) == TOLD.title
