"""The worked numbers are those of docs/algorithms/key-validation.md."""

from fractions import Fraction
from typing import Any

import pytest

from exams import itemtypes
from exams.rules import key_validation as rules
from exams.rules import runs
from exams.rules.acceptance import Event
from exams.rules.key_validation import BadVerdict, Decision, Effect, Verdict
from exams.rules.keys import Treatment
from exams.rules.matrices import Answered
from exams.rules.runs import Paper
from exams.rules.scoring import Placed
from exams.rules.statistics.validation import Sign
from tests.factories import kinds

PLACED = tuple(Placed(position, 1, "single") for position in (1, 2, 3, 4))
KEYS = {str(position): {"rule": "all-or-nothing", "right": ["b"]} for position in (1, 2, 3, 4)}
PAPER = Paper("form", PLACED)
CUT = Fraction(7, 10)
PATTERNS = {"A": (10, "bbba"), "B": (6, "bbbb"), "C": (6, "bcba"), "D": (5, "ccbb"), "E": (3, "bcbb")}


def answered(pattern: str, name: str = "x", seconds: float | None = None) -> Answered:
    events = tuple(Event(1, n, n, value) for n, value in enumerate(pattern, 1) if value != "-")
    return Answered(name, events, seconds=seconds)


def everybody() -> list[Answered]:
    return [answered(said, f"{name}{n}") for name, (many, said) in PATTERNS.items() for n in range(many)]


def content(position: int) -> dict[str, Any]:
    options = [{"id": letter, "text": f"{letter} of {position}"} for letter in "abc"]
    return {"kind": "single", "stem": "Which?", "options": options}


CONTENTS = {position: content(position) for position in (1, 2, 3, 4)}


def look(position: int, keys: Any = KEYS) -> rules.Look:
    return rules.look(PLACED, keys, everybody()).looks[position - 1]


def verdict(decision: str, position: int = 4, *right: str) -> Verdict:
    return Verdict(
        position, Decision(decision), "Because.", {"right": list(right)} if decision == "rekey" else {}
    )


def keys_after(*verdicts: Verdict) -> dict[str, Any]:
    return rules.rekeyed(CONTENTS, KEYS, verdicts)


def signs(found: rules.Look) -> list[tuple[Sign, str]]:
    return [(flag.sign, flag.option) for flag in found.flags]


def test_thirty_sittings_and_four_items_show_a_wrong_key() -> None:
    found = rules.look(PLACED, KEYS, everybody())
    assert (found.sittings, found.suppressed, found.flagged) == (30, None, (1, 3, 4))
    p = [look.item.p.known for look in found.looks if look.item]
    assert p == pytest.approx([0.8333, 0.5333, 1, 0.4667], abs=5e-5)
    r = [look.item.r_corrected.value for look in found.looks if look.item]
    assert r == [
        pytest.approx(0, abs=1e-9),
        pytest.approx(0.1750, abs=5e-5),
        None,
        pytest.approx(-0.3672, abs=5e-5),
    ]
    assert signs(found.looks[0]) == [(Sign.WEAK, "")]
    assert signs(found.looks[2]) == [(Sign.EASY, "")]
    assert signs(found.looks[3]) == [(Sign.WEAK, ""), (Sign.DISTRACTOR, "a")]


def test_with_the_other_key_the_flags_of_all_but_the_easy_item_are_gone() -> None:
    keys = keys_after(verdict("rekey", 4, "a"))
    assert rules.look(PLACED, keys, everybody()).flagged == (3,)
    r = [look(position, keys).item.r_corrected.value for position in (1, 2, 4)]  # type: ignore[union-attr]
    assert r == pytest.approx([0.6181, 0.3672, 0.3672], abs=5e-5)


@pytest.mark.parametrize(
    ("keys", "raw", "maximum", "passed"),
    [
        (KEYS, {"A": 3, "B": 4, "C": 2, "D": 2, "E": 3}, 4, "ABE"),
        (keys_after(verdict("accept")), {"A": 3, "B": 4, "C": 2, "D": 2, "E": 3}, 4, "ABE"),
        (keys_after(verdict("rekey", 4, "a")), {"A": 4, "B": 3, "C": 3, "D": 1, "E": 2}, 4, "ABC"),
        (keys_after(verdict("credit")), {"A": 4, "B": 4, "C": 3, "D": 2, "E": 3}, 4, "ABCE"),
        (keys_after(verdict("drop")), {"A": 3, "B": 3, "C": 2, "D": 1, "E": 2}, 3, "AB"),
    ],
    ids=["as it was", "accept", "rekey", "credit", "drop"],
)
def test_what_each_decision_makes_of_the_five_patterns(keys, raw, maximum, passed) -> None:
    found = {name: rules.worth(PAPER, keys, answered(said), CUT, {}) for name, (_, said) in PATTERNS.items()}
    assert {name: one.raw for name, one in found.items()} == raw
    assert {one.maximum for one in found.values()} == {maximum}
    assert "".join(name for name, one in found.items() if one.outcome == "passed") == passed


def test_an_effect_is_told_from_both_outcomes() -> None:
    assert rules.effect("failed", "passed") == Effect.PASSES
    assert rules.effect("passed", "failed") == Effect.FAILS
    assert rules.effect("passed", "passed") == rules.effect("failed", "failed") == Effect.SAME


def test_credit_goes_also_to_whoever_gave_no_response() -> None:
    keys = keys_after(verdict("credit"))
    assert rules.worth(PAPER, keys, answered("----"), CUT, {}).raw == 1


