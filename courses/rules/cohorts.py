"""Who may join a cohort, and when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Hindrance(StrEnum):
    """Why nobody, or this learner, can join."""

    CANCELLED = "cancelled"
    CLOSED = "closed"  # the last day for joining is over
    COMPLETED = "completed"  # the learner has completed the course
    TRAINER = "trainer"  # they train it themselves


@dataclass(frozen=True)
class Room:
    """A cohort as it stands: `taken` of `capacity` places; `joins_until` is the last day for joining."""

    capacity: int
    taken: int
    joins_until: date
    cancelled: bool = False

    @property
    def left(self) -> int:
        return max(0, self.capacity - self.taken)

    def hindrance(self, on: date) -> Hindrance | None:
        """What keeps everybody from joining on a day, and from moving up on the waiting list; None when nothing does."""
        if self.cancelled:
            return Hindrance.CANCELLED
        return Hindrance.CLOSED if on > self.joins_until else None
