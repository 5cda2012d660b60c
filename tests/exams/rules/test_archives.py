"""The form of an archive of events."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import archives, chain
from exams.rules.archives import Kept, LateEvent, Unreadable
from exams.rules.chain import Link

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TEXTS = st.text('abé\u0301漢😀"\\ ', max_size=12)
VALUES = st.none() | TEXTS | st.lists(TEXTS, max_size=3) | st.integers()
EVENTS = st.tuples(
    st.integers(0, 9), st.integers(0, 999), st.integers(1, 80), VALUES, MOMENTS, st.none() | MOMENTS
)


def chained(events, sitting="s", form_digest="f"):
    before = chain.root(sitting=sitting, form_digest=form_digest)
    links = []
    for number, (epoch, seq, position, value, at, stamp) in enumerate(events, 1):
        facts = {"number": number, "epoch": epoch, "seq": seq, "position": position, "value": value, "at": at}
        before = chain.link(before, stamped_at=stamp, **facts)
        links.append(Link(stamped_at=stamp, digest=before, **facts))
    return tuple(links)


@given(st.lists(EVENTS, max_size=8), st.lists(EVENTS, max_size=3))
def test_what_is_archived_is_read_back_as_it_was_with_every_digest(events, late):
    kept = Kept("s", "f", chained(events), tuple(LateEvent(*one) for one in late))
    written = archives.member(kept)
    assert archives.read(written, sitting="s", form_digest="f") == kept
    assert archives.member(kept) == written


def test_a_member_of_another_sitting_or_form_and_a_damaged_one_are_refused():
    at = datetime(2026, 11, 28, tzinfo=UTC)
    written = archives.member(Kept("s", "f", chained([(1, 1, 1, "a", at, None)]), ()))
    for other in ({"sitting": "t", "form_digest": "f"}, {"sitting": "s", "form_digest": "g"}):
        with pytest.raises(Unreadable, match="not of sitting"):
            archives.read(written, **other)
    for damaged in (written[:-3], b"", b"x" + written, gzip.compress(b"[]"), gzip.compress(b'{"format": 1}')):
        with pytest.raises(Unreadable):
            archives.read(damaged, sitting="s", form_digest="f")


def test_a_changed_answer_leads_to_another_head():
    at = datetime(2026, 11, 28, tzinfo=UTC)
    links = chained([(1, 1, 1, "a", at, None), (1, 2, 2, "b", at, None)])
    changed = replace(links[0], value="c")
    read = archives.read(
        archives.member(Kept("s", "f", (changed, links[1]), ())), sitting="s", form_digest="f"
    )
    assert read.links[-1].digest != links[-1].digest


def test_a_text_stays_in_the_normal_form_in_which_it_was_sent():
    at = datetime(2026, 11, 28, tzinfo=UTC)
    links = chained([(1, 1, 1, "e\u0301", at, None)])
    [read] = archives.read(archives.member(Kept("s", "f", links, ())), sitting="s", form_digest="f").links
    assert read.value == "e\u0301" and read.digest == links[0].digest
