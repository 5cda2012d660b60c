"""docs/algorithms/standing.md, and what must hold for every history."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.standing import (
    EditionDates,
    Event,
    Facts,
    Happening,
    Mark,
    Rules,
    Standing,
    edition_standing,
    standing,
)

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


RENEWED = EditionDates(date(2029, 11, 25), date(2032, 11, 25), at("2029-09-01T09:00"))
CORRECTED = EditionDates(FIRST.begins_on, FIRST.expires_on, at("2028-02-01T12:00"), corrects=0)
LIFE = Facts((FIRST, CORRECTED, RENEWED))


@pytest.mark.parametrize(
    ("asked", "answers", "each"),
    [
        ("2028-02-01T11:59", 0, ("valid", "not_granted", "not_granted")),
        ("2028-02-01T12:00", 1, ("superseded", "valid", "not_granted")),
        ("2029-11-24T23:59", 1, ("superseded", "valid", "not_granted")),
        ("2029-11-25T00:00", 2, ("superseded", "expired", "valid")),
        ("2032-11-26T00:00", 2, ("superseded", "expired", "expired")),
    ],
)
def test_one_edition_answers_and_the_others_say_how_they_stand(asked, answers, each):
    assert standing(LIFE, [], RULES, at(asked)).edition == answers
    said = [edition_standing(LIFE, [], RULES, at(asked), place).standing for place in range(3)]
    assert said == [Standing(word) for word in each]


def test_one_renewed_in_the_grace_leaves_the_days_between_expired():
    late = EditionDates(date(2030, 1, 10), date(2032, 11, 25), at("2030-01-10T15:00"))
    life = Facts((FIRST, late))
    assert standing(life, [], RULES, at("2030-01-09T23:59")).standing is Standing.EXPIRED
    assert standing(life, [], RULES, at("2030-01-10T15:00")).standing is Standing.VALID


def test_due_until_it_was_renewed_and_not_before_anybody_knew():
    life = Facts((FIRST, RENEWED))
    assert standing(life, [], RULES, at("2029-08-31T12:00")).marks == {Mark.DUE}
    assert standing(life, [], RULES, at("2029-09-02T12:00")).marks == frozenset()


def test_an_erased_one_answers_and_says_so():
    events = [
        Event(Happening.WITHDRAWN, at("2028-01-01T00:00"), 1),
        Event(Happening.PERSONAL_DATA_ERASED, at("2028-02-01T00:00"), 2),
    ]
    assert standing(FACTS, events, RULES, at("2028-01-02T00:00")).marks == frozenset()
    said = standing(FACTS, events, RULES, at("2028-02-01T00:00"))
    assert (said.standing, said.marks) == (Standing.WITHDRAWN, {Mark.ERASED})
    anew = Facts((FIRST, EditionDates(date(2031, 1, 5), date(2034, 1, 5), at("2031-01-05T10:00"))))
    erased = [Event(Happening.PERSONAL_DATA_ERASED, at("2030-06-01T00:00"), 1)]
    assert standing(anew, erased, RULES, at("2031-01-04T00:00")).marks == {Mark.ERASED}
    assert standing(anew, erased, RULES, at("2031-01-06T00:00")).marks == frozenset()


@given(histories, moments)
def test_at_most_one_edition_is_valid_at_any_moment(events, asked):
    standings = [edition_standing(LIFE, events, RULES, asked, place) for place in range(3)]
    answer = standing(LIFE, events, RULES, asked)
    valid = [place for place, said in enumerate(standings) if said.in_force]
    assert valid == ([answer.edition] if answer.in_force else [])


def test_the_same_facts_and_the_same_moment_give_the_same_answer():
    """Nothing but its arguments: asked in another order, at another time, it says the same."""
    asked = [at(f"20{year}-06-01T00:00") for year in range(26, 34)]
    first = [standing(LIFE, STORY, RULES, moment) for moment in asked]
    assert [standing(LIFE, STORY[::-1], RULES, moment) for moment in asked[::-1]] == first[::-1]
