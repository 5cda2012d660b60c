from fractions import Fraction

import pytest

from exams import itemtypes
from exams.itemtypes import single

OPTIONS = [
    ("First", "Wrong, because.", False),
    ("Second", "Right, because.", True),
    ("Third", "Wrong too.", False),
]


def test_an_item_is_read_into_content_key_and_rationales() -> None:
    content, key, rationales = single.read("Which?", OPTIONS)
    assert content == {
        "kind": "single",
        "stem": "Which?",
        "options": [
            {"id": "a", "text": "First"},
            {"id": "b", "text": "Second"},
            {"id": "c", "text": "Third"},
        ],
    }
    assert key == {"rule": "all-or-nothing", "right": ["b"]}
    assert rationales == {"a": "Wrong, because.", "b": "Right, because.", "c": "Wrong too."}
    assert single.faults(content, key) == []


def test_what_a_candidate_sees_has_neither_key_nor_rationale() -> None:
    content, _, _ = single.read("Which?", OPTIONS)
    seen = single.present(content | {"right": ["b"], "rationales": {"a": "no"}})
    assert set(seen) == {"kind", "stem", "options"}
    assert all(set(option) == {"id", "text"} for option in seen["options"])


def test_the_right_option_gives_the_point_and_nothing_else_does() -> None:
    _, key, _ = single.read("Which?", OPTIONS)
    assert [single.mark(key, value) for value in ("a", "b", "c", None)] == [0, 1, 0, 0]
    assert single.maximum(key) == Fraction(1)


@pytest.mark.parametrize(
    ("stem", "options", "fault"),
    [
        ("", OPTIONS, "the stem is empty"),
        ("Q", OPTIONS[:2], "a single-answer item has 3 to 5 options, and this one has 2"),
        ("Q", [("", "w", False), *OPTIONS[1:]], "an option has no text"),
        ("Q", [("second", "w", False), *OPTIONS[1:]], "two options have the same text"),
        ("Q", [(t, w, True) for t, w, _ in OPTIONS], "exactly one option is right, and 3 are marked so"),
        ("Q", [(t, w, False) for t, w, _ in OPTIONS], "exactly one option is right, and 0 are marked so"),
    ],
)
def test_faults_are_named(stem: str, options: list[tuple[str, str, bool]], fault: str) -> None:
    content, key, _ = single.read(stem, options)
    assert single.faults(content, key) == [fault]


def test_a_key_that_names_no_option_and_an_unknown_rule_are_faults() -> None:
    content, _, _ = single.read("Which?", OPTIONS)
    assert single.faults(content, {"right": ["z"], "rule": "guess"}) == [
        "the key names an option that is not there",
        "the scoring rule must be one of: all-or-nothing, right-minus-wrong, map-response",
    ]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(itemtypes.UnknownKind):
        itemtypes.of("riddle")
