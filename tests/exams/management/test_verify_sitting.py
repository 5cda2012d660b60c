"""Rows are edited here as an intruder would edit them: by SQL, past every action."""

from dataclasses import asdict, replace
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from exams.models import Form, ResponseEvent, ResponseStamp, ScoreRun, Sitting
from exams.queries import sittings as queries
from exams.rules import chain, verification
from exams.rules import responses as rules
from exams.rules.acceptance import Event
from lms.db import append_only
from lms.kit import digests
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(ada: Any) -> Sitting:
    return make.marked(make.exam(), ada, right=3).sitting


def verify(*arguments: str) -> tuple[int, str]:
    """The exit code, and what was said."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_sitting", *arguments, stdout=out, stderr=err)
    except CommandError as fault:
        return fault.returncode, err.getvalue() + str(fault)
    return 0, out.getvalue().strip()


def edit(statement: str, *values: Any) -> None:
    """As somebody does who owns the database: the triggers go first."""
    for table in (EVENTS, STAMPS, RUNS):
        append_only.lift(table)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


EVENTS, STAMPS, RUNS, SITTINGS = (
    model._meta.db_table for model in (ResponseEvent, ResponseStamp, ScoreRun, Sitting)
)


def test_a_sitting_that_nobody_touched_holds(sitting) -> None:
    expected = f"Sitting {sitting.uuid} holds: 5 events in the chain, the receipt and 1 score run."
    assert verify(str(sitting.uuid)) == (0, expected)
    assert verify("--all") == (0, "All 1 sittings that have ended hold.")


def test_of_a_sitting_that_runs_the_chain_is_checked(ada) -> None:
    sitting = make.running(make.exam(), ada)
    make.answer(sitting, {1: "a"})
    expected = f"Sitting {sitting.uuid} holds: 1 event in the chain; it has not ended."
    assert verify(str(sitting.uuid)) == (0, expected)
    assert verify("--all") == (0, "All 0 sittings that have ended hold.")
    edit(f"UPDATE {EVENTS} SET position = 2")
    assert verify(str(sitting.uuid))[0] == 1


def test_an_entry_that_was_not_started_has_nothing_to_break(ada) -> None:
    sitting = make.entered(make.exam(), ada)
    expected = f"Sitting {sitting.uuid} holds: 0 events in the chain; it has not ended."
    assert verify(str(sitting.uuid)) == (0, expected)


@pytest.mark.parametrize(
    "change",
    [
        """value = '"z"'""",
        "value = NULL",
        "value = '1.5'",
        "value = 'z'",
        "position = 5",
        "epoch = 7",
        "seq = 77",
        "at = '2026-01-02 03:04:05+00:00'",
        "digest = (SELECT other.digest FROM {events} other WHERE other.number = 4 LIMIT 1)",
    ],
)
def test_an_edited_event_is_named_with_its_sitting(sitting, change) -> None:
    edit(f"UPDATE {EVENTS} SET {change.format(events=EVENTS)} WHERE number = 3")
    says = f"Sitting {sitting.uuid} does not hold: event 3 was changed, or its digest was."
    assert verify(str(sitting.uuid)) == (1, says)
    assert verify("--all") == (1, f"{says}\nOf 1 sittings that have ended, 1 do not hold.")


def test_a_stamp_that_was_put_in_is_an_edited_event(sitting) -> None:
    edit(
        f"INSERT INTO {STAMPS} (sitting_id, number, stamped_at)"
        f" VALUES ({sitting.pk}, 3, '2026-01-02 03:04:05+00:00')"
    )
    says = f"Sitting {sitting.uuid} does not hold: event 3 was changed, or its digest was."
    assert verify(str(sitting.uuid)) == (1, says)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (f"DELETE FROM {EVENTS} WHERE number = 2", "event 2 is missing; event 3 follows"),
        (f"DELETE FROM {EVENTS} WHERE number = 5", "5 events were counted at the end and 4 are there"),
        (
            f"UPDATE {SITTINGS} SET chain_head = '{'0' * 64}'",
            "the last event is not the one on the receipt",
        ),
        (
            f"UPDATE {SITTINGS} SET chain_length = 6",
            "6 events were counted at the end and 5 are there",
        ),
        (
            f"UPDATE {SITTINGS} SET responses_digest = '{'0' * 64}'",
            "the digest on the receipt is not that of the responses that count",
        ),
        (f"UPDATE {SITTINGS} SET answered = 4", "4 answers were counted at the end and 5 count"),
        (
            f"UPDATE {RUNS} SET digest = '{'0' * 64}'",
            "the digest of score run 1 is not that of form, keys, responses and points",
        ),
        (
            f"""UPDATE {RUNS} SET detail = '{{"marks": [], "domains": []}}'""",
            "the digest of score run 1 is not that of form, keys, responses and points",
        ),
        (
            f"""UPDATE {RUNS} SET detail = '{{"marks": 0.5}}'""",
            "the digest of score run 1 is not that of form, keys, responses and points",
        ),
        (
            "UPDATE exams_form SET keys = '{}'",
            "the digest of score run 1 is not that of form, keys, responses and points",
        ),
        (f"UPDATE {RUNS} SET raw_numerator = 5", "the sum of score run 1 is not that of its points"),
        (f"UPDATE {RUNS} SET number = 2", "score run 1 is missing"),
    ],
)
def test_whatever_else_was_touched_is_said_in_a_sentence(sitting, statement, says) -> None:
    edit(statement)
    assert verify(str(sitting.uuid)) == (1, f"Sitting {sitting.uuid} does not hold: {says}.")


def test_a_chain_that_was_worked_out_anew_breaks_at_the_receipt(sitting) -> None:
    """Whoever changes the last event and makes its digest fit can't make it that which the candidate holds."""
    *before, last = queries.links(sitting.pk)
    forged = replace(last, value=None)
    said = {name: value for name, value in asdict(forged).items() if name != "digest"}
    edit(
        f"UPDATE {EVENTS} SET value = NULL, digest = %s WHERE number = %s",
        chain.link(before[-1].digest, **said),
        last.number,
    )
    says = "the last event is not the one on the receipt"
    assert verify(str(sitting.uuid)) == (1, f"Sitting {sitting.uuid} does not hold: {says}.")


