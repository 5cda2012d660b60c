"""Calendar files, by RFC 5545."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event


@dataclass(frozen=True)
class Appointment:
    """A sitting or a session as a calendar has it. `sequence` counts what changed since it was first told."""

    uuid: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    url: str
    description: str
    sequence: int
    changed_at: datetime
    is_cancelled: bool
    place: str = ""


def file(*appointments: Appointment, institution: str) -> bytes:
    """One event for each. Their UIDs never change, so that a calendar which knows one takes a later file as news of it."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{institution}//Auditorium//EN")
    for appointment in appointments:
        calendar.add_component(_event(appointment))
    return calendar.to_ical()


def answer(*appointments: Appointment, name: str) -> HttpResponse:
    """The file as a download."""
    said = file(*appointments, institution=settings.INSTITUTION)
    made = HttpResponse(said, content_type="text/calendar; charset=utf-8")
    made["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return made


def _event(appointment: Appointment) -> Event:
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
    if appointment.place:
        event.add("location", appointment.place)
    return event
