"""What every kind of item promises, and what each means by it."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from exams import itemtypes
from exams.itemtypes.parts import Written
from exams.rules.library import banks
from lms.kit import content as files
from tests.factories import kinds
from tests.factories.kinds import RIGHT, WRONG, read, written

BY_RULE = itemtypes.marked_by_rule()
RULES = [(kind, rule) for kind in BY_RULE for rule in itemtypes.of(kind).RULES if rule != "map-response"]
HOSTILE = [
    0, 1, True, False, 1.5, [], ["a"], {}, {"1": "a"}, "", " ", "-", "---", "----", "\n\n", "a\x00", "\ud800", "é" * 13_000,
    "ca", "aa", "aaaaaaaaaaaa", "zz", "1e5", "1.2,3",
]  # fmt: skip


def test_the_kinds_are_these() -> None:
    assert itemtypes.kinds() == (
        "single", "true-false", "multiple", "matrix", "matching", "ordering", "numeric", "text", "gap", "essay",
    )  # fmt: skip
    assert set(itemtypes.kinds()) - set(BY_RULE) == {"essay"}


@pytest.mark.parametrize("kind", itemtypes.kinds())
def test_a_candidate_sees_neither_key_nor_rationale(kind) -> None:
    said = written(kind)
    seen = json.dumps(itemtypes.of(kind).present(said.content))
    assert seen == json.dumps(itemtypes.of(kind).present(said.content | {"right": "b", "why": "secret"}))
    assert not any(why in seen for why in said.rationales.values())
    assert said.content["stem"] in seen


@pytest.mark.parametrize("kind", itemtypes.kinds())
def test_every_part_that_the_key_judges_has_its_rationale(kind) -> None:
    said = written(kind)
    lines = itemtypes.of(kind).lines(said.content, said.key)
    assert [line.id for line in lines] == list(said.rationales)
    assert any(line.says for line in lines)


@pytest.mark.parametrize(("kind", "rule"), RULES)
def test_the_right_response_earns_the_maximum_and_none_earns_nothing(kind, rule) -> None:
    said, of = written(kind, scoring=rule), itemtypes.of(kind)
    assert of.maximum(said.key) == 1
    assert of.mark(said.key, RIGHT[kind]) == 1
    assert of.mark(said.key, None) == 0
    assert (
        of.mark(said.key, WRONG[kind]) <= (Fraction(4, 10) if kind == "ordering" else 0)
        or rule == "options-judged"
    )


@pytest.mark.parametrize("kind", itemtypes.kinds())
def test_only_a_text_of_its_own_shape_can_be_a_response(kind) -> None:
    said, of = written(kind), itemtypes.of(kind)
    shape = json.loads(json.dumps(of.shape(said.content)))
    assert of.fits(shape, None)
    assert of.fits(shape, RIGHT.get(kind, "Because.\nAnd so."))
    taken = {"essay": ["-", "---", "----", "ca", "aa", "aaaaaaaaaaaa", "zz", "1e5", "1.2,3"]}
    taken |= {"text": taken["essay"], "matching": ["ca", "aa"]}
    for value in HOSTILE:
        assert of.fits(shape, value) is (value in taken.get(kind, [])), value


POSTED = {
    "single": {"": ["b"]},
    "true-false": {"": ["t"]},
    "multiple": {"": ["c", "a"]},
    "matrix": {"1": ["a"], "2": ["b"], "3": ["c"], "4": ["a"]},
    "matching": {"1": ["b"], "2": ["a"]},
    "ordering": {"b": ["1"], "d": ["2"], "a": ["3"], "c": ["4"]},
    "numeric": {"": [" 12,5 "]},
    "text": {"": ["  dry "]},
    "gap": {"1": ["a"], "2": [" cold"], "3": ["100"]},
}


@pytest.mark.parametrize("kind", BY_RULE)
def test_a_plain_form_says_the_same_response(kind) -> None:
    said, of = written(kind), itemtypes.of(kind)
    shape = of.shape(said.content)
    assert of.posted(shape, lambda part: POSTED[kind].get(part, [])) == RIGHT[kind]
    assert of.posted(shape, lambda part: []) is None
    assert of.posted(shape, lambda part: [""]) is None
    strange = of.posted(shape, lambda part: ["<b>", "zz\x00"])
    assert strange is None or not of.fits(shape, strange)


@pytest.mark.parametrize("kind", BY_RULE)
def test_the_form_shows_the_response_that_is_there(kind) -> None:
    """What the controls show is what a form would post back unchanged."""
    said, of = written(kind), itemtypes.of(kind)
    for value in (None, RIGHT[kind], WRONG[kind]):
        shown = {
            field.part: [one.id for one in field.choices if one.chosen] if field.choices else [field.text]
            for field in of.fields(said.content, value)
        }
        assert of.posted(of.shape(said.content), lambda part, shown=shown: shown.get(part, [])) == value


def test_an_unfinished_response_is_kept_and_seen_to_be_so() -> None:
    for kind, part in (("matrix", "a--a"), ("matching", "b-"), ("ordering", "b--c"), ("gap", "a\n\n100")):
        said, of = written(kind), itemtypes.of(kind)
        assert of.fits(of.shape(said.content), part)
        assert not of.finished(part)
        assert of.finished(RIGHT[kind])
        assert 0 < of.mark(said.key | ({"rule": "absolute-position"} if kind == "ordering" else {}), part) < 1


def test_two_steps_at_one_place_leave_the_other_without_a_place() -> None:
    of = itemtypes.of("ordering")
    posted = {"a": ["2"], "b": ["2"], "c": ["1"]}
    assert of.posted("abcd", lambda part: posted.get(part, [])) == "ca--"
    for place in ("0", "5", "-1", "²", "9" * 5000):
        assert not of.fits("abcd", of.posted("abcd", lambda part, place=place: [place]))


# --- the rules of each kind, with responses that fit ----------------------------------------------------

RESPONSES = {
    "single": st.sampled_from("abc"),
    "true-false": st.sampled_from("tf"),
    "multiple": st.sets(st.sampled_from("abcde"), min_size=1).map(lambda chosen: "".join(sorted(chosen))),
    "matrix": st.text("abc-", min_size=4, max_size=4).filter(lambda code: code != "----"),
    "matching": st.text("abc-", min_size=2, max_size=2).filter(lambda code: code != "--"),
    "ordering": st.tuples(st.permutations("abcd"), st.sets(st.integers(0, 3), max_size=3)).map(
        lambda drawn: "".join("-" if place in drawn[1] else one for place, one in enumerate(drawn[0]))
    ),
    "numeric": st.decimals(-1000, 1000, places=3).map(str),
    "text": st.sampled_from(["dry", "DRY", "bone  dry", "wet", "d r y"]),
    "gap": st.tuples(
        st.sampled_from(["a", "b", ""]), st.sampled_from(["cold", "warm", ""]), st.just("99")
    ).map("\n".join),
}
FLOOR = {"single": Fraction(-1, 2), "true-false": Fraction(-1), "matrix": Fraction(-1, 2)}


@pytest.mark.parametrize(("kind", "rule"), RULES)
@given(data=st.data())
def test_points_lie_where_the_rule_says(kind, rule, data) -> None:
    said, of = written(kind, scoring=rule), itemtypes.of(kind)
    value = data.draw(RESPONSES[kind])
    assert of.fits(of.shape(said.content), value)
    least = FLOOR[kind] if rule == "right-minus-wrong" else 0
    assert least <= of.mark(said.key, value) <= of.maximum(said.key)
    assert of.mark(said.key, value) == of.mark(json.loads(json.dumps(said.key)), value)


@pytest.mark.parametrize(("kind", "rule"), [*RULES, ("essay", "rubric")])
def test_an_item_written_down_again_is_the_same_item(kind, rule) -> None:
    said, of = written(kind, scoring=rule), itemtypes.of(kind)
    assert again(of.said(said.content, said.key, said.rationales)) == said


@pytest.mark.parametrize("kind", ["single", "multiple", "matching", "text"])
def test_points_and_bounds_are_written_down_too(kind) -> None:
    said, of = written(kind, MAPS[kind]), itemtypes.of(kind)
    assert again(of.said(said.content, said.key, said.rationales)) == said


def again(said: dict[str, Any]) -> Written:
    problems = files.Problems()
    node = files.parse_yaml(yaml.safe_dump(said, sort_keys=False), Path("again.yaml"), problems, first_line=1)
    assert node is not None
    found = banks.read_kind(node)
    assert [str(problem) for problem in problems] == []
    return found


# --- each kind by itself --------------------------------------------------------------------------------


def test_right_minus_wrong_takes_points_away() -> None:
    for kind, value, points in (
        ("single", "a", "-1/2"),
        ("true-false", "f", "-1"),
        ("matrix", "ba--", "-1/4"),
    ):
        said = written(kind, scoring="right-minus-wrong")
        assert itemtypes.of(kind).mark(said.key, value) == Fraction(points)


def test_the_worked_matrix() -> None:
    said = written("matrix", scoring="right-minus-wrong")
    assert itemtypes.of("matrix").mark(said.key, "abb-") == Fraction(3, 8)


def test_a_number_is_right_within_its_tolerance_with_comma_or_point() -> None:
    said, of = written("numeric"), itemtypes.of("numeric")
    assert [of.mark(said.key, value) for value in ("12,4", "12.6", "12.61", "-12.5")] == [1, 1, 0, 0]
    wide = written("numeric", scoring="relative", tolerance='"0.04"')
    assert [of.mark(wide.key, value) for value in ("12", "13", "13,01")] == [1, 1, 0]


def test_a_text_is_compared_without_capitals_unless_they_count() -> None:
    of = itemtypes.of("text")
    assert of.mark(written("text").key, "Bone  DRY") == 1
    assert of.mark(written("text", case="true").key, "Dry") == 0


MAPS = {
    "single": """
        stem: Which one?
        scoring: map-response
        lower: 0
        options:
          - {text: First, why: No., points: "-0.5"}
          - {text: Second, why: Yes., right: true, points: 2}
          - {text: Third, why: Partly., points: "0.5"}
    """,
    "multiple": """
        stem: Which are even?
        scoring: map-response
        upper: "1.5"
        lower: 0
        options:
          - {text: Two, why: Even., right: true, points: 1}
          - {text: Three, why: Odd., points: "-0.5"}
          - {text: Four, why: Even., right: true, points: 1}
    """,
    "matching": """
        stem: Find the partner of each.
        scoring: map-response
        default: "-1/4"
        partners: [Day, Night, Noon]
        prompts:
          - {text: Moon, match: Night, why: It shines then., points: 1}
          - {text: Sun, match: Day, why: It shines then., points: 2}
    """,
    "text": """
        stem: What is the opposite of wet?
        scoring: map-response
        accepted:
          - {text: dry, points: 1}
          - {text: not wet, points: "0.5"}
        why: It holds no water.
    """,
}


@pytest.mark.parametrize(
    ("kind", "maximum", "marks"),
    [
        ("single", 2, {"a": 0, "b": 2, "c": "1/2"}),
        ("multiple", "3/2", {"ac": "3/2", "ab": "1/2", "b": 0, "abc": "3/2"}),
        ("matching", 3, {"ba": 3, "b-": 1, "ab": "-1/2", "bb": "3/4"}),
        ("text", 1, {"Dry": 1, "not  wet": "1/2", "else": 0}),
    ],
)
def test_map_response_sums_up_within_its_bounds(kind, maximum, marks) -> None:
    said, of = written(kind, MAPS[kind]), itemtypes.of(kind)
    assert of.maximum(said.key) == Fraction(maximum)
    assert {value: of.mark(said.key, value) for value in marks} == {v: Fraction(p) for v, p in marks.items()}
    assert of.mark(said.key, None) == 0


def test_an_essay_is_kept_and_needs_a_marker() -> None:
    said, of = written("essay"), itemtypes.of("essay")
    assert of.maximum(said.key) == Fraction(7, 2)
    assert of.posted(of.shape(said.content), lambda part: ["Because.\r\n\r\nSo. "]) == "Because.\n\nSo."
    assert of.mark(said.key, None) == 0
    with pytest.raises(itemtypes.NeedsMarker):
        of.mark(said.key, "Because.")


# --- faults ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", itemtypes.kinds())
def test_faults_that_every_kind_names(kind) -> None:
    assert read(kind, scoring="guess")[1][0].startswith("the scoring rule must be one of: ")
    assert read(kind, stem='""')[1] == ["'stem' is empty"]
    assert read(kind, colour="red")[1][0].startswith("unknown key 'colour'")


@pytest.mark.parametrize(
    ("kind", "more", "fault"),
    [
        ("multiple", {"scoring": "map-response"}, "no answer has points"),
        ("matrix", {"columns": "[Even, Odd]"}, "'right' must be one of the columns: Even, Odd"),
        ("matching", {"partners": "[Day, Noon]"}, "'match' must be one of the partners: Day, Noon"),
        ("ordering", {"shown": "[1, 2, 3, 4]"}, "the steps are shown in their right order"),
        ("ordering", {"shown": "[1, 2, 3]"}, "'shown' must name the places 1 to 4, each once, as in [3, 1, 2]"),
        ("numeric", {"answer": "12.5"}, "'answer' must be a number; quote one with a point or a stroke, as in \"0.5\""),
        ("numeric", {"answer": "much"}, "the answer must be a number"),
        ("numeric", {"tolerance": '"-1"'}, "the tolerance must be a number from 0"),
        ("text", {"accepted": "[]"}, "no text is accepted"),
        ("text", {"accepted": "[dry, Dry]"}, "the same text stands twice as an accepted text"),
        ("gap", {"gaps": "[]"}, "there must be 1 to 9 gaps, and there are 0"),
        ("true-false", {"right": "perhaps"}, "'right' must be true or false"),
    ],
)  # fmt: skip
def test_faults_are_named_in_words(kind, more, fault) -> None:
    assert fault in read(kind, **more)[1]


def test_a_multiple_response_has_right_and_wrong_options() -> None:
    text = kinds.SAMPLES["multiple"].replace(", right: true", "")
    assert read("multiple", text)[1] == ["some options are right and some wrong, and 0 of 5 are marked right"]


def test_gaps_stand_once_each_and_in_order() -> None:
    text = kinds.SAMPLES["gap"].replace("[[2]]", "[[1]]")
    assert read("gap", text)[1] == [
        "the text must have [[1]], [[2]] and so on, once for each gap and in their order"
    ]


def test_an_unknown_kind_is_named_and_so_are_those_that_are_known() -> None:
    assert read("riddle", kinds.SAMPLES["single"])[1][0].startswith(
        "'kind' must be one of: single, true-false, "
    )


def test_an_essay_has_criteria_with_points() -> None:
    said = kinds.SAMPLES["essay"]
    rise = "the points of the levels of 'Reason' must begin at 0 and rise"
    for before, after, fault in (
        ("points: 2", "points: 1", rise),
        ("points: 0, says: None.}, {points: 1,", "points: 1, says: None.}, {points: 1,", rise),
        ("points: 2", "points: much", rise),
        (
            ", {points: 1, says: Named.}, {points: 2, says: Argued.}",
            "",
            "'Reason' must have 2 to 7 levels, and has 1",
        ),
    ):
        assert read("essay", said.replace(before, after, 1))[1] == [fault]


@pytest.mark.parametrize("kind", itemtypes.marked_by_rule())
def test_the_controls_of_a_key_say_the_key_that_is_in_them(kind: str) -> None:
    samples = [kinds.written(kind)] + ([kinds.written(kind, kinds.MAPPED_TEXT)] if kind == "text" else [])
    for sample in samples:
        content = itemtypes.of(kind).present(sample.content)
        controls = itemtypes.of(kind).key_fields(content, sample.key)
        said = {
            one.part: [choice.id for choice in one.choices if choice.chosen] or [one.text] for one in controls
        }
        found = itemtypes.of(kind).keyed(content, sample.key, lambda part, said=said: said.get(part, []))
        assert {**sample.key, **found} == sample.key
        nothing = itemtypes.of(kind).keyed(content, sample.key, lambda part: [])
        assert itemtypes.of(kind).faults(content, {**sample.key, **nothing})
