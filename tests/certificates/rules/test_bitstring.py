"""Status lists: one bit for each credential, found again by anybody who follows the standard."""

import base64
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules import shapes
from certificates.rules.badges import Purpose
from certificates.rules.proofs import bitstring
from certificates.rules.proofs.canonical import Refused
from tests.certificates.rules import signing


def test_place_0_is_the_highest_bit_of_the_first_byte() -> None:
    """Worked in docs/algorithms/status-lists.md."""
    encoded = bitstring.encoded([0, 7, 9, 131_071])
    assert (encoded[0], "=" in encoded, len(encoded)) == ("u", False, 73)
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    assert (len(bits), bits[0], bits[1], bits[-1]) == (16_384, 0b1000_0001, 0b0100_0000, 0b0000_0001)


@given(st.sets(st.integers(0, bitstring.ENTRIES - 1), max_size=50), st.integers(0, bitstring.ENTRIES - 1))
def test_exactly_the_places_given_are_set(places, other) -> None:
    encoded = bitstring.encoded(places)
    assert all(bitstring.is_set(encoded, place) for place in places)
    assert bitstring.is_set(encoded, other) == (other in places)


def test_the_same_places_give_the_same_text_at_any_time() -> None:
    assert bitstring.encoded([5, 1]) == bitstring.encoded([1, 5])


@pytest.mark.parametrize(
    "encoded",
    [
        "", "u", "uAAAA", "zabc", "u" + "!" * 10,
        "u" + base64.urlsafe_b64encode(gzip.compress(bytes(100))).decode().rstrip("="),
        "u" + base64.urlsafe_b64encode(gzip.compress(bytes(50_000_000), 9)).decode().rstrip("="),
        "u" + base64.urlsafe_b64encode(zlib.compress(bytes(16_384))).decode().rstrip("="),
    ],
    ids=["empty", "bare", "no gzip", "other base", "no base64", "short", "a bomb", "zlib"],
)  # fmt: skip
def test_what_is_no_list_of_that_length_answers_nothing(encoded) -> None:
    with pytest.raises(Refused):
        bitstring.is_set(encoded, 3)


def test_a_place_outside_the_list_answers_nothing() -> None:
    with pytest.raises(Refused):
        bitstring.is_set(bitstring.encoded([]), bitstring.ENTRIES)
    with pytest.raises(IndexError):
        bitstring.encoded([bitstring.ENTRIES])


def test_a_list_says_what_it_is_for_and_for_how_long() -> None:
    document = signing.status_list(Purpose.SUSPENSION)
    shapes.check_list(document)
    assert (document["validFrom"], document["validUntil"]) == ("2027-01-01T08:59:00Z", "2027-01-02T09:00:00Z")
    assert (document["credentialSubject"]["statusPurpose"], document["credentialSubject"]["ttl"]) == (
        "suspension", 300_000,
    )  # fmt: skip
