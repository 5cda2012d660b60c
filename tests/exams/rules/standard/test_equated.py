"""The numbers are those of docs/algorithms/cut-scores.md, section 7."""

import math
from fractions import Fraction

import pytest

from exams.rules.standard import equated
from exams.rules.standard.equated import CannotEquate, Method, Reason, Sat

THERE, HERE = (10, 15, 10, 10, 5), (5, 10, 10, 15, 10)  # persons with 0 … 4 points


def group(counts: tuple[int, ...], *, part: int = 1) -> Sat:
    """Four items of which the first two are the anchor; a score of 3 has 2 points there."""
    scores = [
        (Fraction(points, part), Fraction(min(points, 2), part))
        for points, many in enumerate(counts)
        for _ in range(many)
    ]
    return equated.sat(Fraction(4, part), Fraction(2, part), scores)


@pytest.mark.parametrize(
    ("method", "points"),
    [
        (Method.MEAN, "2.6"),
        (Method.LINEAR, "2.6"),
        (Method.EQUIPERCENTILE, "2.83"),
        (Method.TUCKER, "2.15"),
        (Method.LEVINE, "2"),
        (Method.CHAINED_LINEAR, "2.08"),
        (Method.CHAINED_EQUIPERCENTILE, "2.2"),
    ],
)
def test_the_cut_of_one_form_is_carried_over(method: Method, points: str) -> None:
    found = equated.equate(group(THERE), group(HERE), cut=Fraction(2), method=method)
    assert found.points == Fraction(points), float(found.points)
    assert len(found.function) == 5
    assert found.cut.low <= found.cut.here <= found.cut.high


def test_points_that_come_in_parts_are_equated_in_parts() -> None:
    whole = equated.equate(group(THERE), group(HERE), cut=Fraction(2), method=Method.LINEAR)
    halves = equated.equate(group(THERE, part=2), group(HERE, part=2), cut=Fraction(1), method=Method.LINEAR)
    assert halves.points == whole.points / 2
    with pytest.raises(CannotEquate) as said:
        equated.equate(group(THERE, part=13), group(HERE), cut=Fraction(1), method=Method.MEAN)
    assert said.value.reason == Reason.TOO_FINE


def test_the_error_of_the_mean_method_is_that_of_two_means() -> None:
    found = equated.equate(group(THERE), group(HERE), cut=Fraction(2), method=Method.MEAN)
    assert found.cut.error == pytest.approx(math.sqrt(1.61 / 50 + 1.61 / 50), rel=0.15)


def test_it_comes_out_the_same_from_what_is_kept() -> None:
    there, here = group(THERE), group(HERE)
    kept = equated.from_json(equated.as_json(there)), equated.from_json(equated.as_json(here))
    assert kept == (there, here)
    cut, method = Fraction(2), Method.EQUIPERCENTILE
    assert equated.equate(*kept, cut=cut, method=method) == equated.equate(
        there, here, cut=cut, method=method
    )


def test_where_there_is_no_cut_it_is_said_why() -> None:
    few, nobody_differs = group((5, 10, 10, 4)), group((0, 0, 30))
    none = Sat(Fraction(4), Fraction(0), {(p, Fraction(0)): n for (p, _), n in group(HERE).persons.items()})
    for there, here, cut, method, reason in (
        (group(THERE), few, 2, Method.MEAN, Reason.FEW_HERE),
        (few, group(HERE), 2, Method.MEAN, Reason.FEW_THERE),
        (group(THERE), none, 2, Method.TUCKER, Reason.NO_ANCHOR),
        (group(THERE), nobody_differs, 2, Method.LINEAR, Reason.NOT_SETTLED),
        (group(THERE), nobody_differs, 2, Method.LEVINE, Reason.NOT_SETTLED),
        (group(THERE), group((0, 0, 0, 0, 30)), 3, Method.MEAN, Reason.OUTSIDE),
    ):
        with pytest.raises(CannotEquate) as said:
            equated.equate(there, here, cut=Fraction(cut), method=method)
        assert said.value.reason == reason


def test_mean_and_deviation_have_their_intervals_and_below_thirty_none() -> None:
    """Of the reference form of the document: mean 1.7, variance 1.61 by n."""
    found = equated.summary(group((10, 15, 10, 10, 5)))
    half = 2.00957524 * (1.61 / 49) ** 0.5  # t with 49 degrees of freedom
    assert (found.mean.value, found.mean.low, found.mean.high) == pytest.approx((1.7, 1.7 - half, 1.7 + half))
    assert found.deviation.value == pytest.approx((1.61 * 50 / 49) ** 0.5)
    assert found.deviation.low < found.deviation.value < found.deviation.high
    assert found.anchor.value == pytest.approx(1.3)
    few = equated.summary(group((10, 15, 4)))
    assert {one.reason for one in (few.mean, few.deviation, few.anchor)} == {"few_persons"}
