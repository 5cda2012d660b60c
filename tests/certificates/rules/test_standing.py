"""docs/algorithms/standing.md, and what must hold for every history."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.standing import EditionDates, Event, Facts, Happening, Mark, Rules, Standing, standing

FIRST = EditionDates(date(2026, 11, 24), date(2029, 11, 24), datetime(2026, 11, 24, 8, tzinfo=UTC))
FACTS = Facts((FIRST,))
RULES = Rules(grace_days=90)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


STORY = [
    Event(Happening.GRANTED, at("2026-11-24T08:00"), 1),
    Event(Happening.DOCUMENT_ISSUED, at("2026-11-24T08:01"), 2),
    Event(Happening.SUSPENDED, at("2027-03-01T10:00"), 3),
    Event(Happening.REINSTATED, at("2027-04-15T09:00"), 4),
]


@pytest.mark.parametrize(
    ("asked", "answer", "mark"),
    [
        ("2026-11-23T23:59", Standing.NOT_GRANTED, None),
        ("2026-11-24T00:00", Standing.VALID, None),
        ("2027-03-01T09:59", Standing.VALID, None),
        ("2027-03-01T10:00", Standing.SUSPENDED, None),
        ("2027-04-15T09:00", Standing.VALID, None),
        ("2029-08-25T12:00", Standing.VALID, None),
        ("2029-08-26T00:00", Standing.VALID, Mark.DUE),
        ("2029-11-24T23:59", Standing.VALID, Mark.DUE),
        ("2029-11-25T00:00", Standing.EXPIRED, Mark.IN_GRACE),
        ("2030-02-22T12:00", Standing.EXPIRED, Mark.IN_GRACE),
        ("2030-02-23T00:00", Standing.EXPIRED, None),
    ],
)
def test_a_life_as_the_document_tells_it(asked, answer, mark):
    said = standing(FACTS, STORY, RULES, at(asked))
    assert said.standing is answer
    assert said.marks == (frozenset() if mark is None else frozenset({mark}))


def test_it_says_since_when():
    assert standing(FACTS, STORY, RULES, at("2027-03-02T00:00")).since == at("2027-03-01T10:00")
    assert standing(FACTS, STORY, RULES, at("2027-05-01T00:00")).since == at("2027-04-15T09:00")
    assert standing(FACTS, STORY, RULES, at("2029-12-01T00:00")).since == at("2029-11-25T00:00")
    assert standing(FACTS, STORY, RULES, at("2020-01-01T00:00")).since is None


def test_a_day_elsewhere_does_not_matter():
    """In Auckland it is the 25th already; in UTC the last valid day has not ended."""
    auckland = datetime.fromisoformat("2029-11-25T09:00+13:00")
    assert standing(FACTS, [], RULES, auckland).standing is Standing.VALID


def test_a_renewed_edition_takes_over_on_the_day_after():
    renewed = Facts((FIRST, EditionDates(date(2029, 11, 25), date(2032, 11, 25))))
    before = standing(renewed, [], RULES, at("2029-11-24T12:00"))
    after = standing(renewed, [], RULES, at("2029-11-25T00:00"))
    assert (before.edition, before.standing, before.marks) == (0, Standing.VALID, frozenset())
    assert (after.edition, after.standing) == (1, Standing.VALID)


def test_an_expired_one_that_was_suspended_is_suspended_first():
    events = [Event(Happening.SUSPENDED, at("2029-01-01T00:00"), 1)]
    assert standing(FACTS, events, RULES, at("2031-01-01T00:00")).standing is Standing.SUSPENDED


moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001  (the zone comes from the strategy)
    datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
kinds = st.sampled_from(list(Happening))
histories = st.lists(st.tuples(kinds, moments), max_size=12).map(
    lambda drawn: [Event(kind, when, order) for order, (kind, when) in enumerate(drawn)]
)


@given(histories, moments, st.randoms())
def test_the_order_of_recording_does_not_matter_where_times_differ(events, asked, random):
    apart = list({event.effective_at: event for event in events}.values())
    shuffled = apart[:]
    random.shuffle(shuffled)
    renumbered = [Event(e.kind, e.effective_at, order) for order, e in enumerate(shuffled)]
    assert standing(FACTS, apart, RULES, asked) == standing(FACTS, renumbered, RULES, asked)


@given(histories, moments, moments)
def test_a_withdrawn_one_never_stands_again(events, withdrawn_at, asked):
    events = [*events, Event(Happening.WITHDRAWN, withdrawn_at, 99)]
    later = max(asked, withdrawn_at, at("2026-11-24T00:00"))
    assert standing(FACTS, events, RULES, later).standing is Standing.WITHDRAWN


@given(histories, moments)
def test_what_has_not_happened_yet_changes_nothing(events, asked):
    past = [event for event in events if event.effective_at <= asked]
    assert standing(FACTS, events, RULES, asked) == standing(FACTS, past, RULES, asked)


@given(histories, moments)
def test_marks_stand_only_where_they_belong(events, asked):
    said = standing(FACTS, events, RULES, asked)
    assert (Mark.DUE not in said.marks) or said.standing is Standing.VALID
    assert (Mark.IN_GRACE not in said.marks) or said.standing is Standing.EXPIRED
    assert said.in_force is (said.standing is Standing.VALID)


@given(histories, st.dates(date(2029, 11, 25), date(2031, 1, 1)))
def test_nothing_is_valid_after_its_last_day(events, day):
    asked = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(microseconds=0)
    assert standing(FACTS, events, RULES, asked).standing is not Standing.VALID
