"""The numbers are those of docs/algorithms/scoring.md."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exams.rules import outcome, scoring
from exams.rules.scoring import DomainScore, Placed
from exams.rules.standard import scaling

KEY = {"rule": "all-or-nothing", "right": ["b"]}
PLACED = [Placed(n, 1 if n <= 4 else 2, "single") for n in range(1, 11)]
KEYS = {str(n): KEY for n in range(1, 11)}


def test_the_worked_example() -> None:
    responses = {1: "b", 2: "b", 3: "b", 4: "a", 5: "b", 6: "b", 7: "b", 8: "b", 9: "c"}
    score = scoring.score(PLACED, KEYS, responses)
    assert (score.raw, score.maximum) == (Fraction(7), Fraction(10))
    assert score.domains == (
        DomainScore(1, Fraction(3), Fraction(4), 4),
        DomainScore(2, Fraction(4), Fraction(6), 6),
    )
    assert [mark.answered for mark in score.marks] == [True] * 9 + [False]
    assert outcome.decide(raw=score.raw, maximum=score.maximum, cut=Fraction(7, 10)) == "passed"
    assert [band.percent for band in outcome.profile(score.domains, cut=Fraction(7, 10))] == [75, 66]


def test_what_was_omitted_is_kept_apart_from_what_was_not_reached() -> None:
    score = scoring.score(PLACED, KEYS, {1: "b", 4: "a", 7: None})
    stands = [str(mark.standing) for mark in score.marks]
    assert stands == ["answered", "omitted", "omitted", "answered", *["not-reached"] * 6]
    assert scoring.standings({1: False, 2: False}) == ["not-reached", "not-reached"]
    assert sum(mark.points or 0 for mark in score.marks) == 1


def test_an_essay_is_left_for_a_marker() -> None:
    placed = [Placed(1, 1, "single"), Placed(2, 1, "essay")]
    keys = {"1": KEY, "2": {"rule": "rubric", "most": {"1": "3"}}}
    score = scoring.score(placed, keys, {1: "b", 2: "Because."})
    assert (score.unmarked, [mark.points for mark in score.marks]) == ((2,), [1, None])
    assert scoring.score(placed, keys, {1: "b"}).unmarked == ()


def test_nothing_answered_gives_nothing_and_counts_in_the_maximum() -> None:
    score = scoring.score(PLACED, KEYS, {})
    assert (score.raw, score.maximum) == (Fraction(0), Fraction(10))


@given(st.dictionaries(st.integers(1, 10), st.sampled_from(["a", "b", "c"])))
def test_points_lie_between_nothing_and_the_maximum_and_domains_sum_up(responses: dict[int, str]) -> None:
    score = scoring.score(PLACED, KEYS, responses)
    assert 0 <= score.raw <= score.maximum == len(PLACED)
    assert sum(domain.raw for domain in score.domains) == score.raw
    assert score == scoring.score(list(PLACED), dict(KEYS), dict(reversed(responses.items())))


def test_what_is_tried_out_is_marked_and_counts_nowhere() -> None:
    placed = [replace(one, pilot=one.position in {4, 9}) for one in PLACED]
    responses = {1: "b", 2: "b", 3: "b", 4: "a", 5: "b", 6: "b", 7: "b", 8: "b", 9: "c"}
    score = scoring.score(placed, KEYS, responses)
    assert (score.raw, score.maximum) == (7, 8)
    assert [(d.raw, d.maximum, d.items) for d in score.domains] == [(3, 3, 3), (4, 5, 5)]
    assert outcome.needed(maximum=score.maximum, cut=Fraction(7, 10)) == 6
    assert [(mark.position, mark.points, mark.maximum) for mark in score.pilots] == [(4, 0, 1), (9, 0, 1)]


def test_what_counts_more_than_once_counts_so_in_points_maximum_and_domain() -> None:
    placed = [replace(one, weight=Fraction(3, 2)) if one.domain == 2 else one for one in PLACED]
    responses = {1: "b", 2: "b", 3: "b", 4: "a", 5: "b", 6: "b", 7: "b", 8: "b", 9: "c"}
    score = scoring.score(placed, KEYS, responses)
    assert (score.raw, score.maximum) == (9, 13)
    assert [(d.raw, d.maximum, d.items) for d in score.domains] == [(3, 4, 4), (6, 9, 6)]
    cut = Fraction(7, 10)
    assert outcome.needed(maximum=score.maximum, cut=cut) == 10
    assert outcome.decide(raw=score.raw, maximum=score.maximum, cut=cut) == "failed"
    scale = scaling.Scale(200, 500, 800)
    found = scaling.exact(score.raw, cut=cut * score.maximum, maximum=score.maximum, scale=scale)
    assert found == Fraction(45200, 91)
    assert [scoring.most(one, KEY) for one in placed] == [1] * 4 + [Fraction(3, 2)] * 6


def test_credit_drop_and_the_points_of_people_count_as_often_as_their_item() -> None:
    placed = [Placed(1, 1, "single", weight=Fraction(2)), Placed(2, 1, "essay", weight=Fraction(3, 2))]
    keys = {"1": KEY | {"treatment": "credit"}, "2": {"rule": "rubric", "most": {"1": "3"}}}
    score = scoring.score(placed, keys, {2: "Because."}, {2: Fraction(2)})
    assert [(mark.points, mark.maximum) for mark in score.marks] == [(2, 2), (3, Fraction(9, 2))]
    assert scoring.score(placed, keys, {2: "Because."}).unmarked == (2,)
    dropped = scoring.score(placed[:1], {"1": KEY | {"treatment": "drop"}}, {1: "b"})
    assert (dropped.raw, dropped.maximum) == (0, 0)


@given(
    st.dictionaries(st.integers(1, 10), st.sampled_from(["a", "b", "c"])),
    st.sets(st.integers(1, 10)),
    st.lists(st.fractions(Fraction(1, 9), 9), min_size=10, max_size=10),
)
def test_pilots_change_nothing_and_weights_everything_alike(
    responses: dict[int, str], tried: set[int], weights: list[Fraction]
) -> None:
    weighted = [replace(one, weight=weight) for one, weight in zip(PLACED, weights, strict=True)]
    without = scoring.score([one for one in weighted if one.position not in tried], KEYS, responses)
    with_them = scoring.score(
        [replace(one, pilot=one.position in tried) for one in weighted], KEYS, responses
    )
    assert (with_them.raw, with_them.maximum, with_them.domains) == (
        without.raw,
        without.maximum,
        without.domains,
    )
    twice = scoring.score([replace(one, weight=2 * one.weight) for one in weighted], KEYS, responses)
    once = scoring.score(weighted, KEYS, responses)
    assert (twice.raw, twice.maximum) == (2 * once.raw, 2 * once.maximum)
