"""Who may renew, by which way, and from when until when the renewed edition is valid.

docs/algorithms/maintenance.md tells it with dates.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from certificates.rules import validity
from certificates.rules.standing import Standing


class Route(StrEnum):
    CPD = "cpd"
    EXAM = "exam"


class Lacking(StrEnum):
    """Why a certificate is not renewed."""

    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    NOT_OPEN = "not-open"
    CLOSED = "closed"
    COVERED = "covered"  # the holder has a higher level of the scheme, which is renewed instead
    ROUTE = "route"  # the scheme knows no renewal this way
    CODE = "code"
    FEE = "fee"
    SAMPLE = "sample"
    HOURS = "hours"
    EXAM = "exam"


@dataclass(frozen=True)
class Held:
    """What is known of a credential on a day: of its latest edition, and of what its scheme asks."""

    standing: Standing
    begins_on: date
    expires_on: date
    grace_days: int
    covered: bool
    routes: frozenset[str]
    code_signed: bool
    fee_open: bool
    sample_open: bool
    hours_met: bool
    exam_passed_on: date | None
    exam_days: int


def opens_on(expires_on: date) -> date:
    """The day from which it may be renewed: that of the first reminder."""
    return validity.due_from(expires_on)


def closes_on(expires_on: date, grace_days: int) -> date:
    """The last day on which it may be renewed."""
    return expires_on + timedelta(days=grace_days)


def lacking(held: Held, route: Route, on: date) -> tuple[Lacking, ...]:
    """What stands between a holder and the renewal by this way on a day; nothing when it may be renewed.

    What makes renewal pointless comes alone; else everything that is missing is named at once.
    """
    if held.standing is Standing.WITHDRAWN:
        return (Lacking.WITHDRAWN,)
    if held.covered:
        return (Lacking.COVERED,)
    if on > closes_on(held.expires_on, held.grace_days):
        return (Lacking.CLOSED,)
    stands_in_the_way = {
        Lacking.SUSPENDED: held.standing is Standing.SUSPENDED,
        Lacking.NOT_OPEN: on < opens_on(held.expires_on),
        Lacking.ROUTE: route not in held.routes,
        Lacking.CODE: not held.code_signed,
        Lacking.FEE: held.fee_open,
        Lacking.SAMPLE: held.sample_open,
        Lacking.HOURS: route is Route.CPD and not held.hours_met,
        Lacking.EXAM: route is Route.EXAM and not _exam_counts(held, on),
    }
    return tuple(code for code, so in stands_in_the_way.items() if so)


def dates(expires_on: date, on: date, years: int) -> tuple[date, date]:
    """First and last valid day of the renewed edition.

    It begins on the day after the old one's last day, or, renewed in the grace, on the day of renewal:
    the days between stay without a valid certificate. Its last day is counted from the old one either way.
    """
    follows = expires_on + timedelta(days=1)
    return max(follows, on), validity.expires_on(follows, years)


def _exam_counts(held: Held, on: date) -> bool:
    passed_on = held.exam_passed_on
    # Not the exam on which this edition itself was granted.
    earliest = max(held.begins_on + timedelta(days=1), held.expires_on - timedelta(days=held.exam_days))
    return passed_on is not None and earliest <= passed_on <= on