def test_a_later_run_may_count_answers_that_never_reached_the_server_and_names_them(sitting) -> None:
    first, form = sitting.score_runs.get(), Form.objects.get(pk=sitting.form_id)
    detail = first.detail | {"admitted": [[1, 9, 4, form.keys["4"]["right"][0]]]}
    values = rules.current([*queries.events(sitting.pk), Event(*detail["admitted"][0])])
    digest = verification.run_digest(
        form_digest=form.digest, keys_digest=digests.digest(form.keys), values=values, detail=detail
    )
    names = ("raw_numerator", "raw_denominator", "maximum_numerator", "maximum_denominator", "at")
    same = {name: getattr(first, name) for name in names}
    ScoreRun.objects.create(sitting=sitting, number=2, detail=detail, digest=digest, **same)
    assert verify(str(sitting.uuid))[1].endswith("the receipt and 2 score runs.")
    edit(f"""UPDATE {RUNS} SET detail = '{{"marks": [], "admitted": [7]}}' WHERE number = 2""")
    says = "the digest of score run 2 is not that of form, keys, responses and points"
    assert verify(str(sitting.uuid)) == (1, f"Sitting {sitting.uuid} does not hold: {says}.")


def test_one_that_does_not_hold_is_found_among_those_that_do(sitting, ben) -> None:
    other = make.handed_in(make.exam("other"), ben)
    edit(f"UPDATE {EVENTS} SET position = 4 WHERE number = 1 AND sitting_id = %s", other.pk)
    says = f"Sitting {other.uuid} does not hold: event 1 was changed, or its digest was."
    assert verify("--all") == (1, f"{says}\nOf 2 sittings that have ended, 1 do not hold.")
    assert verify(str(sitting.uuid))[0] == 0


def test_an_id_that_is_none_is_an_error_of_another_kind() -> None:
    unknown = uuid4()
    assert verify(str(unknown)) == (2, f"There is no sitting {unknown}.")
    assert verify("seventeen")[0] != 0
    assert verify()[0] != 0
