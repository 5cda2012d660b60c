import pytest
from django.db import IntegrityError, transaction

from exams.actions import batches, results
from exams.actions.invigilators import SamePerson
from exams.actions.results import OwnResult
from exams.models import Batch, Exam, Form, Result, Sitting
from exams.queries.batches import UnknownBatch
from exams.queries.key_validation import UnknownForm
from exams.rules.key_validation import Decision, Verdict
from exams.states import BATCH
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(ada, ben) -> Form:
    exam = make.exam(scheme_key="small-scheme")
    make.marked(exam, ada)
    make.marked(exam, ben, right=0)
    return exam.forms.get()


def propose(form: Form, by, *found: Result) -> Batch:
    chosen = [result.uuid for result in found or Result.objects.all()]
    return batches.propose(form_id=form.pk, by_id=by.pk, result_uuids=chosen, reason="The first day.")


def release(batch: Batch, by) -> Batch:
    return batches.release(batch_uuid=batch.uuid, by_id=by.pk, reason="I agree with it.")


def states() -> set[str]:
    return set(Result.objects.values_list("state", flat=True))


def test_one_examiner_proposes_and_another_releases_all_at_once(form, ada, ben, eve, jun) -> None:
    make.validated(form)
    batch = propose(form, eve)
    with pytest.raises(SamePerson):
        release(batch, eve)
    assert states() == {"marked"}
    assert release(batch, jun).state == "released"
    assert states() == {"released"}
    assert set(Result.objects.values_list("released_by", flat=True)) == {jun.pk}
    told = Notice.objects.filter(kind="exam-result-released").values_list("to", flat=True)
    assert sorted(told) == [ada.email, ben.email]
    release(batch, jun)
    assert Notice.objects.count() == 2


def test_one_examiner_alone_releases_nothing(form, eve) -> None:
    make.validated(form)
    with pytest.raises(results.NeedsBatch):
        results.release(result_uuid=Result.objects.first().uuid, examiner_id=eve.pk)


def test_an_exam_that_certifies_nothing_may_be_released_singly(ada, eve) -> None:
    result = make.released(make.exam(), ada)
    assert result.state == "released"
    with pytest.raises(UnknownForm):
        propose(result.sitting.form, eve)


def test_an_exam_is_released_by_two_unless_it_says_otherwise_and_always_where_it_certifies(db: None) -> None:
    assert Exam().release == "in-batches"
    with pytest.raises(IntegrityError, match="exams_exam_certifies_in_batches"), transaction.atomic():
        make.exam(scheme_key="small-scheme", release="singly")


def test_nothing_goes_before_the_key_was_validated_nor_what_came_after(form, cleo, eve, jun) -> None:
    with pytest.raises(batches.NotValidated):
        propose(form, eve)
    make.validated(form)
    later = make.marked(form.exam, cleo)
    with pytest.raises(batches.NotValidated) as refused:
        propose(form, eve)
    assert refused.value.waiting == 1
    release(propose(form, eve, *Result.objects.exclude(pk=later.pk)), jun)
    assert Result.objects.get(state="marked") == later
    make.validated(form)
    release(propose(form, eve, later), jun)
    assert states() == {"released"}


def test_a_batch_waits_until_its_results_stand_on_the_new_key(form, eve, jun) -> None:
    make.validated(form, Verdict(5, Decision.DROP, "It had leaked."))
    with pytest.raises(batches.NotValidated):
        propose(form, eve)
    worker.run_due()
    assert release(propose(form, eve), jun).results.count() == 2


def test_a_key_that_changes_after_the_proposal_keeps_it_from_being_released(form, eve, jun) -> None:
    make.validated(form)
    batch = propose(form, eve)
    make.validated(form, Verdict(5, Decision.DROP, "It had leaked."))
    with pytest.raises(batches.NotValidated):
        release(batch, jun)
    worker.run_due()
    release(batch, jun)
    assert set(Result.objects.values_list("run__number", flat=True)) == {2}


def test_what_is_sent_back_waits_as_before(form, eve, jun) -> None:
    make.validated(form)
    batch = propose(form, eve)
    with pytest.raises(batches.AlreadyProposed):
        propose(form, jun)
    batches.send_back(batch_uuid=batch.uuid, by_id=jun.pk, reason="An incident is open.")
    with pytest.raises(IllegalMove):
        release(batch, jun)
    assert states() == {"marked"}
    propose(form, jun)


def test_nobody_proposes_or_releases_a_batch_with_their_own_result(form, ben, eve, jun) -> None:
    make.validated(form)
    Sitting.objects.filter(candidate=ben).update(candidate=jun)
    with pytest.raises(OwnResult):
        propose(form, jun)
    with pytest.raises(OwnResult):
        release(propose(form, eve), jun)
    assert states() == {"marked"}


def test_nothing_chosen_and_nothing_known_are_refused(form, ada, eve) -> None:
    make.validated(form)
    with pytest.raises(batches.NothingToRelease):
        batches.propose(form_id=form.pk, by_id=eve.pk, result_uuids=[], reason="Nothing.")
    with pytest.raises(UnknownBatch):
        batches.release(batch_uuid=form.exam.forms.get().validations.get().uuid, by_id=eve.pk, reason="?")


def test_the_table_wants_two_persons(form, eve) -> None:
    make.validated(form)
    propose(form, eve)
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.update(state="released", decided_by=eve)


@pytest.mark.parametrize("state", [state for state in BATCH.states() if state != BATCH.start])
def test_what_is_decided_is_decided(state) -> None:
    assert BATCH.final(state)
