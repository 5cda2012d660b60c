from fractions import Fraction

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from exams import signals
from exams.actions import marking, results, sittings
from exams.models import Form, Result, ResultChange, ScoreRun
from exams.queries import results as queries
from exams.states import RESULT, ResultState, SittingState
from lms.audit.models import Entry as TrailEntry
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    said = []

    def hear(**facts) -> None:
        said.append({name: value for name, value in facts.items() if name not in {"signal", "sender"}})

    signals.result_released.connect(hear)
    signals.result_annulled.connect(hear)
    yield said
    signals.result_released.disconnect(hear)
    signals.result_annulled.disconnect(hear)


def test_marking_appends_a_run_and_makes_a_result_that_waits(ada) -> None:
    result = make.marked(make.exam(), ada, right=4)
    assert (result.state, result.outcome, result.run.raw, result.run.maximum) == ("marked", "passed", 4, 5)
    result.sitting.refresh_from_db()
    assert result.sitting.state == SittingState.MARKED
    assert [mark[0] for mark in result.run.detail["marks"]] == [1, 2, 3, 4, 5]


def test_below_the_cut_is_failed(ada) -> None:
    assert make.marked(make.exam(), ada, right=3).outcome == "failed"


def test_a_domain_below_its_minimum_fails_whatever_the_sum_and_the_minimum_is_pinned(ada, ben) -> None:
    exam = make.exam(minima=[{"domain": 1, "percent": 51}])
    domains = [item["domain"] for item in exam.forms.get().package["items"]]

    def answered(person, wrong: int) -> Result:
        """All right but one item of a domain."""
        sitting = make.running(exam, person)
        given = make.right_answers(sitting)
        place = domains.index(wrong) + 1
        make.answer(sitting, given | {place: "a" if given[place] != "a" else "c"})
        sittings.submit(sitting_uuid=sitting.uuid, person_id=person.pk)
        marking.mark(sitting_id=sitting.pk)
        return Result.objects.get(sitting=sitting)

    # Four of five points each; but in domain 1 one of two is less than 51 %.
    failed, passed = answered(ada, 1), answered(ben, 2)
    assert [(one.outcome, one.run.raw) for one in (failed, passed)] == [("failed", 4), ("passed", 4)]
    exam.minima = []
    exam.save()
    assert failed.least == {1: Fraction(51, 100)}
    assert [label for label, _ in queries.report(failed).below] == ["1 Principles"]


def test_marking_twice_marks_once(ada) -> None:
    result = make.marked(make.exam(), ada)
    marking.mark(sitting_id=result.sitting_id)
    assert (ScoreRun.objects.count(), Result.objects.count()) == (1, 1)


def test_a_running_sitting_is_not_marked(ada) -> None:
    sitting = make.running(make.exam(), ada)
    with pytest.raises(IllegalMove):
        marking.mark(sitting_id=sitting.pk)


def test_the_worker_marks_what_was_handed_in(ada) -> None:
    sitting = make.handed_in(make.exam(), ada)
    worker.run_due()
    assert Result.objects.get(sitting=sitting).state == ResultState.MARKED


def test_the_sweep_marks_what_no_job_told_of(ada) -> None:
    sitting = make.handed_in(make.exam(), ada)
    assert marking.mark_submitted() == 1
    assert marking.mark_submitted() == 0
    assert Result.objects.filter(sitting=sitting).exists()


def test_a_practice_result_is_released_by_rule_and_nobody_is_written_to(ada, heard) -> None:
    result = make.marked(make.exam(kind="practice", scheme_key=""), ada)
    assert (result.state, result.released_by_id) == (ResultState.RELEASED, None)
    assert [(said["kind"], said["scheme_key"], said["examiner_id"]) for said in heard] == [
        ("practice", "", None)
    ]
    assert Notice.objects.count() == 0


