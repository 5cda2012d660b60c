"""Rasch, 2PL and ability: the numbers of docs/algorithms/statistics.md, and parameters that are known."""

import itertools

import numpy as np
import pytest

from exams.rules.statistics import ability, estimates, information, maximising, packing, rasch, twopl
from exams.rules.statistics.estimates import Reason
from tests.exams.rules.statistics import lsat6


def values(estimates) -> list[float]:
    return [estimate.value for estimate in estimates]


def simulated(n: int, slopes: np.ndarray, intercepts: np.ndarray, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-(np.outer(rng.normal(size=n), slopes) + intercepts)))
    return (rng.random(p.shape) < p).astype(np.uint8)


@pytest.fixture(scope="module")
def right() -> np.ndarray:
    return lsat6.responses().right


def test_rasch_by_marginal_likelihood(right) -> None:
    found = rasch.marginal(right)
    assert values(found.easiness) == pytest.approx([2.7300, 0.9986, 0.2399, 1.3065, 2.0994], abs=1e-4)
    assert found.variance.value == pytest.approx(0.5702, abs=1e-4)
    assert found.log_likelihood == pytest.approx(-2466.9376, abs=1e-4)


def test_rasch_by_conditional_likelihood(right) -> None:
    found = rasch.conditional(right)
    assert values(found.easiness) == pytest.approx([1.2561, -0.4749, -1.2360, -0.1684, 0.6232], abs=1e-4)
    assert found.persons == 1000 - 3 - 298


def test_two_parameters_by_marginal_likelihood(right) -> None:
    found = twopl.fit(right)
    assert values(found.slopes) == pytest.approx([0.8257, 0.7227, 0.8909, 0.6884, 0.6569], abs=1e-4)
    assert found.log_likelihood == pytest.approx(-2466.6534, abs=1e-4)


def test_the_symmetric_functions_are_sums_of_products() -> None:
    eps = np.array([0.3, 1.2, 2.0, 0.7])
    sums = [sum(np.prod(chosen) for chosen in itertools.combinations(eps, order)) for order in range(5)]
    assert np.exp(rasch.symmetric(eps)) == pytest.approx(sums)


def test_a_hundred_items_overflow_nothing() -> None:
    easiness = np.linspace(-6, 6, 300)
    assert np.isfinite(rasch.symmetric(np.exp(easiness))).all()
    assert rasch.given_score(easiness).sum(1) == pytest.approx(np.arange(301))


def test_the_chance_given_the_score_counts_every_pattern() -> None:
    easiness = np.array([0.5, -1.0, 0.2])
    for score in range(4):
        patterns = [p for p in itertools.product([0, 1], repeat=3) if sum(p) == score]
        weights = np.array([np.exp(np.dot(p, easiness)) for p in patterns])
        expected = weights @ np.array(patterns) / weights.sum()
        assert rasch.given_score(easiness)[score] == pytest.approx(expected)


def test_the_information_is_what_differences_of_the_slopes_give(right) -> None:
    patterns, counts = np.unique(right, axis=0, return_counts=True)
    likelihood = twopl.Likelihood(patterns, counts.astype(float))
    at = np.array([0.9, 0.7, 1.2, 0.5, 0.8, 2.5, 1.0, 0.3, 1.1, 2.2])
    assert likelihood.information(at) == pytest.approx(maximising.curvature(likelihood, at), abs=1e-5)


def test_the_interval_of_a_tests_information_is_what_parameters_drawn_within_their_errors_give() -> None:
    slopes, intercepts = np.linspace(0.6, 1.8, 6), np.linspace(-1.5, 1.5, 6)
    random = np.random.default_rng(4)
    root = random.normal(0, 0.02, (12, 12))
    covariance = root @ root.T
    told = information.estimated(slopes, intercepts, covariance)
    draws = random.multivariate_normal(np.append(slopes, intercepts), covariance, 4000)
    drawn = np.array([information.at(information.THETA, one[:6], one[6:]) for one in draws])
    widths = np.array([one.high - one.low for one in told]) / (2 * estimates.Z)
    assert widths == pytest.approx(drawn.std(0), rel=0.1)
    assert values(told) == pytest.approx(information.at(information.THETA, slopes, intercepts))


@pytest.mark.parametrize("fit", [rasch.marginal, twopl.fit])
def test_the_interval_of_the_information_holds_what_the_true_parameters_tell(fit) -> None:
    slopes, intercepts = np.ones(18), np.linspace(-1.5, 1.5, 18)
    truth = information.at(information.THETA, slopes, intercepts)
    found = fit(simulated(5000, slopes, intercepts)).information
    errors = np.array([(one.high - one.low) / (2 * estimates.Z) for one in found])
    assert (np.abs(np.array(values(found)) - truth) / errors).max() < 4


def test_many_persons_are_interpolated_to_the_same_likelihood() -> None:
    right = simulated(6000, np.linspace(0.5, 2, 20), np.linspace(-2, 2, 20))
    every = twopl.Likelihood(right, np.ones(len(right)))
    halves = [twopl.Likelihood(half, np.ones(len(half))) for half in (right[:3000], right[3000:])]
    assert (every.is_exact, halves[0].is_exact) == (False, True)
    at = np.concatenate([np.linspace(0.6, 1.8, 20), np.linspace(-1.5, 2, 20)])
    heights, slopes = zip(*(half(at) for half in halves), strict=True)
    assert every(at)[0] == pytest.approx(sum(heights), rel=1e-7)
    assert every(at)[1] == pytest.approx(sum(slopes), abs=0.02)


