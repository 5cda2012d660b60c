"""The calendar file of a certificate's last valid day, by RFC 5545."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from icalendar import Alarm, Calendar, Event

from certificates.rules.validity import REMINDER_DAYS


@dataclass(frozen=True)
class Day:
    """A day in the life of an edition, such as its last valid one. `key` tells it from the others."""

    key: str
    on: date
    title: str
    description: str
    reminded: bool


def file(days: tuple[Day, ...], *, edition: UUID, changed_at: datetime, url: str, institution: str) -> bytes:
    """Whole days, each under a UID that never changes; a reminded one rings on the days of our letters."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{institution}//Auditorium//EN")
    for day in days:
        event = Event()
        event.add("uid", f"{edition}-{day.key}")
        event.add("dtstamp", changed_at.astimezone(UTC))
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        event.add("summary", day.title)
        event.add("description", day.description)
        event.add("url", url)
        event.add("transp", "TRANSPARENT")
        for before in REMINDER_DAYS if day.reminded else ():
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", day.title)
            alarm.add("trigger", timedelta(days=-before))
            event.add_component(alarm)
        calendar.add_component(event)
    return calendar.to_ical()
