"""The numbers are those of docs/algorithms/cut-scores.md, section 2."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.standard import compromise, wording
from exams.rules.standard.compromise import Bounds, NoCut, Reason, Wish

SCORES = [2, 3, 4, 5, 5, 6, 7, 7, 8, 9] * 3


def wish(cut: int, passing: int) -> Wish:
    return Wish(Fraction(cut), Fraction(passing, 100))


def bounds(least: int, most: int, least_failing: int, most_failing: int) -> Bounds:
    return Bounds(Fraction(least), Fraction(most), Fraction(least_failing, 100), Fraction(most_failing, 100))


def test_the_curve_goes_straight_between_whole_points() -> None:
    assert [compromise.passing(SCORES, Fraction(cut)) for cut in (0, 5, 6, 10)] == [
        1,
        Fraction(7, 10),
        Fraction(1, 2),
        0,
    ]
    assert compromise.passing(SCORES, Fraction(11, 2)) == Fraction(6, 10)


def test_beuk_of_the_document() -> None:
    found = compromise.beuk([wish(6, 60), wish(7, 70), wish(8, 80)], SCORES, 10)
    assert (found.cut, found.passing) == pytest.approx((5.6667, 0.5667), abs=5e-5)


def test_hofstee_of_the_document() -> None:
    found = compromise.hofstee([bounds(4, 7, 10, 40), bounds(6, 9, 30, 60)], SCORES, 10)
    assert (found.cut, found.passing) == pytest.approx((5.6667, 0.5667), abs=5e-5)


def test_the_interval_of_the_document_leaves_each_judge_out() -> None:
    found = compromise.beuk([wish(6, 60), wish(7, 80), wish(8, 70)], SCORES, 10)
    assert (found.cut, found.between.low, found.between.high) == pytest.approx(
        (5.6667, 5.2933, 6.0401), abs=5e-5
    )
    two = [bounds(4, 7, 10, 40), bounds(6, 9, 30, 60)]
    wide = compromise.hofstee(two, SCORES, 10).between
    assert (wide.low, wide.high) == (0, 10)
    three = compromise.hofstee([*two, bounds(5, 8, 20, 50)], SCORES, 10).between
    assert (three.low, three.high) == pytest.approx((4.0106, 7.3228), abs=5e-5)


def test_a_cut_that_rests_on_each_judge_has_no_interval_and_says_why() -> None:
    assert compromise.beuk([wish(6, 60), wish(7, 70)], SCORES, 10).between.reason == "too_few"
    lone = [bounds(7, 9, 20, 50), bounds(7, 9, 20, 50), bounds(3, 6, 40, 60)]
    assert compromise.hofstee(lone, SCORES, 10).between.reason == "not_settled"


@pytest.mark.parametrize(
    ("judges", "sentence"),
    [
        (
            [bounds(6, 8, 20, 50), bounds(8, 9, 20, 50)],
            "The lines don't meet: at the lowest acceptable cut, 7 points, already 60.0 % fail, and at most 50.0 % may.",
        ),
        (
            [bounds(2, 3, 20, 50), bounds(2, 3, 20, 50)],
            "The lines don't meet: at the highest acceptable cut, 3 points, only 10.0 % fail, and at least 20.0 % should.",
        ),
        (
            [bounds(5, 3, 20, 50)] * 2,
            "The judges' least is above their most. Look at how the bounds were entered.",
        ),
        (
            [bounds(5, 6, 50, 20)] * 2,
            "The judges' least is above their most. Look at how the bounds were entered.",
        ),
        ([bounds(5, 6, 20, 50)], "At least two judges are needed."),
    ],
)
def test_where_hofstees_lines_do_not_meet_it_is_said_at_which_end(judges, sentence) -> None:
    with pytest.raises(NoCut) as caught:
        compromise.hofstee(judges, SCORES, 10)
    assert wording.no_cut(caught.value) == sentence


def test_one_acceptable_cut_is_the_cut_if_its_failures_are_acceptable() -> None:
    assert compromise.hofstee([bounds(6, 6, 20, 50)] * 2, SCORES, 10).cut == 6


def test_judges_who_want_the_same_cut_get_it_and_those_who_want_the_same_share_get_that() -> None:
    assert compromise.beuk([wish(6, 40), wish(6, 60)], SCORES, 10).cut == 6
    assert compromise.beuk([wish(6, 60), wish(8, 60)], SCORES, 10).cut == pytest.approx(5.5)
    assert compromise.beuk([wish(6, 50), wish(6, 50)], SCORES, 10).cut == 6


@pytest.mark.parametrize(
    ("judges", "maximum", "sentence"),
    [
        (
            [wish(6, 10), wish(6, 10)],
            9,
            "All judges want the same cut, 6 points, and the same share to pass, 10.0 %, but 50.0 % do. "
            "Nothing says which of the two should give way.",
        ),
        (
            [wish(6, 1), wish(8, 1)],
            9,
            "The lines don't meet: even all 9 points are reached by 10.0 % of the candidates, "
            "more than the 1.0 % at which the judges' line ends.",
        ),
        ([wish(6, 10)], 9, "At least two judges are needed."),
    ],
)
def test_where_beuk_has_no_cut_it_is_said_why(judges, maximum, sentence) -> None:
    with pytest.raises(NoCut) as caught:
        compromise.beuk(judges, SCORES, maximum)
    assert wording.no_cut(caught.value) == sentence


def test_few_candidates_say_nothing() -> None:
    for method in (
        lambda: compromise.beuk([wish(6, 60), wish(7, 70)], SCORES[:29], 10),
        lambda: compromise.hofstee([bounds(4, 7, 10, 40)] * 2, SCORES[:29], 10),
    ):
        with pytest.raises(NoCut) as caught:
            method()
        assert caught.value.reason == Reason.FEW_CANDIDATES
        assert "Fewer than 30 candidates" in wording.no_cut(caught.value)


WISHES = st.lists(st.builds(wish, st.integers(0, 10), st.integers(0, 100)), min_size=2, max_size=6)
MANY = st.lists(st.integers(0, 10), min_size=30, max_size=60)


@given(WISHES, MANY)
def test_beuks_cut_lies_on_both_lines_or_has_its_reason(wishes: list[Wish], scores: list[int]) -> None:
    try:
        found = compromise.beuk(wishes, scores, 10)
    except NoCut as none:
        assert wording.no_cut(none)
    else:
        assert 0 <= found.cut <= 10
        on_curve = compromise.passing(scores, Fraction(found.cut))
        assert found.passing == pytest.approx(float(on_curve), abs=1e-6)


@given(
    st.lists(
        st.builds(bounds, st.integers(0, 10), st.integers(0, 10), st.integers(0, 100), st.integers(0, 100)),
        min_size=2,
        max_size=4,
    ),
    MANY,
)
def test_hofstees_cut_is_acceptable_to_the_mean_judge_or_has_its_reason(
    judges: list[Bounds], scores: list[int]
) -> None:
    try:
        found = compromise.hofstee(judges, scores, 10)
    except NoCut as none:
        assert wording.no_cut(none)
    else:
        low, high = (
            sum(values) / len(judges)
            for values in zip(*((b.least_cut, b.most_cut) for b in judges), strict=True)
        )
        least, most = (
            sum(values) / len(judges)
            for values in zip(*((b.least_failing, b.most_failing) for b in judges), strict=True)
        )
        assert float(low) - 1e-9 <= found.cut <= float(high) + 1e-9
        assert float(least) - 1e-9 <= 1 - found.passing <= float(most) + 1e-9
