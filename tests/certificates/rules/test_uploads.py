"""What a file is, and in what a copy differs from what was issued."""

from dataclasses import replace

import pytest

from certificates.rules import uploads
from certificates.rules.uploads import Difference, Differs, Kind, Read, Said, Seal

OURS, OTHERS = "aa" * 32, "bb" * 32
LINKS = ("https://example.org/v/AIMS-LI-1/",)
REGISTER = Said("AIMS-LI-1", "2026-11-24", "2029-11-23", "Ada Kamau")
WHOLE = Read(
    Kind.PDF,
    1000,
    carries=True,
    links=("https://example.org/v/AIMS-LI-1/?k=x",),
    seals=(Seal(OURS, True, 1000),),
)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", Kind.PDF),
        (b"rubbish before %PDF-1.7\n", Kind.PDF),
        (b"\x89PNG\r\n\x1a\n", Kind.PNG),
        (b"\xef\xbb\xbf {}", Kind.JSON),
        (b"<?xml version='1.0'?><svg/>", Kind.SVG),
        (b" eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJkaWQifQ.c2lnbmF0dXJl\n", Kind.JWT),
        (b"<html></html>", None),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_content_says(content, kind):
    assert uploads.kind(content) is kind


def told(read, said=REGISTER, proven=True):
    return uploads.differences(
        read, said, REGISTER, proven=proven, certificates=frozenset({OURS}), links=LINKS
    )


@pytest.mark.parametrize(
    ("read", "difference"),
    [
        (WHOLE, Differs(Difference.BYTES)),
        (replace(WHOLE, seals=()), Differs(Difference.SEAL_GONE)),
        (replace(WHOLE, seals=(Seal(OTHERS, True, 1000),)), Differs(Difference.SEAL_OF_OTHERS)),
        (replace(WHOLE, seals=(Seal(OURS, False, 1000),)), Differs(Difference.SEAL_BROKEN)),
        (replace(WHOLE, size=1210), Differs(Difference.ADDED_TO, "210")),
        (
            replace(WHOLE, links=("https://example.org.evil.example/v/AIMS-LI-1/",)),
            Differs(Difference.LINK_ELSEWHERE, "https://example.org.evil.example/v/AIMS-LI-1/"),
        ),
        (replace(WHOLE, pages=2), Differs(Difference.PAGES, "2", "1")),
        (replace(WHOLE, carries=False), Differs(Difference.CREDENTIAL_GONE)),
    ],
)
def test_what_was_done_to_a_copy_is_named(read, difference):
    assert told(read) == (difference,)


@pytest.mark.parametrize(
    ("said", "difference"),
    [
        (replace(REGISTER, number="AIMS-LI-2"), Differs(Difference.NUMBER, "AIMS-LI-2", "AIMS-LI-1")),
        (replace(REGISTER, name="Bea Kamau"), Differs(Difference.NAME, "Bea Kamau", "Ada Kamau")),
        (replace(REGISTER, expires_on="2039-11-23"), Differs(Difference.END, "2039-11-23", "2029-11-23")),
    ],
)
def test_facts_that_differ_are_told_with_the_registers(said, difference):
    assert told(WHOLE, said) == (difference,)


def test_a_credential_whose_proof_does_not_hold_is_told():
    assert told(WHOLE, proven=False) == (Differs(Difference.CREDENTIAL_BROKEN),)


def test_a_name_that_is_not_told_is_not_compared():
    assert told(WHOLE, replace(REGISTER, name="")) == (Differs(Difference.BYTES),)
