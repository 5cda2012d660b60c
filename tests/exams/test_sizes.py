"""What a sitting weighs in the database."""

from typing import Any

import pytest
from django.db import connection

from exams.actions import marking, responses, results, sittings
from exams.models import Result, Sitting
from exams.rules.acceptance import Event
from tests import cast
from tests.factories import exams as make

SITTINGS, LENGTH, CHANGES = 100, 80, 10
MOST = 16 * 1024
FIRST = 10  # before these a table is empty: its first pages, and those of its indexes, are no sitting's
TABLES = (
    "exams_responseevent", "exams_sitting", "exams_sittingchange", "audit_entry", "exams_scorerun", "exams_result",
    "exams_resultchange",
)  # fmt: skip
ROUND = 9


def weights() -> dict[str, int]:
    """Bytes of every table with its indexes, by name, as they lie on the disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        return dict(cursor.fetchall())


def answered(sitting: Sitting, first: int) -> None:
    """Events of one round; whoever is through changes the first answers."""
    events = [Event(1, seq, (seq - 1) % LENGTH + 1, "abc"[seq % 3]) for seq in range(first, first + ROUND)]
    responses.save(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, epoch=1, events=events)


def together(exam: Any, people: list[Any], eve: Any) -> None:
    """So many sittings at once, from the start to the result."""
    sat = [make.running(exam, person) for person in people]
    for first in range(1, LENGTH + CHANGES + 1, ROUND):
        for sitting in sat:
            answered(sitting, first)
    for sitting in sat:
        sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
        marking.mark(sitting_id=sitting.pk)
        results.release(result_uuid=Result.objects.get(sitting=sitting).uuid, examiner_id=eve.pk)


@pytest.mark.django_db(transaction=True)
def test_a_finished_sitting_stays_within_what_was_measured(record_property: Any) -> None:
    """The sitting, its answers with their chain, changes, trail, score run and result; with all indexes, and with what
    lies empty in them because a hundred candidates answer at once."""
    if connection.vendor != "postgresql":
        pytest.skip("the limit is PostgreSQL's; SQLite has no sizes of tables")
    exam = make.exam()
    make.long_form(exam)
    people, eve = make.people(FIRST + SITTINGS), cast.person("eve")
    together(exam, people[:FIRST], eve)
    before = weights()
    together(exam, people[FIRST:], eve)
    after = weights()
    grown = {name: (after[name] - before[name]) / SITTINGS for name in TABLES}
    total = sum(grown.values())
    parts = ", ".join(f"{name} {size:.0f}" for name, size in sorted(grown.items(), key=lambda one: -one[1]))
    record_property("evidence", f"a finished sitting weighs {total:.0f} bytes: {parts}")
    assert total <= MOST
