import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from exams.rules import pictures
from exams.rules.pictures import Series


def test_the_cut_stands_between_the_scores_that_fail_and_those_that_pass() -> None:
    chart = pictures.histogram((0, 3, 11, 10, 6), 3, x_title="right", y_title="sittings")
    assert [bar.kind for bar in chart.bars] == ["fails", "fails", "passes", "passes"]
    (mark,) = chart.marks
    last_fail, first_pass = chart.bars[1], chart.bars[2]
    assert float(last_fail.x) + float(last_fail.width) < float(mark.at) < float(first_pass.x)
    assert max(chart.bars, key=lambda bar: float(bar.height)).y == "30.0"


def test_a_gap_breaks_a_line_and_its_end_is_named() -> None:
    line = Series("A", [(1, 0.2), (2, 0.4), (3, None), (4, 0.6), (5, 0.8)])
    chart = pictures.curves([line], low=1, high=5, top=1, x_title="x", y_title="y")
    assert [(one.name, len(one.points.split())) for one in chart.lines] == [("", 2), ("A", 2)]


def test_names_at_the_ends_of_lines_do_not_stand_on_one_another() -> None:
    lines = [Series(name, [(1, 0.5), (5, 0.5)]) for name in "ABCD"]
    chart = pictures.curves(lines, low=1, high=5, top=1, x_title="x", y_title="y")
    places = sorted(float(line.y) for line in chart.lines)
    assert all(after - before >= 14 for before, after in itertools.pairwise(places))


def test_persons_stand_above_the_axis_and_items_below_it() -> None:
    chart = pictures.wright([(-1.0, 3), (0.4, 7)], {"1": -0.9, "2": -0.8, "3": 1.2}, x_title="x", y_title="y")
    assert all(float(bar.y) + float(bar.height) <= chart.base for bar in chart.bars)
    assert all(chart.base < float(y) < chart.floor for _, y in chart.dots)
    assert len(chart.dots) == 3


@given(some.lists(some.integers(0, 10**6), min_size=1, max_size=90))
def test_no_bar_leaves_the_picture(counts) -> None:
    chart = pictures.histogram(counts, None, x_title="x", y_title="y")
    for bar in chart.bars:
        assert chart.left - 0.1 <= float(bar.x) <= float(bar.x) + float(bar.width) <= chart.right + 0.1
        assert 29.9 <= float(bar.y) <= chart.base
    assert 1 <= len(chart.ys) <= 8


@pytest.mark.parametrize("value", [0.0, 0.0004, 3.2, 12345.0])
def test_every_height_has_ticks(value) -> None:
    line = Series("A", [(0, 0.0), (4, value)])
    assert pictures.curves([line], low=0, high=4, x_title="x", y_title="y").ys
