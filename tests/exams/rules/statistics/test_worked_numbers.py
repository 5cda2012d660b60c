"""The numbers of docs/algorithms/statistics.md that no other test holds."""

import numpy as np
import pytest

from exams.rules.statistics import analysis, classical, consistency, equating, rasch, twopl
from exams.rules.statistics.analysis import Analysis, Model
from exams.rules.statistics.equating import Moments
from exams.rules.statistics.estimates import Z
from tests.exams.rules.statistics import lsat6


@pytest.fixture(scope="module")
def found() -> Analysis:
    return analysis.analyse(lsat6.responses(), Model.RASCH, cut=3)


def near(*numbers: float | None) -> object:
    return pytest.approx(numbers, abs=6e-5)


def values(estimates) -> tuple[float | None, ...]:
    return tuple(estimate.value for estimate in estimates)


def errors(estimates) -> tuple[float, ...]:
    return tuple((estimate.high - estimate.low) / (2 * Z) for estimate in estimates)


def test_section_1(found) -> None:
    whole = found.classical
    assert whole.counts == (3, 20, 85, 237, 357, 298)
    assert (whole.items[0].p.low, whole.items[0].p.high) == near(0.9059, 0.9389)
    assert values(item.r for item in whole.items) == near(0.3620, 0.5668, 0.6184, 0.5344, 0.4354)
    dropped = values(item.alpha_if_dropped for item in whole.items)
    assert dropped == near(0.2754, 0.2376, 0.2168, 0.2459, 0.2663)
    assert (whole.alpha.low, whole.alpha.high, whole.kr21.value) == near(0.2235, 0.3618, 0.1964)
    assert (whole.sd.value, whole.sem.value) == near(1.0345, 0.8686)
    assert (whole.conditional[2][0], whole.conditional[2][1].value) == near(1.2247, 1.1472)


def test_section_2(found) -> None:
    assert errors(found.rasch.easiness) == near(0.1304, 0.0792, 0.0718, 0.0846, 0.1054)
    assert found.conditional.log_likelihood == pytest.approx(-1091.5697, abs=1e-4)
    easiness = np.array(values(found.conditional.easiness))
    assert tuple(np.exp(rasch.symmetric(np.exp(easiness)))) == near(1, 7.1341, 16.9501, 16.7797, 7.0540, 1)
    assert tuple(rasch.given_score(easiness)[[1, 4], 0]) == near(0.4923, 0.9596)


def test_section_3() -> None:
    two = twopl.fit(lsat6.responses().right)
    assert errors(two.slopes) == near(0.2581, 0.1867, 0.2328, 0.1851, 0.2099)
    assert values(two.intercepts) == near(2.7732, 0.9902, 0.2491, 1.2848, 2.0533)


def test_section_4(found) -> None:
    scores = found.abilities.by_score
    assert values(one.eap for one in scores) == near(-1.4424, -1.0789, -0.7102, -0.3313, 0.0631, 0.4774)
    assert errors(one.eap for one in scores) == near(0.6021, 0.6043, 0.6107, 0.6212, 0.6353, 0.6524)
    assert values(one.ml for one in scores[1:5]) == near(-3.0763, -1.9492, -0.9940, 0.1250)


def test_section_5(found) -> None:
    counts = np.array(found.classical.counts)
    length = consistency.effective_length(*classical.moments(counts), 5, found.classical.alpha.value)
    true = consistency.true_scores(np.arange(6) / 5, counts, length)
    assert (length, true.alpha, true.beta, true.low, true.high) == pytest.approx(
        (5.559, 10.15, 3.14, 0, 1), abs=5e-3
    )
    twice = found.decisions.livingston_lewis
    assert values([twice.consistency, twice.kappa, twice.accuracy]) == near(0.9026, 0.1368, 0.9379)
    assert values([found.decisions.subkoviak.consistency, found.decisions.subkoviak.kappa]) == near(
        0.8294, 0.0499
    )


def test_section_7() -> None:
    x = Moments(15.8205, 6.5278**2, 5.1063, 2.3760**2, 13.4088)
    y = Moments(18.6728, 6.8784**2, 5.8626, 2.4515**2, 14.7603)
    levine, chained = equating.levine(x, y, 1, internal=True), equating.chained_linear(x, y)
    assert (levine.intercept, levine.slope) == near(0.2517, 1.0111)
    assert (chained.intercept, chained.slope) == near(0.3940, 1.0213)
