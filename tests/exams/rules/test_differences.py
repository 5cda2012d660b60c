"""What changed between two states of an item is found in every kind, and nothing that did not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import itemtypes
from exams.rules import differences
from exams.rules.differences import Run, Side
from tests.factories import kinds


def side(kind: str, **more: object) -> Side:
    sample = kinds.written(kind)
    return replace(Side(sample.content, sample.key, sample.rationales), **more)


def changed(before: Side, after: Side) -> list[tuple[str, str]]:
    return [(row.section, row.label) for row in differences.rows(before, after) if row.changed]


def test_words_that_differ_are_marked_on_both_sides() -> None:
    assert differences.words("The scope is set.", "The scope was set, twice.") == (
        (Run("The scope ", False), Run("is", True), Run(" set", False), Run(".", False)),
        (
            Run("The scope ", False),
            Run("was", True),
            Run(" set", False),
            Run(", twice", True),
            Run(".", False),
        ),
    )
    assert differences.words("", "") == ((), ())


@given(st.text("ab .\n", max_size=30), st.text("ab .\n", max_size=30))
def test_the_runs_of_a_side_are_its_text(before: str, after: str) -> None:
    left, right = differences.words(before, after)
    assert ("".join(run.text for run in left), "".join(run.text for run in right)) == (before, after)
    assert (before == after) == (not any(run.changed for run in (*left, *right)))


@pytest.mark.parametrize("kind", itemtypes.kinds())
def test_what_is_the_same_differs_nowhere_and_a_stem_in_one_place(kind: str) -> None:
    one = side(kind)
    assert changed(one, one) == []
    assert changed(one, replace(one, content=one.content | {"stem": "Another?"})) == [("Item", "Stem")]
    why = next(iter(one.rationales), None)
    if why is not None:
        (found,) = changed(one, replace(one, rationales={**one.rationales, why: "So."}))
        assert found[0] == "Rationales"


@pytest.mark.parametrize(
    ("kind", "key", "where"),
    [
        ("single", {"right": ["a"]}, [("Key", "A"), ("Key", "B")]),
        ("ordering", {"right": "dbac"}, [("Key", "B"), ("Key", "D")]),
        ("numeric", {"tolerance": "1"}, [("Key", "Answer")]),
        ("text", {"accepted": ["arid"]}, [("Key", "Answer")]),
    ],
)
def test_another_key_shows_in_the_parts_that_it_judges(kind, key, where) -> None:
    one = side(kind)
    assert changed(one, replace(one, key=one.key | key)) == where


def test_an_option_that_is_new_and_a_description_stand_on_their_side() -> None:
    one = side("single", about={"domain": 1, "clauses": ["6.1"]})
    more = [*one.content["options"], {"id": "d", "text": "Fourth"}]
    two = replace(one, content=one.content | {"options": more}, about={"domain": 2, "clauses": ["6.1"]})
    assert changed(one, two) == [
        ("Item", "Option D"), ("Key", "D"), ("Description", "Domain"),
    ]  # fmt: skip
    assert changed(one, replace(two, about={})) == [("Item", "Option D"), ("Key", "D")]
    assert differences.described(one.about, two.about) == ("domain: 1 → 2",)
    assert differences.described({}, two.about) == ()
