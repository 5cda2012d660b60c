"""Consistency, DIF, equating, similarity and flags: published examples, simulations, and sums done by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from exams.rules.statistics import classical as ctt
from exams.rules.statistics import consistency, dif, equating, reading, similarity, validation
from exams.rules.statistics.dif import Class
from exams.rules.statistics.equating import Moments
from exams.rules.statistics.estimates import Estimate, Reason
from exams.rules.statistics.similarity import Scope
from exams.rules.statistics.validation import Sign
from tests.exams.rules.statistics import lsat6

# Admissions to Berkeley in six departments (Bickel, Hammel and O'Connell 1975), as R's UCBAdmissions has them.
MEN = np.array([[512, 313], [353, 207], [120, 205], [138, 279], [53, 138], [22, 351]], float)
WOMEN = np.array([[89, 19], [17, 8], [202, 391], [131, 244], [94, 299], [24, 317]], float)

# Kolen and Brennan, chapter 4: two forms of 36 items, of which 12 are in both.
FORM_X = Moments(15.8205, 6.5278**2, 5.1063, 2.3760**2, 13.4088)
FORM_Y = Moments(18.6728, 6.8784**2, 5.8626, 2.4515**2, 14.7603)


@pytest.fixture(scope="module")
def twice() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True proportions, and two sittings of 40 equal items."""
    rng = np.random.default_rng(7)
    true = 0.2 + 0.75 * rng.beta(4, 3, 400_000)
    return true, rng.binomial(40, true), rng.binomial(40, true)


def kr21(scores: np.ndarray, k: int) -> Estimate:
    value = k / (k - 1) * (1 - scores.mean() * (k - scores.mean()) / (k * scores.var()))
    return Estimate(float(value), 0.0, 1.0)


def test_equal_items_have_their_own_number_as_effective_length(twice) -> None:
    _, first, _ = twice
    rho = kr21(first, 40)
    assert consistency.effective_length(first.mean(), first.var(), 40, rho.value) == pytest.approx(40)


def test_livingston_and_lewis_foresee_a_second_sitting(twice) -> None:
    true, first, second = twice
    found = consistency.livingston_lewis(np.bincount(first, minlength=41), 25, kr21(first, 40))
    once, again, is_able = first >= 25, second >= 25, true >= 24.5 / 40
    assert found.consistency.value == pytest.approx((once == again).mean(), abs=0.003)
    passed = once.mean() * again.mean()
    chance = passed + (1 - once.mean()) * (1 - again.mean())
    assert found.kappa.value == pytest.approx(((once == again).mean() - chance) / (1 - chance), abs=0.006)
    assert found.accuracy.value == pytest.approx((once == is_able).mean(), abs=0.003)
    assert found.false_pass.value == pytest.approx((once & ~is_able).mean(), abs=0.003)
    assert found.false_fail.value == pytest.approx((~once & is_able).mean(), abs=0.003)
    assert found.consistency.low <= found.consistency.value <= found.consistency.high


def test_the_true_scores_are_found_by_four_moments() -> None:
    true = 0.2 + 0.75 * stats.beta.ppf((np.arange(20_000) + 0.5) / 20_000, 4, 3)
    counts = np.array([stats.binom.pmf(score, 40, true).mean() for score in range(41)]) * 1e6
    found = consistency.true_scores(np.arange(41) / 40, counts, 40)
    assert (found.alpha, found.beta) == pytest.approx((4, 3), abs=0.002)
    assert (found.low, found.high) == pytest.approx((0.2, 0.95), abs=0.0002)


def test_moments_of_no_such_distribution_leave_two_parameters() -> None:
    counts = np.array([30, 10, 10, 5, 25, 5, 5, 25, 10, 10, 60])
    found = consistency.true_scores(np.arange(len(counts)) / (len(counts) - 1), counts, 10)
    mean, variance = ctt.moments(counts)
    true = (variance - mean * (10 - mean) / 10) / 100 / (1 - 1 / 10)
    assert (found.low, found.high) == (0, 1)
    total = found.alpha + found.beta
    assert found.alpha / total == pytest.approx(mean / 10)
    assert found.alpha * found.beta / total**2 / (total + 1) == pytest.approx(true)


