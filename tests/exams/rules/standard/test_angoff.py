"""The numbers are those of docs/algorithms/cut-scores.md, section 1."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.standard import angoff, wording
from exams.rules.standard.angoff import Incomplete
from exams.rules.statistics.estimates import Estimate

ITEMS = ("1", "2", "3", "4")
POINTS = {item: Fraction(1) for item in ITEMS}


def said(**judges: list[int]) -> dict[str, dict[str, int]]:
    return {judge: dict(zip(ITEMS, ratings, strict=False)) for judge, ratings in judges.items()}


FIRST = said(A=[60, 70, 50, 80], B=[50, 65, 40, 75], C=[80, 90, 70, 90])
SECOND = said(A=[60, 70, 50, 80], B=[55, 65, 45, 75], C=[70, 80, 60, 85])


def test_the_first_round_of_the_document() -> None:
    found = angoff.round_of(FIRST, POINTS)
    assert (found.cut, found.maximum) == (Fraction(41, 15), 4)
    assert found.error == pytest.approx(0.2963, abs=5e-5)
    assert found.single.value == pytest.approx(458.3333 / 983.3333, abs=5e-5)
    assert found.mean.value == pytest.approx(0.7237, abs=5e-5)
    assert found.spread == pytest.approx(12.85, abs=5e-3)
    assert [judge.cut for judge in found.judges] == [Fraction(13, 5), Fraction(23, 10), Fraction(33, 10)]
    with_others = [judge.with_others.value for judge in found.judges]
    assert with_others == pytest.approx([0.9878, 0.9912, 0.9490], abs=5e-5)


def test_the_second_round_agrees_more_and_errs_less() -> None:
    found = angoff.round_of(SECOND, POINTS)
    assert found.cut == Fraction(53, 20)
    assert (found.error, found.single.value, found.mean.value) == pytest.approx((0.1607, 0.75, 0.9), abs=5e-5)
    assert found.spread == pytest.approx(6.98, abs=5e-3)


def test_items_count_by_their_points() -> None:
    weighted = POINTS | {"4": Fraction(2)}
    assert angoff.round_of(FIRST, weighted).judges[0].cut == Fraction(34, 10)
    assert angoff.round_of(FIRST, weighted).maximum == 5


def test_who_always_says_the_same_has_no_correlation_and_a_cut_all_the_same() -> None:
    found = angoff.round_of(said(A=[70, 70, 70, 70], B=[70, 70, 70, 70]), POINTS)
    assert (found.cut, found.error, found.spread) == (Fraction(14, 5), 0, 0)
    assert (found.between.low, found.between.high) == pytest.approx((2.8, 2.8))
    assert {one.reason for one in (found.single, found.mean)} == {"constant"}
    assert {judge.with_others.reason for judge in found.judges} == {"constant"}


def test_every_number_of_a_round_has_its_interval() -> None:
    found = angoff.round_of(SECOND, POINTS)

    def interval(said: Estimate) -> tuple[float | None, float | None]:
        return said.low, said.high

    assert interval(found.between) == pytest.approx((1.9584, 3.3416), abs=5e-5)
    assert interval(found.single) == pytest.approx((0.0742, 0.9796), abs=5e-4)
    assert interval(found.mean) == pytest.approx((0.1938, 0.9931), abs=5e-4)
    # Four items are few: Fisher's z has a standard error of 1.
    assert interval(found.judges[0].with_others) == pytest.approx((0.8956, 1.0), abs=5e-4)


def test_one_item_says_nothing_of_agreement() -> None:
    found = angoff.round_of({"A": {"1": 60}, "B": {"1": 80}}, {"1": Fraction(1)})
    assert (found.cut, found.single.reason, found.mean.reason) == (Fraction(7, 10), "one_item", "one_item")


@pytest.mark.parametrize(
    ("ratings", "sentence"),
    [
        (said(A=[60, 70, 50]) | said(B=[1, 2, 3, 4]), "Not every judge has rated every item: A on 4."),
        (said(A=[]) | said(B=[1, 2]), "A on 1, A on 2, A on 3, A on 4, B on 3, and 1 more."),
        (said(A=[60, 70, 50, 80]), "A round needs at least two judges and one item."),
        ({}, "A round needs at least two judges and one item."),
    ],
)
def test_an_unfinished_round_says_what_it_lacks(ratings, sentence) -> None:
    with pytest.raises(Incomplete) as caught:
        angoff.round_of(ratings, POINTS)
    assert wording.missing(caught.value).endswith(sentence)


@given(st.lists(st.lists(st.integers(0, 100), min_size=4, max_size=4), min_size=2, max_size=8))
def test_a_cut_lies_between_the_judges_and_an_agreement_is_at_most_one(table: list[list[int]]) -> None:
    found = angoff.round_of(said(**{f"J{n}": row for n, row in enumerate(table)}), POINTS)
    cuts = [judge.cut for judge in found.judges]
    assert min(cuts) <= found.cut <= max(cuts)
    assert 0 <= found.cut <= found.maximum
    told = [found.between, found.single, found.mean, *(judge.with_others for judge in found.judges)]
    assert all(one.reason or one.low <= one.value <= one.high for one in told)
    assert all(one.reason or one.value <= 1 + 1e-9 for one in told[1:])
