from datetime import UTC, datetime, timedelta

import pytest

from exams.rules import acceptance
from exams.rules.acceptance import Event, Reception, Refusal, Verdict

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


def reception(
    state: str, *, at: timedelta, stamp: timedelta | None = None, paused: timedelta | None = None
) -> Reception:
    """How an event is taken by a sitting whose deadline is ten o'clock; all times are relative to that."""
    return acceptance.reception(
        state=state,
        deadline_at=None if state == "ready" else TEN,
        paused_at=None if paused is None else TEN + paused,
        at=TEN + at,
        stamped_at=None if stamp is None else TEN + stamp,
    )


def seconds(number: int) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("at", "stamp", "expected"),
    [
        (0, None, Reception.OPEN),  # the second of the deadline itself
        (-60, 3600, Reception.OPEN),  # a stamp says nothing while there is time
        (1, None, Reception.LATE),
        (1, 0, Reception.OPEN),  # on its way
        (1, 1, Reception.LATE),
        (10, -1, Reception.OPEN),
        (11, -1, Reception.LATE),  # a claim counts for nothing beyond the grace
    ],
)
def test_what_arrives_by_the_deadline_or_was_on_its_way_is_taken(at, stamp, expected) -> None:
    assert reception("running", at=seconds(at), stamp=None if stamp is None else seconds(stamp)) == expected


@pytest.mark.parametrize(
    ("at", "stamp", "expected"),
    [
        (-59, -61, Reception.OPEN),
        (-59, -58, Reception.HELD),
        (-40, -61, Reception.HELD),
        (-59, None, Reception.HELD),
    ],
)
def test_a_paused_sitting_takes_what_was_on_its_way_and_lets_the_rest_wait(at, stamp, expected) -> None:
    given = None if stamp is None else seconds(stamp)
    assert reception("paused", paused=seconds(-60), at=seconds(at), stamp=given) == expected


@pytest.mark.parametrize("state", ["ready", "submitted", "marked", "cancelled", "missed"])
def test_no_other_sitting_takes_anything(state) -> None:
    assert reception(state, at=seconds(-60), stamp=seconds(-61)) == Reception.LATE


def test_verdicts() -> None:
    def verdict(received: Reception, *, before: bool = False, outranked: bool = False) -> Verdict:
        return acceptance.verdict(received=received, stored_before=before, outranked=outranked)

    assert verdict(Reception.OPEN) == Verdict.ACCEPTED
    assert verdict(Reception.OPEN, outranked=True) == Verdict.SUPERSEDED
    assert verdict(Reception.OPEN, before=True) == Verdict.DUPLICATE
    assert verdict(Reception.LATE, before=True) == Verdict.DUPLICATE
    assert verdict(Reception.LATE) == Verdict.LATE
    assert verdict(Reception.HELD) == Verdict.HELD
