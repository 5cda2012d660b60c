"""Numbers of docs/algorithms/statistics.md; the rest against numpy's own corrcoef and var."""

from typing import Any

import numpy as np
import pytest

from exams.rules.statistics import classical, reading
from exams.rules.statistics.estimates import Reason
from tests.exams.rules.statistics import lsat6


def values(estimates: Any) -> list[float]:
    return [estimate.value for estimate in estimates]


@pytest.fixture(scope="module")
def found() -> classical.Classical:
    return classical.analyse(lsat6.responses())


def test_the_items_of_lsat6(found) -> None:
    assert values(item.p for item in found.items) == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    corrected = [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    assert values(item.r_corrected for item in found.items) == pytest.approx(corrected, abs=5e-5)


def test_the_reliability_of_lsat6(found) -> None:
    assert found.alpha.value == pytest.approx(0.2949972, abs=5e-8)
    matrix = lsat6.matrix()
    scores = matrix.sum(1)
    kr21 = 5 / 4 * (1 - scores.mean() * (5 - scores.mean()) / (5 * scores.var()))
    assert found.kr21.value == pytest.approx(kr21)
    assert found.sem.value == pytest.approx(scores.std() * np.sqrt(1 - 0.2949972), abs=1e-6)
    assert found.alpha.low < found.alpha.value < found.alpha.high


def test_dropping_an_item_gives_the_alpha_of_the_others(found) -> None:
    for column, item in enumerate(found.items):
        rest = np.delete(lsat6.matrix(), column, axis=1)
        again = classical.analyse(reading.read(lsat6.csv_of(rest)))
        assert item.alpha_if_dropped.value == pytest.approx(again.alpha.value)


def test_the_uncorrected_point_biserial_is_the_correlation_with_the_score(found) -> None:
    matrix = lsat6.matrix()
    expected = [np.corrcoef(column, matrix.sum(1))[0, 1] for column in matrix.T]
    assert values(item.r for item in found.items) == pytest.approx(expected)


def test_the_conditional_error_is_nothing_at_the_ends_and_lords_between(found) -> None:
    assert [lord for lord, _ in found.conditional] == pytest.approx([0, 1, 6**0.5 / 2, 6**0.5 / 2, 1, 0])
    factor = np.sqrt((1 - found.alpha.value) / (1 - found.kr21.value))
    assert found.conditional[2][1].value == pytest.approx(6**0.5 / 2 * factor)


def test_each_option_against_the_score_on_the_other_items() -> None:
    rng = np.random.default_rng(4)
    letters = rng.choice(list("ABCD"), (200, 6), p=[0.5, 0.2, 0.2, 0.1])
    key = b"item,key\n" + b"".join(b"q%d,A\n" % number for number in range(1, 7))
    found = classical.analyse(reading.read(lsat6.csv_of(letters), key))
    right = letters == "A"
    for column, item in enumerate(found.items):
        rest = right.sum(1) - right[:, column]
        assert [option.code for option in item.options] == list("ABCD")
        for option in item.options:
            chose = letters[:, column] == option.code
            assert option.count == chose.sum()
            assert option.r.value == pytest.approx(np.corrcoef(chose, rest)[0, 1])
            assert option.mean_score.value == pytest.approx(right.sum(1)[chose].mean())
        assert sum(option.trace[0].value for option in item.options) == pytest.approx(1)


def test_one_item_has_a_p_and_no_more() -> None:
    found = classical.analyse(reading.read(b"q1\n" + b"1\n0\n" * 20))
    assert found.items[0].p.value == 0.5
    missing = [
        found.alpha,
        found.kr21,
        found.sem,
        found.items[0].r_corrected,
        found.items[0].alpha_if_dropped,
    ]
    assert {estimate.reason for estimate in missing} == {Reason.ONE_ITEM}


def test_an_item_that_all_had_right_correlates_with_nothing() -> None:
    matrix = lsat6.matrix()
    matrix[:, 2] = 1
    found = classical.analyse(reading.read(lsat6.csv_of(matrix)))
    assert found.items[2].r.reason == found.items[2].r_corrected.reason == Reason.CONSTANT
    assert found.items[2].p.value == 1


def test_where_all_have_the_same_score_there_is_no_reliability() -> None:
    found = classical.analyse(reading.read(lsat6.csv_of(np.tile([[1, 0], [0, 1]], (20, 1)))))
    assert found.alpha.reason == found.kr21.reason == found.sem.reason == Reason.CONSTANT
    assert found.items[0].r.reason == Reason.CONSTANT