@pytest.mark.parametrize(("alpha", "beta"), [(4, 3), (0.5, 0.8), (0.02, 0.03), (60, 9)])
def test_the_quantiles_are_those_of_the_distribution(alpha, beta) -> None:
    found = consistency.Beta(alpha, beta, 0.1, 0.9).quantiles(1000)
    expected = 0.1 + 0.8 * stats.beta.ppf((np.arange(1000) + 0.5) / 1000, alpha, beta)
    assert found == pytest.approx(expected, abs=1e-5)


def test_subkoviak_by_hand() -> None:
    counts, alpha = np.array([1, 2, 4, 2, 1]) * 10, 0.6
    same, passed = 0.0, 0.0
    for score, count in enumerate(counts):
        p = alpha * score / 4 + (1 - alpha) * 0.5
        above = 4 * p**3 * (1 - p) + p**4
        same += count / 100 * (above**2 + (1 - above) ** 2)
        passed += count / 100 * above
    chance = passed**2 + (1 - passed) ** 2
    found = consistency.subkoviak(counts, 3, Estimate(alpha, 0.5, 0.7))
    assert found.consistency.value == pytest.approx(same)
    assert found.kappa.value == pytest.approx((same - chance) / (1 - chance))
    assert found.accuracy.reason == Reason.OTHER_METHOD


@pytest.mark.parametrize("method", [consistency.livingston_lewis, consistency.subkoviak])
def test_without_reliability_nothing_is_said_of_decisions(method) -> None:
    counts = np.array([0, 10, 20, 10])
    assert method(counts, 2, Estimate(-0.2, -0.5, 0.1)).kappa.reason == Reason.NO_RELIABILITY
    assert method(counts, 2, Estimate(None, reason=Reason.CONSTANT)).kappa.reason == Reason.CONSTANT


def test_mantel_haenszel_on_the_admissions_to_berkeley() -> None:
    log_odds, error, chi_square = dif.mantel_haenszel(MEN[:, 0], MEN[:, 1], WOMEN[:, 0], WOMEN[:, 1])
    assert np.exp(log_odds) == pytest.approx(0.9046968, abs=1e-7)
    bounds = np.exp([log_odds - 1.959964 * error, log_odds + 1.959964 * error])
    assert bounds == pytest.approx([0.7719074, 1.0603298], abs=1e-6)
    assert chi_square == pytest.approx(1.4269, abs=1e-4)


@pytest.mark.parametrize(
    ("delta", "error", "p_value", "ets"),
    [
        (0.9, 0.1, 0.001, Class.A), (-2.0, 1.2, 0.09, Class.A), (1.2, 0.3, 0.001, Class.B),
        (-1.6, 0.5, 0.001, Class.B), (-1.9, 0.3, 0.001, Class.C), (2.5, 0.5, 0.001, Class.C),
    ],
)  # fmt: skip
def test_the_classes_of_ets(delta, error, p_value, ets) -> None:
    assert dif.ets_class(delta, error, p_value) is ets


def test_an_item_that_is_harder_for_one_group_is_found() -> None:
    rng = np.random.default_rng(5)
    group = rng.choice(["north", "south"], 3000, p=[0.6, 0.4])
    harder = np.where((group == "south")[:, None] & (np.arange(20) == 6), 1.3, 0.0)
    p = 1 / (1 + np.exp(-(rng.normal(size=(3000, 1)) + np.linspace(-1, 1, 20) - harder)))
    answers = (rng.random(p.shape) < p).astype(int)
    found = dif.analyse(reading.read(lsat6.csv_of(answers, group=list(group))))
    assert [one.item for one in found if one.ets is Class.C] == ["q7"]
    assert (found[6].reference, found[6].focal) == ("north", "south")
    assert found[6].delta.high < -1.5


def test_small_groups_and_single_groups_are_left_alone() -> None:
    answers = np.random.default_rng(1).integers(0, 2, (60, 4))
    alone = reading.read(lsat6.csv_of(answers, group=["north"] * 60))
    assert dif.analyse(alone) == ()
    small = reading.read(lsat6.csv_of(answers, group=["north"] * 40 + ["south"] * 20))
    assert {one.delta.reason for one in dif.analyse(small)} == {Reason.FEW_PERSONS}


