"""Windows in which an exam may be sat, and the times that are chosen inside them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class WindowFault(StrEnum):
    """Why a window can't be made so."""

    BACKWARDS = "backwards"
    OVER = "over"
    TOO_SHORT = "too-short"


class TimeFault(StrEnum):
    """Why a time can't be chosen."""

    CLOSED = "closed"
    FULL = "full"
    PAST = "past"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Span:
    """A window as it stands. `places` is None for any number; `taken` counts entries that stand, without one's
    own; `is_closed`: an examiner lets nobody else in."""

    opens_at: datetime
    closes_at: datetime
    ends_sittings: bool = False
    places: int | None = None
    taken: int = 0
    is_closed: bool = False

    @property
    def left(self) -> int | None:
        """How many more may enter; None for any number."""
        return None if self.places is None else max(0, self.places - self.taken)

    def is_ahead(self, at: datetime) -> bool:
        """Whether it takes entries, if it has a place left."""
        return not self.is_closed and at < self.closes_at

    def takes(self, at: datetime) -> bool:
        return self.is_ahead(at) and self.left != 0


def making_fault(
    *, opens_at: datetime, closes_at: datetime, ends_sittings: bool, minutes: int, at: datetime
) -> WindowFault | None:
    """Why a window for an exam of so many minutes can't be made, or None."""
    if closes_at <= opens_at:
        return WindowFault.BACKWARDS
    if closes_at <= at:
        return WindowFault.OVER
    # Where its end ends the sittings, nobody could ever have the exam's whole time.
    if ends_sittings and closes_at - opens_at < timedelta(minutes=minutes):
        return WindowFault.TOO_SHORT
    return None


def choosing_fault(span: Span, *, starts_at: datetime, at: datetime) -> TimeFault | None:
    """Why a sitting can't be set to start at this time of this window, or None. The minute that runs may still
    be chosen, for people choose whole minutes."""
    if not span.is_ahead(at):
        return TimeFault.CLOSED
    if not span.takes(at):
        return TimeFault.FULL
    if starts_at < at.replace(second=0, microsecond=0):
        return TimeFault.PAST
    if starts_at < span.opens_at:
        return TimeFault.BEFORE
    return TimeFault.AFTER if starts_at >= span.closes_at else None


def time_there(span: Span, *, starts_at: datetime, allowed: timedelta) -> timedelta:
    """How long a sitting that starts then can last: the time allowed, or less where the window's end ends it."""
    return min(allowed, span.closes_at - starts_at) if span.ends_sittings else allowed


def last_full_start(span: Span, *, allowed: timedelta) -> datetime:
    """Until when one may start and still have the whole time, or start at all."""
    return max(span.opens_at, span.closes_at - allowed) if span.ends_sittings else span.closes_at


def changeable_until(starts_at: datetime, *, hours: int) -> datetime:
    """Until when the chosen time may be changed, or the entry cancelled."""
    return starts_at - timedelta(hours=hours)
