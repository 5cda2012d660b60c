"""docs/algorithms/numbers.md, and what a mistyped number may never do."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules import numbers
from certificates.rules.numbers import ALPHABET, Misspelt, Slip

DOCUMENT = Path(__file__).parents[3] / "docs" / "algorithms" / "numbers.md"
characters = st.text(st.sampled_from(ALPHABET), min_size=10, max_size=10)
codes = st.sampled_from(["AIMS-LA", "AIMS-LI", "QMS"])


def test_the_worked_example_comes_out():
    assert numbers.written("AIMS-LA", "7F3K92QXM4") == "AIMS-LA-7F3K9-2QXM4-T"


def test_the_table_in_the_document_is_what_the_rule_computes():
    rows = re.findall(r"^\| (\w) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert "".join(row[0] for row in rows) == "7F3K92QXM4"
    for place, (character, value, before, mixed, after) in enumerate(rows):
        so_far = "".join(row[0] for row in rows[: place + 1])
        assert ALPHABET.index(character) == int(value)
        assert int(before) ^ int(value) == int(mixed)
        assert ALPHABET.index(numbers.check(so_far)) == int(after)


@pytest.mark.parametrize(
    "typed",
    [
        "AIMS-LA-7F3K9-2QXM4-T",
        "aims-la-7f3k9-2qxm4-t",
        "  AIMSLA7F3K92QXM4T ",
        "AlMS LA 7F3K9 2QXM4 T",
        "AIMS–LA–7F3K9–2QXM4–T",
        "A1MS-1A-7F3K9-2QXM4-T",
        "AIMS/LA/7F3K9/2QXM4/T",
        "ＡＩＭＳ-LA-7F3K9-2QXM4-T",
    ],
)
def test_a_number_is_the_same_however_it_is_typed(typed):
    assert numbers.parse(typed) == numbers.Number("A1MS1A", "7F3K92QXM4T")


@pytest.mark.parametrize(
    ("typed", "slip"),
    [
        ("", Slip.EMPTY),
        ("  - ", Slip.EMPTY),
        ("AIMS-LA-7F3K9", Slip.TOO_SHORT),
        ("7F3K9-2QXM4-T", Slip.TOO_SHORT),
        ("AIMS-LA-7F3K9-2QXM4-T" * 3, Slip.TOO_LONG),
        ("AIMS-LA-7F3K9-2QXU4-T", Slip.CHARACTER),
        ("AIMS-LA-7F3K9-2Q\0M4-T", Slip.CHARACTER),
        ("ÄIMS-LA-7F3K9-2QXM4-T", Slip.CHARACTER),
        ("AIMS-LA-7F3K9-2QXM4-S", Slip.CHECK),
        ("AIMS-LA-7F3K9-2XQM4-T", Slip.CHECK),
    ],
)
def test_what_cannot_be_a_number_says_why(typed, slip):
    with pytest.raises(Misspelt) as caught:
        numbers.parse(typed)
    assert caught.value.slip is slip


def test_a_number_is_not_written_with_the_wrong_characters():
    with pytest.raises(ValueError, match="characters of the alphabet"):
        numbers.written("AIMS-LA", "7F3K92QXMU")


@given(codes, characters)
def test_what_was_written_is_read_again(code, drawn):
    read = numbers.parse(numbers.written(code, drawn))
    assert read.body[:-1] == drawn
    assert read.folded == numbers.parse(numbers.written(code, drawn).lower().replace("-", " ")).folded


@given(characters)
def test_every_wrong_character_is_caught(drawn):
    body = drawn + numbers.check(drawn)
    for place, right in enumerate(body):
        for wrong in ALPHABET:
            if wrong != right:
                with pytest.raises(Misspelt):
                    numbers.parse("QMS" + body[:place] + wrong + body[place + 1 :])


@given(characters)
def test_every_exchange_of_neighbours_is_caught(drawn):
    body = drawn + numbers.check(drawn)
    for place in range(len(body) - 1):
        if body[place] != body[place + 1]:
            with pytest.raises(Misspelt):
                numbers.parse("QMS" + body[:place] + body[place + 1] + body[place] + body[place + 2 :])


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_misspelt(text):
    try:
        number = numbers.parse(text)
    except Misspelt:
        return
    assert set(number.folded) <= set(ALPHABET) | {"U"}
