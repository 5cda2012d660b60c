"""Where things stand on the line from the first to the last day of a certificate."""

from dataclasses import dataclass
from datetime import date, timedelta

from certificates.rules import validity


@dataclass(frozen=True)
class Timeline:
    """Places in per cent of the line, which runs from the first day to the end of grace."""

    begins_on: date
    due_on: date
    expires_on: date
    closes_on: date
    due: float
    expires: float
    today: float

    @property
    def due_width(self) -> float:
        return self.expires - self.due

    @property
    def lived(self) -> float:
        return min(self.today, self.expires)


def of(begins_on: date, expires_on: date, on: date, *, grace_days: int) -> Timeline:
    """The line of an edition as seen on a day; a day before or after it stands at its end."""
    due_on = max(begins_on, validity.due_from(expires_on))
    closes_on = expires_on + timedelta(days=grace_days)
    length = (closes_on - begins_on).days

    def place(day: date) -> float:
        return round(max(0.0, min(100.0, (day - begins_on).days * 100 / length)), 2)

    return Timeline(begins_on, due_on, expires_on, closes_on, place(due_on), place(expires_on), place(on))
