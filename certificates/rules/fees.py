"""The annual fee: when it falls due, when its holder is told, when it has consequences.

docs/algorithms/maintenance.md tells it with dates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from certificates.rules import validity

NOTICE_DAYS = 14  # between the last letter and what it announces, however late the letter was
WARNING_DAYS = 30  # before a withdrawal


APPLICATION, ANNUAL = "application-", "maintenance-"
"""How the keys of the products begin that pay an application and a year."""


@dataclass(frozen=True)
class Product:
    """What a fee is sold as."""

    key: str
    kind: str
    title: str


def product(fee: Mapping[str, Any], scheme: str, code: str, level: str, level_title: str) -> Product | None:
    """The product by which a fee of a level is paid; None for a fee that nobody is asked for by itself (`renewal`)."""
    match fee["key"]:
        case "application":
            return Product(
                f"{APPLICATION}{scheme}-{level}", "certification", f"{fee['title']}, {code}: {level_title}"
            )
        case "annual":
            return Product(f"{ANNUAL}{scheme}-{level}", "maintenance", fee["title"])
    return None


@dataclass(frozen=True)
class Dunning:
    """Days after the due day: of each letter, and of the suspension; and from a suspension to the withdrawal."""

    letters: tuple[int, ...]
    suspend: int
    withdraw: int


def due_days(begins_on: date, expires_on: date, *, renewal: bool) -> tuple[date, ...]:
    """The days on which the fee of an edition falls due: each anniversary of its first day before its last
    one; of a renewal the first day too, since that is an anniversary of the grant."""
    days = [begins_on] if renewal else []
    years = 1
    while (day := validity.expires_on(begins_on, years)) < expires_on:
        days.append(day)
        years += 1
    return tuple(days)


def letter(due_on: date, on: date, dunned: int, rules: Dunning) -> int | None:
    """Which letter goes out on a day, named by its day after the due day; None when all was told.

    Of several that were missed only the latest is sent.
    """
    open_ = [day for day in rules.letters if due_on + timedelta(days=day) <= on and day > dunned]
    return max(open_, default=None)


def suspends(due_on: date, on: date, warned_on: date | None, rules: Dunning) -> bool:
    """Whether an unpaid fee suspends on a day: its time is up, and the last letter is NOTICE_DAYS old."""
    notice = min(NOTICE_DAYS, rules.suspend - max(rules.letters, default=0))
    late = on >= due_on + timedelta(days=rules.suspend)
    return late and warned_on is not None and on >= warned_on + timedelta(days=notice)


def warns(suspended_on: date, on: date, rules: Dunning) -> bool:
    """Whether it is time to tell that a suspended certificate will be withdrawn."""
    return on >= suspended_on + timedelta(days=max(0, rules.withdraw - WARNING_DAYS))


def withdraws(suspended_on: date, on: date, warned_on: date | None, rules: Dunning) -> bool:
    """Whether a suspension for unmet maintenance ends in withdrawal on a day: never without a warning that
    is NOTICE_DAYS old."""
    late = on >= suspended_on + timedelta(days=rules.withdraw)
    return late and warned_on is not None and on >= warned_on + timedelta(days=NOTICE_DAYS)


def last_letter(day: int, rules: Sequence[int]) -> bool:
    """Whether a letter is the last one before the suspension, which it must say."""
    return day == max(rules, default=day)
