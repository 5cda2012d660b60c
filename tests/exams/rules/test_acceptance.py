from datetime import UTC, datetime, timedelta

import pytest

from exams.rules import acceptance
from exams.rules.acceptance import Event, Refusal, Verdict

SHAPES = {"1": ("single", "abc"), "2": ("single", "abcd")}
TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)


def refusal(event: Event, earlier: set[int] | None = None) -> Refusal | None:
    return acceptance.refusal(event=event, shapes=SHAPES, earlier=earlier or set())


def test_an_option_of_the_item_or_nothing_fits() -> None:
    assert refusal(Event(1, 1, 1, "a")) is None
    assert refusal(Event(1, 1, 1, None)) is None


@pytest.mark.parametrize("value", ["d", "", "ab", "A", 1, True, [], {}, ["a"], 0.5])
def test_nothing_else_fits(value: object) -> None:
    assert refusal(Event(1, 1, 1, value)) == Refusal.WRONG_VALUE


@pytest.mark.parametrize("position", [0, 3, -1, 10**9])
def test_a_position_that_is_not_on_the_form_is_refused(position: int) -> None:
    assert refusal(Event(1, 1, position, "a")) == Refusal.UNKNOWN_POSITION


def test_a_number_used_twice_in_one_batch_is_refused() -> None:
    assert refusal(Event(1, 1, 1, "a"), {1}) == Refusal.REPEATED_SEQ


def test_a_sitting_is_open_while_it_runs_and_its_time_is_not_up() -> None:
    later = TEN + timedelta(seconds=1)
    assert acceptance.is_open(state="running", deadline_at=TEN, at=TEN)
    assert not acceptance.is_open(state="running", deadline_at=TEN, at=later)
    assert not acceptance.is_open(state="submitted", deadline_at=later, at=TEN)
    assert not acceptance.is_open(state="ready", deadline_at=None, at=TEN)


def test_verdicts() -> None:
    assert acceptance.verdict(stored_now=True, stored_before=False, outranked=False) == Verdict.ACCEPTED
    assert acceptance.verdict(stored_now=True, stored_before=False, outranked=True) == Verdict.SUPERSEDED
    assert acceptance.verdict(stored_now=False, stored_before=True, outranked=False) == Verdict.DUPLICATE
    assert acceptance.verdict(stored_now=False, stored_before=False, outranked=False) == Verdict.LATE
