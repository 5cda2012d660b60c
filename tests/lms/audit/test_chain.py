"""The chain over the trail, with the worked numbers of docs/algorithms/trail.md."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lms.audit.rules import chain
from lms.audit.rules.chain import Row, Sealed

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
FIRST = Row(1, "exams.item.reviewed", "exams.item:3", 7, None, AT, {"state": "live"})
SECOND = Row(2, "exams.result.released", "exams.result:9", None, None, AT + timedelta(seconds=1), {})
THIRD = Row(3, "exams.result.released", "exams.result:10", None, None, AT + timedelta(hours=2), {})


def sealed(*rows):
    made, value = [], chain.START
    for place, row in enumerate(rows, 1):
        digest = chain.digest(row)
        value = chain.link(value, digest, place)
        made.append(Sealed(place, row.id, digest, value, row))
    return made


def kinds(seals, heads=None):
    return [found.kind for found in chain.findings(seals, heads=heads or {})]


def test_the_worked_example_comes_out():
    text = Path("docs/algorithms/trail.md").read_text()
    for seal in sealed(FIRST, SECOND):
        assert f"`{seal.digest}` | `{seal.chain}` |" in text


def test_a_trail_as_it_was_sealed_has_no_finding():
    seals = sealed(FIRST, SECOND, THIRD)
    assert kinds(seals, {2: seals[1].chain}) == []


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "x"},
        {"subject": "x"},
        {"actor": 8},
        {"organisation": "x"},
        {"at": AT + timedelta(microseconds=1)},
        {"facts": {"state": "retired"}},
    ],
)
def test_whatever_is_changed_in_an_entry_shows(change):
    seals = sealed(FIRST, SECOND)
    seals[0] = replace(seals[0], row=replace(FIRST, **change))
    assert kinds(seals) == ["changed"]


def test_an_entry_that_is_gone_shows():
    seals = sealed(FIRST, SECOND)
    assert kinds([replace(seals[0], row=None), seals[1]]) == ["missing"]


def test_a_seal_that_is_gone_or_made_anew_shows():
    seals = sealed(FIRST, SECOND, THIRD)
    assert kinds([seals[0], seals[2]]) == ["broken"]
    forged = replace(FIRST, verb="x")
    anew = replace(seals[0], row=forged, digest=chain.digest(forged))
    assert kinds([anew, *seals[1:]]) == ["broken"]


def test_a_chain_computed_anew_shows_against_a_noted_head():
    noted = {2: sealed(FIRST, SECOND)[1].chain}
    assert kinds(sealed(replace(FIRST, verb="x"), SECOND), noted) == ["broken"]
    assert kinds(sealed(FIRST), noted) == ["broken"]


def test_an_entry_that_was_written_in_afterwards_shows_and_one_that_was_only_slow_does_not():
    assert kinds(sealed(FIRST, THIRD, replace(SECOND, at=THIRD.at))) == []
    assert kinds(sealed(FIRST, THIRD, SECOND)) == ["late"]
