"""Whether a person may enter for an exam, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum

from exams.rules.retakes import Wait, free_until, next_allowed


class Hindrance(StrEnum):
    NOT_OFFERED = "not-offered"
    NO_FORM = "no-form"
    NO_UNSEEN_FORM = "no-unseen-form"
    OPEN_SITTING = "open-sitting"
    RESULT_PENDING = "result-pending"
    ALREADY_PASSED = "already-passed"
    MUST_WAIT = "must-wait"
    NO_WINDOW = "no-window"
    WINDOWS_FULL = "windows-full"
    NO_ENTITLEMENT = "no-entitlement"


@dataclass(frozen=True)
class Rules:
    """What an exam says of entering. A practice exam may be repeated at will, also with a form already seen."""

    practice: bool = False
    windowed: bool = False
    waits: tuple[Wait, ...] = ()
    free_retake_months: int = 0


@dataclass(frozen=True)
class Facts:
    """What is known of one person and one exam. `passed` and `failed_on` speak of released results only;
    `windows_ahead` and `has_place` of windows that take entries; `entitled` of an entry that is paid, or free."""

    offered: bool
    has_form: bool
    has_unseen_form: bool = True
    open_sitting: bool = False
    result_pending: bool = False
    passed: bool = False
    failed_on: tuple[date, ...] = ()
    windows_ahead: bool = False
    has_place: bool = False
    entitled: bool = True
    free_retake_spent: bool = False


@dataclass(frozen=True)
class Eligibility:
    """Whether one may enter: the hindrances, and the first day after the wait that a failure asked for.

    `free_until` is the last day of a free retake that is still to be had.
    """

    hindrances: tuple[Hindrance, ...]
    next_on: date | None
    free_until: date | None = None

    @property
    def may_enter(self) -> bool:
        return not self.hindrances

    @property
    def next_at(self) -> datetime | None:
        """The moment at which the wait is over: a day begins in UTC."""
        return None if self.next_on is None else datetime.combine(self.next_on, time(), UTC)


def decide(facts: Facts, *, rules: Rules, on: date) -> Eligibility:
    """Every hindrance, the most lasting first.

    A free retake, where the exam gives one, stands for an entitlement once: from the first failure for so
    many months. It is lost neither by waiting for a result nor by the wait, only by the calendar.
    """
    real = not rules.practice
    waits: Sequence[Wait] = rules.waits if real else ()
    next_on = next_allowed(failed_on=facts.failed_on, waits=waits)
    free = free_until(failed_on=facts.failed_on, months=rules.free_retake_months if real else 0)
    if free is not None and (on > free or facts.free_retake_spent or facts.passed):
        free = None
    settled = not facts.open_sitting and not facts.result_pending and not facts.passed
    lasting = [
        (not facts.offered, Hindrance.NOT_OFFERED),
        (facts.offered and not facts.has_form, Hindrance.NO_FORM),
        (facts.passed and real, Hindrance.ALREADY_PASSED),
        # Of forms nobody need hear while it is open whether there will be another sitting.
        (real and settled and facts.has_form and not facts.has_unseen_form, Hindrance.NO_UNSEEN_FORM),
        (facts.open_sitting, Hindrance.OPEN_SITTING),
        (facts.result_pending, Hindrance.RESULT_PENDING),
    ]
    # Nobody is told to pay, or to look for a window, for an entry that they could not make anyway.
    clear = not any(true for true, _ in lasting)
    passing = [
        (next_on is not None and on < next_on and not facts.passed, Hindrance.MUST_WAIT),
        (clear and rules.windowed and not facts.windows_ahead, Hindrance.NO_WINDOW),
        (clear and rules.windowed and facts.windows_ahead and not facts.has_place, Hindrance.WINDOWS_FULL),
        (clear and not facts.entitled and free is None, Hindrance.NO_ENTITLEMENT),
    ]
    return Eligibility(tuple(code for true, code in (*lasting, *passing) if true), next_on, free)
