"""Which version of a scheme an applicant is judged by, while one follows another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class VersionDates:
    """When a version begins, and for how many days the former one still serves those who had begun."""

    number: int
    effective_on: date
    former_days: int = 0


def open_to(versions: Sequence[VersionDates], *, begun_on: date | None, on: date) -> tuple[int, ...]:
    """The numbers of the versions by which a person may be judged on a day, the newest first.

    It is the newest in effect; and the one before it for `former_days` after the newest began, if the person
    had proven something (`begun_on`) before that. Nothing where none is in effect.
    """
    begun = sorted((v for v in versions if v.effective_on <= on), key=lambda v: (v.effective_on, v.number))
    if not begun:
        return ()
    newest = begun[-1]
    if len(begun) == 1 or begun_on is None or begun_on >= newest.effective_on:
        return (newest.number,)
    late = on >= newest.effective_on + timedelta(days=newest.former_days)
    return (newest.number,) if late else (newest.number, begun[-2].number)