def test_known_parameters_are_found_within_their_errors() -> None:
    slopes, intercepts = np.linspace(0.6, 1.8, 18), np.linspace(-1.5, 1.5, 18)
    found = twopl.fit(simulated(30_000, slopes, intercepts))
    for some, truth in ((found.slopes, slopes), (found.intercepts, intercepts)):
        errors = np.array([(e.high - e.low) / 3.92 for e in some])
        assert (np.abs(np.array(values(some)) - truth) / errors).max() < 4
    assert found.slopes[0].high - found.slopes[0].low < 0.1


def test_a_key_that_is_wrong_gives_a_slope_below_nothing() -> None:
    right = simulated(2000, np.ones(10), np.zeros(10))
    right[:, 3] = 1 - right[:, 3]
    assert twopl.fit(right).slopes[3].high < 0


def test_slopes_need_five_hundred(right) -> None:
    found = twopl.fit(right[:499])
    assert {estimate.reason for estimate in found.slopes} == {Reason.FEW_FOR_SLOPES}
    assert found.log_likelihood is None


@pytest.mark.parametrize("fit", [rasch.marginal, rasch.conditional])
def test_an_item_that_all_had_right_has_no_easiness_and_disturbs_no_other(right, fit) -> None:
    wider = np.insert(right, 2, 1, axis=1)
    found = fit(wider)
    assert found.easiness[2].reason == Reason.CONSTANT
    rest = [value for place, value in enumerate(values(found.easiness)) if place != 2]
    assert rest == pytest.approx(values(fit(right).easiness), abs=1e-6)


@pytest.mark.parametrize("fit", [rasch.marginal, rasch.conditional, twopl.fit])
@pytest.mark.parametrize(
    "matrix",
    [
        np.ones((600, 4), np.uint8),
        np.tile(np.eye(2, dtype=np.uint8), (300, 1)),
        np.tile(np.array([[0], [1]], np.uint8), (300, 1)),
        np.tile(np.tril(np.ones((4, 4), np.uint8)), (150, 1)),
    ],
    ids=["all right", "one right each", "one item", "perfect order"],
)
def test_what_no_model_can_fit_ends_in_reasons(fit, matrix) -> None:
    found = fit(matrix)
    given = getattr(found, "easiness", getattr(found, "slopes", ()))
    assert len(given) == matrix.shape[1]
    assert all((estimate.value is None) == (estimate.reason is not None) for estimate in given)
    assert all(np.isfinite(estimate.value) for estimate in given if estimate.value is not None)


def test_the_posterior_mean_is_an_integral() -> None:
    slopes, intercepts, answers = np.array([0.8, 1.5, 1.1]), np.array([0.2, -0.4, 1.0]), np.array([1, 0, 1])
    theta = np.linspace(-9, 9, 200_001)
    p = 1 / (1 + np.exp(-(np.outer(theta, slopes) + intercepts)))
    weights = np.exp(-(theta**2) / 2) * np.where(answers, p, 1 - p).prod(1)
    mean = (weights @ theta) / weights.sum()
    sd = np.sqrt(weights @ (theta - mean) ** 2 / weights.sum())
    found = ability.expected(np.array([answers @ slopes]), slopes, intercepts)
    assert (found[0][0], found[1][0]) == pytest.approx((mean, sd), abs=1e-6)


def test_the_likeliest_ability_is_where_the_likelihood_is_highest() -> None:
    slopes, intercepts, answers = np.array([0.8, 1.5, 1.1]), np.array([0.2, -0.4, 1.0]), np.array([1, 0, 1])
    theta = np.linspace(-6, 6, 1_200_001)
    p = 1 / (1 + np.exp(-(np.outer(theta, slopes) + intercepts)))
    best = theta[np.log(np.where(answers, p, 1 - p)).sum(1).argmax()]
    found = ability.of_scores(np.array([answers @ slopes]), slopes, intercepts)[0]
    assert found.ml.value == pytest.approx(best, abs=1e-4)
    at = 1 / (1 + np.exp(-(best * slopes + intercepts)))
    error = 1 / np.sqrt((slopes**2 * at * (1 - at)).sum())
    assert found.ml.high - found.ml.low == pytest.approx(2 * 1.96 * error, rel=1e-3)


def test_all_right_and_none_right_have_a_mean_and_no_maximum() -> None:
    found = ability.of_scores(np.arange(4.0), np.ones(3), np.array([0.5, 0.0, -0.5]))
    assert [one.ml.reason for one in found] == [Reason.ZERO, None, None, Reason.PERFECT]
    means = values(one.eap for one in found)
    assert means == sorted(means)
    assert np.isfinite(means).all()


def test_ability_recovers_what_reliability_says() -> None:
    slopes, intercepts = np.full(40, 1.3), np.linspace(-2, 2, 40)
    found = ability.summary(simulated(5000, slopes, intercepts), slopes, intercepts)
    assert found.reliability.value == pytest.approx(found.sd.value**2, abs=0.02)
    assert abs(found.mean.value) < 0.05


def test_a_packed_matrix_multiplies_like_any_other() -> None:
    rng = np.random.default_rng(2)
    matrix = rng.integers(0, 2, (50, 19), np.uint8)
    packed = packing.Packed(matrix)
    vector, weights = rng.normal(size=19), rng.normal(size=50)
    assert packed.times(vector) == pytest.approx(matrix @ vector)
    assert packed.sums(weights) == pytest.approx(weights @ matrix)
