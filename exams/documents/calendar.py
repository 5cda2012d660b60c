"""The calendar file of an entry, by RFC 5545."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from icalendar import Calendar, Event


@dataclass(frozen=True)
class Appointment:
    """A sitting as a calendar has it. `sequence` counts what changed since it was first told."""

    uuid: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    url: str
    description: str
    sequence: int
    changed_at: datetime
    is_cancelled: bool


def file(appointment: Appointment, *, institution: str) -> bytes:
    """One event. Its UID never changes, so that a calendar which knows it takes a later file as news of it."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{institution}//Auditorium//EN")
    event = Event()
    event.add("uid", str(appointment.uuid))
    event.add("dtstamp", appointment.changed_at.astimezone(UTC))
    event.add("last-modified", appointment.changed_at.astimezone(UTC))
    event.add("sequence", appointment.sequence)
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", appointment.title)
    event.add("description", appointment.description)
    event.add("url", appointment.url)
    event.add("status", "CANCELLED" if appointment.is_cancelled else "CONFIRMED")
    calendar.add_component(event)
    return calendar.to_ical()
