from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from exams.rules.preflight import Day, Entered, Paper, Span, Trouble, look

OPENS = datetime(2027, 3, 1, 8, tzinfo=UTC)
CLOSES = OPENS + timedelta(hours=8)
PAPER = Paper(1, 80, 80, 80, True, (), frozenset({"de"}))
ENTERED = Entered("ada", "", Fraction(1), None, False, OPENS, frozenset())


def day(*entered, papers=(PAPER,), watchers=1, **said):
    span = {"opens_at": OPENS, "closes_at": CLOSES, "ends_sittings": True, "places": 10} | said
    return Day(
        "aims", timedelta(hours=3), frozenset({"de"}), papers, (Span(entered=entered, **span),), watchers
    )


def troubles(one):
    return [finding.trouble for finding in look(one)]


def but(thing, **changed):
    return type(thing)(**vars(thing) | changed)


def test_a_day_that_is_prepared_has_no_findings():
    assert look(day(ENTERED)) == []


@pytest.mark.parametrize(
    ("paper", "trouble"),
    [
        (but(PAPER, whole=False), Trouble.FORM_CHANGED),
        (but(PAPER, counted=79), Trouble.FORM_LENGTH),
        (but(PAPER, wanted=85), Trouble.FORM_LENGTH),
        (but(PAPER, retired=("LI-017",)), Trouble.ITEM_STATE),
        (but(PAPER, languages=frozenset()), Trouble.LANGUAGE_MISSING),
    ],
)
def test_a_form_that_is_not_as_it_should_be_is_named(paper, trouble):
    assert troubles(day(papers=(paper,))) == [trouble]


def test_without_a_form_or_somebody_to_watch_nothing_can_begin():
    assert troubles(day(papers=(), watchers=0)) == [Trouble.NO_FORM, Trouble.NOBODY_WATCHES]


def test_whether_anybody_watches_is_asked_only_where_somebody_must():
    assert troubles(day(watchers=None)) == []


@pytest.mark.parametrize(
    ("entry", "trouble"),
    [
        (but(ENTERED, starts_at=OPENS - timedelta(minutes=1)), Trouble.OUTSIDE),
        (but(ENTERED, starts_at=CLOSES - timedelta(hours=2)), Trouble.CUT_SHORT),
        (but(ENTERED, starts_at=CLOSES - timedelta(hours=4), factor=Fraction(3, 2)), Trouble.CUT_SHORT),
        (but(ENTERED, undecided=True), Trouble.UNDECIDED),
        (but(ENTERED, granted=Fraction(5, 4)), Trouble.FACTOR_DIFFERS),
        (but(ENTERED, language="fr"), Trouble.LANGUAGE_MISSING),
        (but(ENTERED, met=frozenset({1, 7})), Trouble.FORMS_MET),
    ],
)
def test_an_entry_that_would_go_wrong_is_named(entry, trouble):
    assert troubles(day(entry)) == [trouble]


def test_to_the_minute_is_not_cut_short_and_a_window_that_ends_nothing_cuts_nothing():
    last = but(ENTERED, starts_at=CLOSES - timedelta(hours=3))
    assert troubles(day(last)) == []
    assert troubles(day(but(last, starts_at=CLOSES), ends_sittings=False)) == []


def test_a_form_not_met_yet_is_enough_and_in_another_language_is_not():
    second = but(PAPER, number=2)
    assert troubles(day(but(ENTERED, met=frozenset({1})), papers=(PAPER, second))) == []
    german = but(ENTERED, met=frozenset({1}), language="de")
    untranslated = but(second, languages=frozenset())
    assert Trouble.FORMS_MET in troubles(day(german, papers=(PAPER, untranslated)))


def test_more_entries_than_places_are_named():
    assert troubles(day(ENTERED, ENTERED, places=1)) == [Trouble.TOO_MANY]
