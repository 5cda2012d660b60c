"""The numbers are those of docs/algorithms/scoring.md."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exams.rules import outcome, scoring
from exams.rules.scoring import DomainScore, Placed

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
