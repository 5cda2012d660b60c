"""The same facts have the same digest, however they were put down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kit import digests

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_the_order_of_keys_does_not_matter():
    assert digests.digest({"a": 1, "b": [2, None]}) == digests.digest({"b": [2, None], "a": 1})


def test_the_canonical_form_is_sorted_json_without_spaces():
    assert digests.canonical({"b": [True, "é"], "a": 1}) == '{"a":1,"b":[true,"é"]}'.encode()


def test_two_ways_to_write_the_same_letter_are_one():
    assert digests.digest("e\u0301") == digests.digest("\u00e9")


def test_a_floating_point_number_is_refused():
    with pytest.raises(TypeError):
        digests.digest({"share": 0.7})


def test_a_key_that_is_not_text_is_refused():
    with pytest.raises(TypeError):
        digests.digest({1: "one"})


@given(PLAIN)
def test_a_digest_is_64_hexadecimal_digits_and_repeats(value):
    first = digests.digest(value)
    assert first == digests.digest(value)
    assert len(first) == 64
    assert int(first, 16) >= 0
