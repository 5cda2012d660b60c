"""Whether a person may enter for an exam, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from exams.rules.retakes import Wait, next_allowed


class Hindrance(StrEnum):
    NOT_OFFERED = "not-offered"
    NO_FORM = "no-form"
    OPEN_SITTING = "open-sitting"
    RESULT_PENDING = "result-pending"
    ALREADY_PASSED = "already-passed"
    MUST_WAIT = "must-wait"


@dataclass(frozen=True)
class Facts:
    """What is known of one person and one exam. `passed` and `failed_on` speak of released results only."""

    offered: bool
    has_form: bool
    open_sitting: bool = False
    result_pending: bool = False
    passed: bool = False
    failed_on: tuple[date, ...] = ()


@dataclass(frozen=True)
class Eligibility:
    hindrances: tuple[Hindrance, ...]
    next_on: date | None

    @property
    def may_enter(self) -> bool:
        return not self.hindrances


def decide(facts: Facts, *, practice: bool, waits: Sequence[Wait], on: date) -> Eligibility:
    """Every hindrance, the most lasting first. A practice exam may be repeated at will."""
    next_on = None if practice else next_allowed(failed_on=facts.failed_on, waits=waits)
    found = [
        (not facts.offered, Hindrance.NOT_OFFERED),
        (facts.offered and not facts.has_form, Hindrance.NO_FORM),
        (facts.open_sitting, Hindrance.OPEN_SITTING),
        (facts.result_pending, Hindrance.RESULT_PENDING),
        (facts.passed and not practice, Hindrance.ALREADY_PASSED),
        (next_on is not None and on < next_on and not facts.passed, Hindrance.MUST_WAIT),
    ]
    return Eligibility(tuple(code for true, code in found if true), next_on)
