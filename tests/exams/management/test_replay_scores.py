from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from exams.actions import files
from exams.models import Form, ResponseEvent, ScoreRun
from lms.db import append_only
from tests.exams.actions.test_files import closed
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(db: None) -> None:
    """Whoever touches these rows has taken the triggers off."""
    for table in ("exams_scorerun", "exams_responseevent"):
        append_only.lift(table)


def replay() -> tuple[int, str]:
    """The exit code, and what was said."""
    out, err = StringIO(), StringIO()
    try:
        call_command("replay_scores", stdout=out, stderr=err)
    except CommandError as fault:
        return fault.returncode, err.getvalue() + str(fault)
    return 0, out.getvalue().strip()


def test_every_run_comes_out_as_it_was(ada, ben) -> None:
    exam = make.exam()
    assert replay() == (0, "0 score runs worked out anew: all are the same.")
    make.marked(exam, ada, right=3)
    assert replay() == (0, "1 score run worked out anew: all are the same.")
    make.marked(exam, ben)
    assert replay() == (0, "2 score runs worked out anew: all are the same.")


def test_a_run_that_counted_admitted_answers_is_worked_out_with_them(ada, eve, jun) -> None:
    sitting = make.running(make.exam(), ada)
    file = make.received_file(sitting)
    closed(sitting)
    files.propose(file_uuid=file.uuid, by_id=eve.pk, reason="The network was down.")
    files.admit(file_uuid=file.uuid, by_id=jun.pk, reason="I agree.")
    assert replay() == (0, "2 score runs worked out anew: all are the same.")


def touched_points(run: ScoreRun) -> None:
    run.detail["marks"][3] = [4, *run.detail["marks"][3][1:2], 1, 1, 1, 1, True]
    run.save()


def touched_sum(run: ScoreRun) -> None:
    run.raw_numerator = 5
    run.save()


def touched_digest(run: ScoreRun) -> None:
    run.digest = "0" * 64
    run.save()


def touched_key(run: ScoreRun) -> None:
    form = Form.objects.get()
    form.keys["1"] = form.keys["1"] | {"right": ["x"]}
    form.save()


def touched_answer(run: ScoreRun) -> None:
    ResponseEvent.objects.filter(position=1).update(value="x")


def lost_key(run: ScoreRun) -> None:
    Form.objects.update(keys={})


def touched_domains(run: ScoreRun) -> None:
    run.detail["domains"].pop()
    run.save()


@pytest.mark.parametrize(
    ("touch", "says"),
    [
        (touched_points, "has 1 of 1 points at position 4 and comes to 0 of 1 points"),
        (touched_sum, "has 5 of 5 points and comes to 3 of 5"),
        (
            touched_digest,
            "has the points that come out, but another digest: other responses gave the same points",
        ),
        (touched_key, "has 1 of 1 points at position 1 and comes to 0 of 1 points"),
        (touched_answer, "has 1 of 1 points at position 1 and comes to 0 of 1 points"),
        (lost_key, "can't be worked out from the form, the key and the responses that are kept"),
        (touched_domains, "has other items, domains or admitted answers than come out"),
    ],
)
def test_what_was_touched_is_named_with_sitting_and_run(touch: Any, says: str, ada) -> None:
    sitting = make.marked(make.exam(), ada, right=3).sitting
    touch(ScoreRun.objects.get())
    expected = f"Sitting {sitting.uuid}: score run 1 {says}.\nOf 1 score run, 1 differs."
    assert replay() == (1, expected)


def test_it_takes_as_many_statements_for_many_as_for_one(ada, ben, django_assert_num_queries) -> None:
    exam = make.exam()
    for person in (ada, ben):
        make.marked(exam, person)
    # Runs, forms, answers; and the look for more. No version of a key is asked for where there is none.
    with django_assert_num_queries(4):
        assert replay()[0] == 0
