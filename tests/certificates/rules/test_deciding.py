"""Conflicts, references, transitions, appeals: docs/algorithms/deciding.md has the same dates."""

from datetime import date

import pytest

from certificates.rules import appeals, conflicts, references, revisions, transition
from certificates.rules.appeals import Absence, Finding
from certificates.rules.conflicts import Bar, Bond, Tie
from certificates.rules.references import Refusal, Relation
from certificates.rules.transition import VersionDates
from lms.kit import panels

SINCE = date(2024, 11, 27)


@pytest.mark.parametrize(
    ("on", "months", "day"),
    [
        (date(2026, 11, 27), 24, date(2024, 11, 27)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_looking_back_by_months(on, months, day):
    assert conflicts.look_back_to(on, months) == day


def test_all_that_bars_is_said_each_once_and_oneself_first():
    ties = [
        Tie(Bond.DECLARED, date(2020, 1, 1), date(2024, 11, 26)),
        Tie(Bond.TRAINED, date(2001, 1, 1), date(2001, 1, 5)),
        Tie(Bond.TRAINED, date(2002, 1, 1)),
        Tie(Bond.EMPLOYED, date(2020, 1, 1), SINCE),
    ]
    assert conflicts.bars(officer_id=1, person_id=2, ties=ties, look_back_to=SINCE) == (
        Bar.TRAINED,
        Bar.EMPLOYED,
    )
    assert conflicts.bars(officer_id=2, person_id=2, ties=(), look_back_to=SINCE) == (Bar.OWN,)


@pytest.mark.parametrize(
    ("relation", "address", "refusal"),
    [
        (Relation.CLIENT, "boss@example.com", None),
        (Relation.SUBORDINATE, "boss@example.com", Refusal.SUBORDINATE),
        (Relation.RELATIVE, "boss@example.com", Refusal.RELATIVE),
        (Relation.CLIENT, "Ada+me@Example.org", Refusal.OWN_ADDRESS),
        (Relation.CLIENT, "KNOWN@example.com", Refusal.ASKED_ALREADY),
    ],
)
def test_who_may_be_asked_for_a_reference(relation, address, refusal):
    own, asked = ["ada@example.org"], ["known+1@example.com"]
    assert references.refusal(relation=relation, address=address, own=own, asked=asked) is refusal


def test_only_so_many_strangers_are_written_to():
    said = references.refusal(
        relation=Relation.CLIENT, address="x@example.com", own=(), asked=(), waiting=references.MOST_OPEN
    )
    assert said is Refusal.TOO_MANY


@pytest.mark.parametrize(
    ("begun_on", "on", "numbers"),
    [
        (date(2026, 5, 1), date(2026, 12, 31), (1,)),  # the second has not begun
        (None, date(2027, 1, 1), (2,)),
        (date(2027, 1, 1), date(2027, 1, 1), (2,)),  # begun under the second
        (date(2026, 5, 1), date(2027, 1, 1), (2, 1)),
        (date(2026, 5, 1), date(2027, 6, 29), (2, 1)),
        (date(2026, 5, 1), date(2027, 6, 30), (2,)),  # 180 days are over
        (date(2026, 5, 1), date(2025, 1, 1), ()),
    ],
)
def test_the_former_version_serves_who_had_begun_for_so_many_days(begun_on, on, numbers):
    versions = [VersionDates(1, date(2026, 1, 1)), VersionDates(2, date(2027, 1, 1), 180)]
    assert transition.open_to(versions, begun_on=begun_on, on=on) == numbers


def test_who_is_of_a_panel_and_what_it_finds():
    facts = {"person_id": 1, "took_part": {2}}
    said = [appeals.absence(member_id=m, conflicted=m == 3, **facts) for m in (1, 2, 3, 4)]
    assert said == [Absence.OWN, Absence.TOOK_PART, Absence.CONFLICT, None]
    assert panels.agreed([Finding.UPHOLD, Finding.DISMISS], needed=2) is None
    assert panels.agreed([Finding.UPHOLD, Finding.DISMISS, Finding.UPHOLD], needed=2) is Finding.UPHOLD
    assert appeals.last_day(date(2026, 11, 27), 30) == date(2026, 12, 27)


def test_every_rule_that_differs_is_found_with_the_levels_it_touches():
    def scheme(**other):
        level = {
            "key": "lead",
            "title": "Lead",
            "decided_by": "officer",
            "cpd_hours": 90,
            "requirements": [{"kind": "hours", "amounts": {"hours": 300}, "text": "300 hours"}],
        }
        data = {
            "validity_years": 3,
            "grace_days": 90,
            "maintenance": {"text": "words", "suspend_days": 60},
            "renewal": {"text": "words"},
            "appeals": {},
            "applications": {},
            "code_of_ethics": {"version": "1"},
            "levels": [level, {**level, "key": "senior"}],
            "fees": [{"key": "annual", "levels": ["lead"], "amount": 10000, "currency": "EUR"}],
        }
        return {**data, **other}

    old = scheme()
    assert revisions.changes(old, scheme(renewal={"text": "other words"})) == ()
    new = scheme(
        validity_years=4,
        maintenance={"text": "words", "suspend_days": 30},
        levels=[{**old["levels"][0], "cpd_hours": 120, "requirements": []}],
        fees=[],
        code_of_ethics={"version": "2"},
    )
    both = ("lead", "senior")
    assert [(c.rule, c.level, c.before, c.after, c.levels) for c in revisions.changes(old, new)] == [
        ("validity_years", "", 3, 4, both),
        ("maintenance.suspend_days", "", 60, 30, both),
        ("code_of_ethics", "", "1", "2", both),
        ("cpd_hours", "lead", 90, 120, ("lead",)),
        ("hours", "lead", {"hours": 300}, None, ("lead",)),
        ("level", "senior", "offered", None, ("senior",)),
        ("fee.annual", "lead", (10000, "EUR"), None, ("lead",)),
    ]