def test_tucker_on_the_example_of_kolen_and_brennan() -> None:
    line = equating.tucker(FORM_X, FORM_Y, 1.0)
    assert (line.slope, line.intercept) == pytest.approx((1.0289, 0.5370), abs=1e-4)


def test_levine_and_the_chain_on_the_same_example() -> None:
    gamma_x, gamma_y = 6.5278**2 / 13.4088, 6.8784**2 / 14.7603
    mean = 18.6728 + gamma_y * (5.1063 - 5.8626)
    spread = (6.8784**2 + gamma_y**2 * (2.3760**2 - 2.4515**2)) ** 0.5
    line = equating.levine(FORM_X, FORM_Y, 1.0, internal=True)
    assert line.slope == pytest.approx(spread / 6.5278)
    assert line(np.array([15.8205]))[0] == pytest.approx(mean)
    assert gamma_x > 1
    chain = equating.chained_linear(FORM_X, FORM_Y)
    on_anchor = 5.1063 + 2.3760 / 6.5278 * (20 - 15.8205)
    assert chain(np.array([20.0]))[0] == pytest.approx(18.6728 + 6.8784 / 2.4515 * (on_anchor - 5.8626))


def test_an_external_anchor_of_one_group_equates_linearly() -> None:
    """Where both groups are alike on the anchor, every method for groups that differ is the linear one."""
    y = replace(FORM_Y, anchor_mean=5.1063, anchor_variance=2.3760**2)
    expected = 6.8784 / 6.5278
    lines = [equating.levine(FORM_X, y, 0.5, internal=False), equating.levine(FORM_X, y, 0.3, internal=True),
             equating.tucker(FORM_X, y, 0.4), equating.chained_linear(FORM_X, y)]  # fmt: skip
    for line in lines:
        assert line.slope == pytest.approx(expected)
        assert line(np.array([15.8205]))[0] == pytest.approx(18.6728)


def test_equipercentile_on_the_example_of_kolen_and_brennan() -> None:
    x, y = np.array([2, 3, 2, 2, 1]), np.array([1, 2, 2, 3, 2])
    assert equating.equipercentile(x, y) == pytest.approx([0.5, 1.75, 2.8333, 3.5, 4.25], abs=1e-4)


def test_a_form_equates_to_itself_even_where_nobody_has_some_scores() -> None:
    counts = np.array([3, 0, 0, 5, 8, 0, 2])
    table = np.outer(counts, [1, 2, 1])
    for found in (equating.equipercentile(counts, counts), equating.chained_equipercentile(table, table)):
        assert found[[0, 3, 4, 6]] == pytest.approx([0, 3, 4, 6])
    assert equating.mean(counts, counts).intercept == 0
    assert equating.linear(counts, counts).slope == 1


def test_equated_scores_have_intervals_that_narrow_with_persons() -> None:
    x, y = np.array([2, 3, 2, 2, 1]) * 20, np.array([1, 2, 2, 3, 2]) * 20
    few = equating.equated(x, y, equating.equipercentile)
    many = equating.equated(x * 50, y * 50, equating.equipercentile)
    for wide, narrow in zip(few, many, strict=True):
        assert wide.low < wide.value < wide.high
        assert narrow.high - narrow.low < wide.high - wide.low
    lines = equating.equated(x, y, equating.at_scores(equating.mean))
    assert [round(one.value - score, 6) for score, one in enumerate(lines)] == [0.6] * 5


def options(n: int, k: int, seed: int = 3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-(rng.normal(size=(n, 1)) + np.linspace(-1, 1.5, k))))
    cells = np.full((n, k), "A")
    wrong = rng.random((n, k)) > p
    cells[wrong] = rng.choice(list("BCD"), wrong.sum())
    return cells


def key_for(k: int) -> bytes:
    return b"item,key\n" + b"".join(b"q%d,A\n" % number for number in range(1, k + 1))


