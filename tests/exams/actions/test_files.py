import pytest
from django.db import IntegrityError, transaction

from certificates.models import Evidence
from certificates.queries import proofs
from exams import access
from exams.actions import endings, files, interventions, marking, results
from exams.actions.invigilators import NotIndependent, SamePerson
from exams.models import AnswerFile, LostPass, ResponseEvent, Result, ResultChange, ScoreRun, Sitting
from exams.queries.sittings import UnknownSitting
from exams.rules.answer_files import BadFile, key_of
from exams.states import AnswerFileState
from lms.db import clock
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests import cast
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

WHY = "The network of the test centre was down."


@pytest.fixture
def sitting(ada) -> Sitting:
    return make.running(make.exam(scheme_key="small-scheme"), ada)


def receive(sitting: Sitting, said: bytes, by=None) -> AnswerFile:
    key = key_of(access.seal_key(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id))
    by = by or cast.person("ivo")
    return files.receive(sitting_uuid=sitting.uuid, by_id=by.pk, said=said, key=key)[0]


def closed(sitting: Sitting) -> Result:
    """Closed by the clock, and marked."""
    with clock.shifted(minutes=11):
        endings.close_overdue()
        marking.mark(sitting_id=sitting.pk)
    sitting.refresh_from_db()
    return Result.objects.get(sitting=sitting)


def release(result: Result) -> None:
    """After it was marked, by two."""
    with clock.shifted(minutes=12):
        make.release(result)


def propose(file: AnswerFile, by) -> AnswerFile:
    return files.propose(file_uuid=file.uuid, by_id=by.pk, reason=WHY)


def admit(file: AnswerFile, by) -> AnswerFile:
    return files.admit(file_uuid=file.uuid, by_id=by.pk, reason="I agree.")


def test_a_file_is_evidence_once_and_changes_nothing(sitting, ivo) -> None:
    said = make.answer_file(sitting, make.right_answers(sitting))
    first, again = receive(sitting, said), receive(sitting, said + b"\n")
    assert first.pk == again.pk
    assert (first.state, first.uploaded_by) == (AnswerFileState.RECEIVED, ivo)
    assert ResponseEvent.objects.count() == 0
    closed(sitting)
    assert receive(sitting, said).pk == first.pk


def test_another_sittings_file_is_refused(sitting, ben) -> None:
    other = make.running(sitting.exam, ben)
    with pytest.raises(BadFile) as refused:
        receive(sitting, make.answer_file(other, {1: "a"}))
    assert refused.value.fault == "wrong-sitting"
    # Renamed to this sitting it is sealed with a foreign key.
    with pytest.raises(BadFile) as refused:
        receive(
            sitting, make.answer_file(other, {1: "a"}, sitting=str(sitting.uuid), form=sitting.form.digest)
        )
    assert refused.value.fault == "seal-broken"
    assert not AnswerFile.objects.exists()


def test_who_may_not_stand_over_it_uploads_nothing(sitting, ada) -> None:
    with pytest.raises(NotIndependent):
        receive(sitting, make.answer_file(sitting, {1: "a"}), by=ada)


def test_a_sitting_that_never_began_has_no_file(ada, ivo) -> None:
    entered = make.entered(make.exam(), ada)
    with pytest.raises(UnknownSitting):
        files.receive(sitting_uuid=entered.uuid, by_id=ivo.pk, said=b"{}", key=b"")


def test_two_examiners_admit_what_was_answered_in_time_as_a_new_score_run(sitting, eve, jun) -> None:
    right = make.right_answers(sitting)
    make.answer(sitting, {1: right[1]})
    file = receive(sitting, make.answer_file(sitting, right, first=2))
    result = closed(sitting)
    assert (result.outcome, result.run.number) == ("failed", 1)
    propose(file, eve)
    with pytest.raises(SamePerson):
        admit(file, eve)
    assert admit(file, jun).state == AnswerFileState.ADMITTED
    result.refresh_from_db()
    run = result.run
    assert (result.outcome, result.state, run.number, run.by, run.reason) == ("passed", "marked", 2, jun, WHY)
    assert run.raw == run.maximum
    assert [row[:3] for row in run.detail["admitted"]] == [[1, 1 + n, n] for n in right]
    # The chain is what it was, and so is the first run.
    assert ResponseEvent.objects.count() == 1
    assert ScoreRun.objects.get(number=1).raw == 1
    change = ResultChange.objects.get(event="revise")
    assert (change.from_state, change.to_state, change.by, change.note) == ("marked", "marked", jun, WHY)
    assert not Notice.objects.filter(kind="exam-result-revised").exists()
    admit(file, jun)
    assert ScoreRun.objects.count() == 2


def test_the_latest_of_chain_and_file_counts(sitting, eve, jun) -> None:
    right = make.right_answers(sitting)
    wrong = {position: "a" if value != "a" else "b" for position, value in right.items()}
    file = receive(sitting, make.answer_file(sitting, wrong, first=1))
    make.answer(sitting, right, first=100)
    result = closed(sitting)
    propose(file, eve)
    admit(file, jun)
    result.refresh_from_db()
    assert (result.run.number, result.run.raw) == (2, result.run.maximum)