def test_a_release_tells_the_candidate_the_trail_and_the_house(ada, jun, heard) -> None:
    result = make.release(make.marked(make.exam(scheme_key="small-scheme"), ada))
    assert (result.state, result.released_by_id) == (ResultState.RELEASED, jun.pk)
    assert heard == [
        {
            "result_id": result.pk,
            "sitting_id": result.sitting_id,
            "person_id": ada.pk,
            "exam_key": "small",
            "exam_title": "Exam small",
            "kind": "exam",
            "scheme_key": "small-scheme",
            "outcome": "passed",
            "invigilated": False,
            "on": result.sitting.submitted_at.date(),
            "at": result.released_at,
            "examiner_id": jun.pk,
        }
    ]
    assert list(ResultChange.objects.order_by("id").values_list("event", "by")) == [
        ("mark", None),
        ("release", jun.pk),
    ]
    assert TrailEntry.objects.filter(verb="exams.result.released", actor_id=jun.pk).count() == 1
    worker.run_due()
    assert [message.subject for message in mail.outbox] == ["Your result: Exam small"]
    assert f"/results/{result.uuid}/" in mail.outbox[0].body


def test_releasing_twice_tells_once(ada, eve, heard) -> None:
    result = make.released(make.exam(), ada)
    results.release(result_uuid=result.uuid, examiner_id=eve.pk)
    assert len(heard) == 1
    assert Notice.objects.count() == 1


def test_a_batch_is_released_wholly_or_not_at_all(ada, ben, eve) -> None:
    exam = make.exam()
    first, second, own = make.marked(exam, ada), make.marked(exam, ben), make.marked(exam, eve)
    with pytest.raises(results.OwnResult):
        results.release_batch(result_uuids=[first.uuid, second.uuid, own.uuid], examiner_id=eve.pk)
    assert Result.objects.filter(state="released").count() == 0
    assert results.release_batch(result_uuids=[first.uuid, second.uuid, first.uuid], examiner_id=eve.pk) == 2
    assert Result.objects.filter(state="released").count() == 2


def test_an_annulled_result_keeps_its_reason_and_cannot_come_back(ada, eve, heard) -> None:
    result = make.released(make.exam(), ada)
    results.annul(result_uuid=result.uuid, examiner_id=eve.pk, reason="Another person sat it.")
    result.refresh_from_db()
    assert (result.state, result.annulled_reason) == (ResultState.ANNULLED, "Another person sat it.")
    assert heard[-1]["reason"] == "Another person sat it."
    for again in (
        lambda: results.release(result_uuid=result.uuid, examiner_id=eve.pk),
        lambda: results.annul(result_uuid=result.uuid, examiner_id=eve.pk, reason="Once more."),
    ):
        with pytest.raises(IllegalMove):
            again()


def test_what_is_not_released_cannot_be_annulled(ada, eve) -> None:
    result = make.marked(make.exam(), ada)
    with pytest.raises(IllegalMove):
        results.annul(result_uuid=result.uuid, examiner_id=eve.pk, reason="Too early.")


def test_an_unknown_result_is_named_so(eve) -> None:
    with pytest.raises(results.UnknownResult):
        results.release(result_uuid="00000000-0000-0000-0000-000000000000", examiner_id=eve.pk)


@pytest.mark.parametrize(
    ("state", "event"), [(s, e) for s in ResultState for e in ("release", "annul") if not RESULT.may(s, e)]
)
def test_no_other_move_is_open(state, event) -> None:
    with pytest.raises(IllegalMove):
        RESULT.after(state, event)


def test_the_table_refuses_nonsense(ada) -> None:
    result = make.marked(make.exam(), ada)
    for wrong in ({"state": "released"}, {"state": "annulled"}, {"state": "lost"}, {"annulled_reason": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Result.objects.filter(pk=result.pk).update(**wrong)


def test_one_that_cannot_be_marked_does_not_keep_the_others_waiting(ada, ben) -> None:
    exam = make.exam()
    broken, sound = make.handed_in(exam, ada), make.handed_in(exam, ben)
    other = Form.objects.get(exam=exam)
    other.pk, other.number, other.digest, other.keys = None, 2, "0" * 64, {}
    other.save()
    type(broken).objects.filter(pk=broken.pk).update(form=other)
    with pytest.raises(ExceptionGroup):
        marking.mark_submitted()
    assert list(Result.objects.values_list("sitting", flat=True)) == [sound.pk]
