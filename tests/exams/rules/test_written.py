"""The worked numbers are those of docs/algorithms/form-statistics.md."""

from fractions import Fraction
from typing import Any

import pytest

from exams.rules import form_statistics, written
from exams.rules.acceptance import Event
from exams.rules.matrices import Answered
from exams.rules.runs import Given, response_digest
from exams.rules.scoring import Placed
from exams.rules.statistics.estimates import Reason

ESSAY = Placed(1, 1, "essay", weight=Fraction(2))
CHOICE = Placed(2, 1, "single")
KEYS: dict[str, Any] = {
    "1": {"rule": "rubric", "most": {"1": "2", "2": "1.5"}, "levels": {}},
    "2": {"rule": "all-or-nothing", "right": ["b"]},
}
FULL = (("1", Fraction(2)), ("2", Fraction(3, 2)))
HALF = (("1", Fraction(1)), ("2", Fraction(0)))


def sat(criteria: tuple[tuple[str, Fraction], ...] = (), choice: str = "") -> Answered:
    """An essay that people gave so much, or none where they gave nothing, and the letter of the other item."""
    events = [Event(1, 1, 1, "Because.")] if criteria else []
    events += [Event(1, 2, 2, choice)] if choice else []
    points = sum((points for _, points in criteria), Fraction(0))
    given = (Given(1, response_digest("Because."), points, 7, criteria),) if criteria else ()
    return Answered("x", tuple(events), given=given)


THIRTY_SIX = [sat(FULL, "b")] * 15 + [sat(HALF, "b")] * 10 + [sat(HALF, "a")] * 5 + [sat()] * 6


def test_an_essay_has_its_mean_over_all_sittings_and_each_criterion_over_the_scripts() -> None:
    (found,) = written.look((ESSAY, CHOICE), KEYS, THIRTY_SIX)
    assert (found.position, found.answered, found.most) == (1, 30, 7)
    # 15 times 7 points, 15 times 2, 6 times nothing, by the weight of 2.
    assert found.mean.value == pytest.approx(135 / 36)
    assert found.mean.low < found.mean.value < found.mean.high
    assert found.r.value == pytest.approx(0.6654, abs=1e-4)
    assert [(one.id, one.most) for one in found.criteria] == [("1", 2), ("2", Fraction(3, 2))]
    assert [one.mean.value for one in found.criteria] == pytest.approx([1.5, 0.75])
    reason = found.criteria[0].mean
    assert (reason.low, reason.high) == pytest.approx((1.3180, 1.6820), abs=1e-4)


def test_below_thirty_scripts_nothing_is_said_of_criteria_and_below_thirty_sittings_nothing_at_all() -> None:
    (found,) = written.look((ESSAY, CHOICE), KEYS, THIRTY_SIX[1:])
    assert found.answered == 29
    assert {one.mean.reason for one in found.criteria} == {Reason.FEW_PERSONS}
    assert found.mean.value is not None
    assert written.look((ESSAY, CHOICE), KEYS, THIRTY_SIX[:29]) == ()


def test_a_form_of_essays_alone_has_points_decisions_and_its_cut() -> None:
    found = form_statistics.analyse((ESSAY,), KEYS, THIRTY_SIX, Fraction(1, 2))
    assert (found.suppressed, found.classical) == (Reason.FEW_ITEMS, None)
    assert found.on_points
    assert found.on_points.counts == ((0, 6), (2, 15), (7, 15))
    assert (found.on_points.needed, found.on_points.passed.value) == (4, pytest.approx(15 / 36))
    assert found.on_points.alpha.reason == Reason.ONE_ITEM
    assert found.essays[0].r.reason == Reason.ONE_ITEM


def test_what_is_dropped_or_tried_out_is_not_looked_at() -> None:
    dropped = KEYS | {"1": KEYS["1"] | {"treatment": "drop"}}
    assert written.look((ESSAY, CHOICE), dropped, THIRTY_SIX) == ()
    assert written.look((Placed(1, 1, "essay", pilot=True), CHOICE), KEYS, THIRTY_SIX) == ()
    assert form_statistics.analyse((ESSAY,), dropped, THIRTY_SIX, Fraction(1, 2)).on_points is None


def test_all_alike_gives_reasons_and_no_nan() -> None:
    (found,) = written.look((ESSAY, CHOICE), KEYS, [sat(FULL, "b")] * 30)
    assert (found.r.reason, found.mean.value, found.mean.low) == (Reason.CONSTANT, 7, 7)
    whole = form_statistics.analyse((ESSAY,), KEYS, [sat(FULL)] * 30, Fraction(1, 2))
    assert whole.on_points and "nan" not in str(whole).lower()
