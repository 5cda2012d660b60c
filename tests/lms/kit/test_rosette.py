"""The seal: the same for the same credential, small, and nothing that a strict page would refuse."""

import hashlib
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kit import rosette

ADA = hashlib.sha256(b"Ada Kamau").hexdigest()
BEN = hashlib.sha256(b"Ben Okoro").hexdigest()


def test_the_same_digest_gives_the_same_picture():
    assert rosette.rosette(ADA) == rosette.rosette(ADA)


def test_another_digest_gives_another_picture():
    assert rosette.rosette(ADA) != rosette.rosette(BEN)


@given(st.binary(min_size=32, max_size=32))
def test_it_stays_light_and_is_well_formed(digest):
    markup = rosette.rosette(digest.hex())
    assert len(markup.encode()) <= 12_288
    root = ElementTree.fromstring(markup)
    assert {element.tag.rpartition("}")[2] for element in root} == {"circle", "path"}


def test_it_carries_no_style_script_or_identifier():
    assert re.findall(r"\b(style|id|on\w+|class)=", rosette.rosette(ADA)) == []


@given(st.binary(min_size=32, max_size=32))
def test_every_curve_closes_where_it_began(digest):
    for band in rosette.bands(digest.hex()):
        numbers = [int(number) for number in re.findall(r"-?\d+", rosette.path(band))]
        start, moves = numbers[:2], numbers[2:]
        # The first piece has two handles and an end; each that follows a handle and an end.
        ends = [moves[4:6]] + [moves[at + 2 : at + 4] for at in range(6, len(moves), 4)]
        assert [sum(x for x, _ in ends), sum(y for _, y in ends)] == [0, 0], start


@pytest.mark.parametrize(("size", "paths"), [(34, 2), (240, 5)])
def test_a_small_seal_leaves_the_fine_lace_out(size, paths):
    assert rosette.rosette(ADA, size).count("<path") == paths


def test_a_seal_on_its_way_shows_its_inner_curves_first():
    assert rosette.rosette(ADA, layers=5) == rosette.rosette(ADA)
    assert rosette.rosette(ADA, layers=2).count("<path") == 2
    assert rosette.path(rosette.bands(ADA)[-1]) in rosette.rosette(ADA, layers=1)