def test_a_second_file_counts_beside_the_first(sitting, eve, jun) -> None:
    right = make.right_answers(sitting)
    halves = [dict(list(right.items())[:3]), dict(list(right.items())[3:])]
    found = [
        receive(sitting, make.answer_file(sitting, half, first=1 + 10 * n)) for n, half in enumerate(halves)
    ]
    result = closed(sitting)
    for file in found:
        propose(file, eve)
        admit(file, jun)
    result.refresh_from_db()
    assert (result.run.number, result.run.raw) == (3, result.run.maximum)


def test_nothing_that_came_too_late_or_is_known_is_proposed(sitting, eve) -> None:
    make.answer(sitting, {1: "a"})
    late = receive(
        sitting, make.answer_file(sitting, {2: "a"}, first=2, at=sitting.deadline_at.replace(year=2090))
    )
    known = receive(sitting, make.answer_file(sitting, {1: "a"}))
    closed(sitting)
    for file in (late, known):
        with pytest.raises(files.NothingToAdmit):
            propose(file, eve)


def test_what_was_answered_after_an_early_end_is_not_in_time(sitting, ivo, eve) -> None:
    with clock.shifted(seconds=30):
        interventions.terminate(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="Notes in the sleeve.")
    marking.mark(sitting_id=sitting.pk)
    file = receive(sitting, make.answer_file(sitting, {1: "a"}))
    with pytest.raises(files.NothingToAdmit):
        propose(file, eve)


def test_before_it_is_marked_nothing_is_proposed(sitting, eve) -> None:
    file = receive(sitting, make.answer_file(sitting, {1: "a"}))
    with pytest.raises(files.NotMarked):
        propose(file, eve)


def test_a_declined_file_stays_as_evidence(sitting, eve, jun) -> None:
    file = receive(sitting, make.answer_file(sitting, {1: "a"}))
    closed(sitting)
    with pytest.raises(IllegalMove):
        admit(file, jun)
    propose(file, eve)
    files.decline(file_uuid=file.uuid, by_id=jun.pk, reason="The clock was set back.")
    with pytest.raises(IllegalMove):
        admit(file, jun)
    assert (AnswerFile.objects.get().state, ScoreRun.objects.count()) == ("declined", 1)


def test_the_table_wants_two_persons(sitting, eve) -> None:
    file = receive(sitting, make.answer_file(sitting, {1: "a"}))
    closed(sitting)
    propose(file, eve)
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerFile.objects.update(state="admitted", decided_by=eve)


def test_a_revision_after_release_is_told_and_outweighs_the_evidence(sitting, ada, eve, jun) -> None:
    file = receive(sitting, make.answer_file(sitting, make.right_answers(sitting)))
    result = closed(sitting)
    release(result)
    propose(file, eve)
    admit(file, jun)
    result.refresh_from_db()
    assert (result.state, result.outcome) == ("released", "passed")
    notice = Notice.objects.get(kind="exam-result-revised")
    assert (notice.to, notice.key) == (ada.email, f"exam-result-revised:{result.uuid}:2")
    with clock.shifted(minutes=13):
        worker.run_due()
    counted = proofs.of(person_id=ada.pk, scheme_key="small-scheme")
    assert [row.source for row in counted] == [f"exams.result_revised:{result.pk}:2"]
    assert counted[0].facts["outcome"] == "passed"
    assert counted[0].assessed_by == jun
    assert Evidence.objects.count() == 2
    results.annul(result_uuid=result.uuid, examiner_id=eve.pk, reason="The form had leaked.")
    worker.run_due()
    assert proofs.of(person_id=ada.pk, scheme_key="small-scheme") == []


def test_an_annulled_result_is_not_revised(sitting, eve, jun) -> None:
    file = receive(sitting, make.answer_file(sitting, make.right_answers(sitting)))
    result = closed(sitting)
    propose(file, eve)
    release(result)
    results.annul(result_uuid=result.uuid, examiner_id=eve.pk, reason="The form had leaked.")
    with pytest.raises(IllegalMove):
        admit(file, jun)
    assert ScoreRun.objects.count() == 1


def test_admitted_answers_that_would_cost_a_released_pass_wait_for_people(sitting, eve, jun) -> None:
    right = make.right_answers(sitting)
    make.answer(sitting, right)
    wrong = {position: "a" if value != "a" else "b" for position, value in right.items()}
    file = receive(sitting, make.answer_file(sitting, wrong, first=100))
    result = closed(sitting)
    release(result)
    propose(file, eve)
    admit(file, jun)
    result.refresh_from_db()
    assert (result.outcome, result.run.number) == ("passed", 1)
    lost = LostPass.objects.get()
    assert (lost.result, lost.run.number, lost.state) == (result, 2, "open")
    assert not Notice.objects.filter(kind="exam-result-revised").exists()