def test_one_who_copied_stands_out_and_nobody_else() -> None:
    cells = options(300, 60)
    low = int(np.argsort((cells == "A").sum(1))[60])
    cells[9, :55] = cells[low, :55]
    people = [f"person {row}" for row in range(300)]
    found = similarity.analyse(reading.read(lsat6.csv_of(cells, person=people), key_for(60)))
    assert (found.scope, found.pairs, len(found.leads)) == (Scope.ALL, 300 * 299 // 2, 1)
    pair = found.leads[0]
    assert {pair.first, pair.second} == {"person 9", f"person {low}"}
    same = (cells[9] == cells[low]).sum()
    assert (pair.same, pair.same_wrong) == (same, ((cells[9] == cells[low]) & (cells[9] != "A")).sum())


def test_the_tail_is_that_of_the_binomial_where_chances_are_equal() -> None:
    found = similarity.tail(np.full((2, 12), 0.3), np.array([5, 0]))
    assert found == pytest.approx([stats.binom.sf(4, 12, 0.3), 1.0])


def test_above_five_thousand_only_groups_are_compared() -> None:
    answers = np.random.default_rng(2).integers(0, 2, (5300, 6))
    without = similarity.analyse(reading.read(lsat6.csv_of(answers)))
    assert (without.scope, without.pairs, without.reason) == (Scope.WITHIN_GROUPS, 0, Reason.TOO_MANY_PAIRS)
    groups = ["large"] * 5100 + ["small"] * 150 + [""] * 50
    within = similarity.analyse(reading.read(lsat6.csv_of(answers, group=groups)))
    assert (within.pairs, within.skipped, within.reason) == (150 * 149 // 2, ("large",), None)


def test_where_all_answer_alike_there_is_nothing_to_compare() -> None:
    assert similarity.analyse(reading.read(b"q1,q2\n" + b"1,1\n" * 40)).reason == Reason.CONSTANT


def test_a_wrong_key_is_flagged_with_the_option_that_is_right() -> None:
    key = key_for(20).replace(b"q4,A", b"q4,B")
    found = ctt.analyse(reading.read(lsat6.csv_of(options(400, 20)), key))
    flags = [flag for flag in validation.flags(found) if flag.item == "q4"]
    assert {flag.sign for flag in flags} >= {Sign.WEAK, Sign.DISTRACTOR}
    assert max((flag for flag in flags if flag.option), key=lambda flag: flag.value).option == "A"


def test_items_beyond_the_limits_are_flagged() -> None:
    rng = np.random.default_rng(1)
    answers = np.array([rng.random(500) < p for p in (0.1, 0.5, 0.98)]).T.astype(int)
    flags = validation.flags(ctt.analyse(reading.read(lsat6.csv_of(answers))))
    assert [(flag.item, flag.sign) for flag in flags if flag.sign in (Sign.HARD, Sign.EASY)] == [
        ("q1", Sign.HARD), ("q3", Sign.EASY)
    ]  # fmt: skip


def test_odd_times_are_named() -> None:
    minutes = [f"{60 + number % 7}" for number in range(40)]
    minutes[3], minutes[8], minutes[11] = "4", "", "600"
    found = validation.times(reading.read(lsat6.csv_of(np.ones((40, 1), int), total_time=minutes)))
    assert (found.quick, found.slow, found.many) == (("4",), ("12",), 2)


def test_without_times_nothing_is_odd() -> None:
    assert validation.times(reading.read(b"q1\n1\n0\n")).reason == Reason.NO_TIMES
    assert validation.times(reading.read(b"q1,total_time\n1,\n0,\n")).reason == Reason.NO_TIMES
    assert validation.times(reading.read(b"q1,total_time\n1,5\n0,5\n")).reason == Reason.CONSTANT


def test_items_on_which_nothing_is_chosen_hide_no_copied_pair() -> None:
    """A form has kinds with one answer and others, whose answers can't be compared by an option."""
    cells = options(300, 60)
    low = int(np.argsort((cells == "A").sum(1))[60])
    cells[9, :55] = cells[low, :55]
    alone = reading.read(lsat6.csv_of(cells), key_for(60))
    others = np.random.default_rng(5).integers(0, 2, (300, 40))
    mixed = replace(
        alone,
        items=(*alone.items, *(f"m{number}" for number in range(40))),
        right=np.hstack([alone.right, others.astype(alone.right.dtype)]),
        chosen=np.hstack([alone.chosen, np.zeros((300, 40), alone.chosen.dtype)]),
    )
    (before,), found = similarity.analyse(alone).leads, similarity.analyse(mixed).leads
    assert (before.first, before.second) in {(pair.first, pair.second) for pair in found}
    assert all(pair.expected < 60 for pair in found)