def test_who_is_below_the_minimum_of_a_domain_fails_whatever_the_sum() -> None:
    for minimum, passed in ((Fraction(1, 2), "passed"), (Fraction(3, 4), "failed")):
        found = rules.worth(PAPER, KEYS, answered("bbcc"), Fraction(1, 4), {1: minimum})
        assert (found.raw, found.outcome) == (2, passed)


def test_a_dropped_item_stands_in_no_domain() -> None:
    placed = (*PLACED[:3], Placed(4, 2, "single"))
    worked = runs.work_out(Paper("form", placed), keys_after(verdict("drop")), answered("bbbb").events)
    assert worked.detail["domains"] == [[1, 3, 1, 3, 1, 3]]
    assert worked.detail["marks"][3] == [4, 2, 0, 1, 0, 1, True]


def test_what_is_credited_or_dropped_is_looked_at_no_more() -> None:
    found = rules.look(PLACED, keys_after(verdict("drop"), verdict("credit", 3)), everybody())
    assert [look.treatment for look in found.looks] == [None, None, Treatment.CREDIT, Treatment.DROP]
    assert found.looks[3] == rules.Look(4, None, (), Treatment.DROP)


def test_below_thirty_nothing_is_said_of_any_item() -> None:
    found = rules.look(PLACED, KEYS, everybody()[:29])
    assert (found.sittings, found.suppressed, found.flagged) == (29, "few_persons", ())
    assert {look.item for look in found.looks} == {None}
    assert found.times.reason == "few_persons"
    assert rules.look(PLACED, KEYS, []).sittings == 0


def test_times_far_from_the_median_are_named() -> None:
    seconds = [3000.0 + 10 * n for n in range(30)]
    seconds[4] = 60.0
    people = [answered("bbba", f"c{n}", at) for n, at in enumerate(seconds)]
    times = rules.look(PLACED, KEYS, people).times
    assert (times.quick, times.slow, times.reason) == (("c4",), (), None)
    assert rules.look(PLACED, KEYS, everybody()).times.reason == "no_times"


@pytest.mark.parametrize(
    ("verdicts", "position", "fault"),
    [
        ([verdict("rekey", 4)], 4, "exactly one option is right, and 0 are marked so"),
        ([verdict("rekey", 4, "z")], 4, "the key names an option that is not there"),
        ([verdict("rekey", 4, "b")], 4, "this is the key that it has"),
        ([verdict("drop", 9)], 9, "the form has no such position"),
        (
            [verdict("drop", n) for n in (1, 2, 3, 4)],
            0,
            "no item would be left that tells one candidate from another",
        ),
    ],
)
def test_a_key_that_can_not_be_is_refused_in_words(verdicts, position, fault) -> None:
    with pytest.raises(BadVerdict) as refused:
        keys_after(*verdicts)
    assert (refused.value.position, refused.value.fault) == (position, fault)


KEYED = {
    "true-false": ({"right": ["f"]}, "t", "f"),
    "matrix": ({"right": "bbca"}, "abca", "bbca"),
    "matching": ({"right": "ca"}, "ba", "ca"),
    "ordering": ({"right": "dbac"}, "bdac", "dbac"),
    "numeric": ({"value": "14", "tolerance": "0.5"}, "12.5", "13.6"),
    "text": ({"accepted": ["moist"], "case": False}, "dry", "MOIST"),
    "gap": (
        {"gaps": [{"right": "b"}, {"accepted": ["icy"], "case": False}, {"value": "99", "tolerance": "0"}]},
        "a\ncold\n100",
        "b\nicy\n99",
    ),
}


@pytest.mark.parametrize("kind", KEYED)
def test_every_kind_that_is_marked_by_rule_can_be_given_another_key(kind: str) -> None:
    members, old, new = KEYED[kind]
    sample, kind_of = kinds.written(kind), itemtypes.of(kind)
    content, keys = kind_of.present(sample.content), {"1": sample.key, "2": KEYS["2"]}
    verdict_on = Verdict(1, Decision.REKEY, "Because.", members)
    made = rules.rekeyed({1: content, 2: CONTENTS[2]}, keys, [verdict_on])["1"]
    assert kind_of.mark(made, new) == kind_of.maximum(made) == 1
    assert kind_of.mark(made, old) < 1
    said = [line.says for line in rules.told(content, sample.key, verdict_on)]
    assert said == [line.says for line in kind_of.lines(sample.content, made)]
    assert rules.told(content, sample.key, Verdict(1, Decision.DROP, "Because.")) == ()


def test_a_key_may_not_begin_to_deduct_what_the_paper_did_not_say() -> None:
    sample = kinds.written("text", kinds.MAPPED_TEXT)
    with pytest.raises(BadVerdict, match="the paper did not say so"):
        made = {"map": {"dry": "1", "moist": "-1"}, "accepted": ["dry", "moist"]}
        rules.rekeyed({1: sample.content}, {"1": sample.key}, [Verdict(1, Decision.REKEY, "So.", made)])


def test_a_part_that_a_key_does_not_have_is_refused() -> None:
    with pytest.raises(BadVerdict, match="has no such part"):
        rules.rekeyed(
            CONTENTS, KEYS, [Verdict(4, Decision.REKEY, "So.", {"rule": "all-or-nothing", "lower": "1"})]
        )


def test_an_item_that_people_mark_is_not_re_keyed() -> None:
    contents = CONTENTS | {4: kinds.written("essay").content}
    with pytest.raises(BadVerdict) as refused:
        rules.rekeyed(contents, KEYS, [verdict("rekey", 4, "a")])
    assert refused.value.fault == "an item of this kind can't be given another key here"


def test_the_old_key_is_left_as_it_was() -> None:
    before = {place: dict(key) for place, key in KEYS.items()}
    keys_after(verdict("drop"), verdict("rekey", 3, "a"))
    assert before == KEYS
