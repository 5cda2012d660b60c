"""The worked numbers are those of docs/algorithms/appeals.md."""

from datetime import UTC, datetime, timedelta

import pytest

from exams.rules import appeals as rules
from exams.rules.appeals import Finding, Hindrance
from exams.rules.independence import Bar, bar
from lms.kit import panels

RELEASED = datetime(2026, 11, 27, 12, tzinfo=UTC)
REVISED = datetime(2026, 12, 20, 9, tzinfo=UTC)
LODGED = datetime(2026, 12, 1, tzinfo=UTC)


def hindrance(at, *, told_at=RELEASED, days=30, heard_at=(), is_open=False) -> Hindrance | None:
    return rules.hindrance(at=at, told_at=told_at, days=days, heard_at=heard_at, is_open=is_open)


def test_the_time_runs_from_when_the_result_was_last_told() -> None:
    assert rules.until(told_at=RELEASED, days=30) == datetime(2026, 12, 27, 12, tzinfo=UTC)
    assert rules.until(told_at=REVISED, days=30) == datetime(2027, 1, 19, 9, tzinfo=UTC)
    end = rules.until(told_at=RELEASED, days=30)
    assert hindrance(end) is None
    assert hindrance(end + timedelta(seconds=1)) == Hindrance.LATE
    assert hindrance(RELEASED, days=0) == Hindrance.NEVER


def test_another_appeal_needs_something_new() -> None:
    assert hindrance(LODGED, is_open=True) == Hindrance.OPEN
    assert hindrance(REVISED, heard_at=[LODGED]) == Hindrance.HEARD
    assert hindrance(REVISED, told_at=REVISED, heard_at=[LODGED]) is None


@pytest.mark.parametrize(
    ("needed", "said", "agreed"),
    [
        (2, "", None),
        (2, "dismiss", None),
        (2, "dismiss remark", None),
        (2, "dismiss remark remark", "remark"),
        (2, "rekey rekey", "rekey"),
        (3, "dismiss dismiss remark rekey", None),
        (3, "dismiss dismiss remark rekey dismiss", "dismiss"),
    ],
)
def test_it_is_decided_when_enough_agree(needed, said, agreed) -> None:
    assert panels.agreed([Finding(one) for one in said.split()], needed=needed) == agreed


def test_who_had_a_part_hears_no_appeal() -> None:
    known = {"candidate_id": 1, "trainer_ids": {2}, "decider_ids": {3}}
    found = [bar(person_id=person, **known) for person in (1, 2, 3, 4)]
    assert found == [Bar.CANDIDATE, Bar.TRAINER, Bar.DECIDED, None]
