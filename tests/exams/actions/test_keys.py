from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from certificates.queries import proofs
from exams.actions import files, keys, lost_passes, results
from exams.actions.invigilators import NotIndependent, SamePerson
from exams.models import Exam, Form, KeyVersion, LostPass, ResponseEvent, Result, ResultChange, ScoreRun
from exams.queries import bank
from exams.queries import key_validation as queries
from exams.rules.key_validation import BadVerdict, Decision, Verdict
from exams.states import KEY_VALIDATION, LOST_PASS
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests import cast
from tests.counting import statements
from tests.exams.actions.test_files import closed
from tests.factories import exams as make
from tests.factories import keys as make_keys
from tests.factories.keys import ANSWERS, REKEY

pytestmark = pytest.mark.django_db

ACCEPT = Verdict(5, Decision.ACCEPT, "Hard, and right.")
WHY = "Option a of the last item is right."


@pytest.fixture
def form(db: None) -> Form:
    return make_keys.sat_form()


@pytest.fixture
def released(form: Form) -> Form:
    return make_keys.released(form)


def of(name: str) -> Result:
    return Result.objects.select_related("run").get(sitting__candidate=cast.person(name))


def outcomes() -> dict[str, tuple[str, int, int]]:
    """Outcome, points and number of the run that each result stands on."""
    found = {name: of(name) for name in ANSWERS}
    return {name: (one.outcome, int(one.run.raw), one.run.number) for name, one in found.items()}


def propose(form: Form, by: Any, *verdicts: Verdict) -> Any:
    return keys.propose(form_id=form.pk, by_id=by.pk, verdicts=verdicts, reason=WHY)


def test_a_new_key_takes_two_examiners_and_marks_every_sitting_again(form, eve, jun) -> None:
    validation = propose(form, eve, REKEY)
    with pytest.raises(SamePerson):
        keys.approve(validation_uuid=validation.uuid, by_id=eve.pk, reason="I agree with myself.")
    assert not KeyVersion.objects.exists()
    keys.approve(validation_uuid=validation.uuid, by_id=jun.pk, reason="I agree.")
    key = KeyVersion.objects.get()
    assert (key.number, key.reason, key.proposed_by, key.decided_by) == (2, WHY, eve, jun)
    assert (key.keys["5"]["right"], key.keys["1"]["right"]) == (["a"], ["b"])
    worker.run_due()
    # Nothing was released: every result stands on the new run, whichever way it went.
    assert outcomes() == {
        "ada": ("passed", 4, 2), "ben": ("failed", 3, 2), "cleo": ("passed", 4, 2), "dag": ("failed", 0, 2)
    }  # fmt: skip
    assert not Notice.objects.exists()
    run = of("ada").run
    assert (run.key, run.by, run.reason) == (key, jun, WHY)
    # The form, its first key and the first runs are what they were.
    form.refresh_from_db()
    assert form.keys["5"]["right"] == ["b"]
    assert list(ScoreRun.objects.filter(number=1).values_list("key", flat=True)) == [None] * 4


def test_what_is_kept_after_a_new_key_can_be_verified_and_replayed(form) -> None:
    make.validated(form, REKEY)
    worker.run_due()
    said = StringIO()
    call_command("replay_scores", stdout=said)
    call_command("verify_sitting", "--all", stdout=said)
    assert said.getvalue().splitlines() == [
        "8 score runs worked out anew: all are the same.",
        "All 4 sittings that have ended hold.",
    ]


def test_a_fail_that_becomes_a_pass_is_told_at_once_and_a_pass_is_never_lost_by_itself(
    released, ada, cleo
) -> None:
    Exam.objects.update(scheme_key="small-scheme", release="in-batches")
    make.validated(released, REKEY)
    worker.run_due()
    assert outcomes() == {
        "ada": ("passed", 4, 2), "ben": ("passed", 4, 1), "cleo": ("passed", 4, 2), "dag": ("failed", 0, 2)
    }  # fmt: skip
    told = Notice.objects.filter(kind="exam-result-revised").values_list("to", flat=True)
    assert sorted(told) == [ada.email, cleo.email]
    # Dag's points are the same: that is on record, and is no revision.
    assert list(ResultChange.objects.filter(result=of("dag")).values_list("event", flat=True)) == [
        "mark", "release", "rerun"
    ]  # fmt: skip
    evidence = proofs.of(person_id=ada.pk, scheme_key="small-scheme")
    assert [row.facts["outcome"] for row in evidence] == ["passed"]
    lost = LostPass.objects.get()
    assert (lost.result, lost.state, lost.run.number, int(lost.run.raw)) == (of("ben"), "open", 2, 3)


@pytest.fixture
def lost(released: Form) -> LostPass:
    return make_keys.lost_pass(released)


def test_two_persons_make_a_pass_a_fail_and_the_candidate_is_told(lost, ben, eve, jun) -> None:
    with pytest.raises(IllegalMove):
        lost_passes.revise(lost_uuid=lost.uuid, by_id=jun.pk, reason="At once.")
    lost_passes.propose(lost_uuid=lost.uuid, by_id=eve.pk, reason="The item was about safety.")
    with pytest.raises(SamePerson):
        lost_passes.revise(lost_uuid=lost.uuid, by_id=eve.pk, reason="I agree.")
    assert of("ben").outcome == "passed"
    lost_passes.revise(lost_uuid=lost.uuid, by_id=jun.pk, reason="I agree.")
    assert outcomes()["ben"] == ("failed", 3, 2)
    assert Notice.objects.filter(kind="exam-result-revised", to=ben.email).count() == 1
    change = ResultChange.objects.filter(result=of("ben")).latest("pk")
    assert (change.event, change.by, change.note) == ("revise", jun, "The item was about safety.")
    with pytest.raises(IllegalMove):
        lost_passes.keep(lost_uuid=lost.uuid, by_id=eve.pk, reason="Too late.")


def test_one_person_lets_a_pass_stand_and_nobody_is_told(lost, ben, eve) -> None:
    lost_passes.keep(lost_uuid=lost.uuid, by_id=eve.pk, reason="Our mistake, not theirs.")
    lost.refresh_from_db()
    assert (lost.state, lost.decided_by, outcomes()["ben"]) == ("kept", eve, ("passed", 4, 1))
    assert not Notice.objects.filter(to=ben.email).exists()


def test_whoever_trained_the_candidate_and_the_candidate_decide_nothing(lost, ben) -> None:
    for act in (lost_passes.keep, lost_passes.propose):
        with pytest.raises(NotIndependent):
            act(lost_uuid=lost.uuid, by_id=ben.pk, reason="I would rather.")


def test_a_later_key_that_gives_the_pass_again_closes_the_case(lost, released) -> None:
    make.validated(released, Verdict(5, Decision.CREDIT, "Both are right."), reason="Both are right.")
    worker.run_due()
    lost.refresh_from_db()
    assert (lost.state, lost.decision_reason, outcomes()["ben"]) == (
        "kept",
        "Both are right.",
        ("passed", 4, 3),
    )


def test_a_later_key_that_takes_it_as_well_leaves_one_case_on_the_later_run(lost, released) -> None:
    make.validated(released, Verdict(4, Decision.DROP, "Leaked."))
    worker.run_due()
    assert (LostPass.objects.get().run.number, outcomes()["ben"]) == (3, ("passed", 4, 1))


def test_the_table_wants_two_persons_for_a_lost_pass_and_for_a_key(lost, eve) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        LostPass.objects.update(state="revised", proposed_by=eve, decided_by=eve, reason="Quick.")
    with pytest.raises(IntegrityError), transaction.atomic():
        made = KeyVersion.objects.get()
        made.pk, made.number, made.decided_by_id = None, made.number + 1, made.proposed_by_id
        made.save()


def test_accepting_every_item_leaves_the_key_and_passes_the_gate(form) -> None:
    assert queries.passed(form.pk) is None
    validation = make.validated(form, ACCEPT)
    assert (validation.key, queries.passed(form.pk)) == (None, validation)
    worker.run_due()
    assert ScoreRun.objects.count() == 4


def test_what_is_sent_back_changes_nothing_and_another_may_be_proposed(form, eve, jun) -> None:
    validation = propose(form, eve, REKEY)
    with pytest.raises(keys.AlreadyProposed):
        propose(form, jun, ACCEPT)
    keys.send_back(validation_uuid=validation.uuid, by_id=jun.pk, reason="Option a is wrong too.")
    with pytest.raises(IllegalMove):
        keys.approve(validation_uuid=validation.uuid, by_id=jun.pk, reason="After all.")
    assert (KeyVersion.objects.count(), queries.passed(form.pk)) == (0, None)
    propose(form, jun, ACCEPT)


def test_nobody_decides_about_a_form_that_they_have_sat(form, eve, jun) -> None:
    make.sat(form.exam, jun, "bbbbb")
    with pytest.raises(keys.SatThisForm):
        propose(form, jun, ACCEPT)
    validation = propose(form, eve, ACCEPT)
    with pytest.raises(keys.SatThisForm):
        keys.approve(validation_uuid=validation.uuid, by_id=jun.pk, reason="I agree.")


def test_a_verdict_that_can_not_be_is_refused_before_anything_is_written(form, eve) -> None:
    with pytest.raises(BadVerdict):
        propose(form, eve, Verdict(5, Decision.REKEY, "None.", {"right": []}))
    assert not form.validations.exists()


def test_before_anything_is_marked_there_is_nothing_to_propose(eve) -> None:
    form = make.exam().forms.get()
    with pytest.raises(keys.NothingMarked):
        propose(form, eve)
    with pytest.raises(queries.UnknownForm):
        keys.propose(form_id=0, by_id=eve.pk, verdicts=(), reason=WHY)


def test_every_flagged_item_needs_a_decision(eve) -> None:
    form = make_keys.sat_by_thirty()
    found = queries.look(form).found
    assert {look.position: [flag.sign for flag in look.flags] for look in found.looks if look.flags} == {
        5: ["weak", "distractor"]
    }
    with pytest.raises(keys.Undecided) as undecided:
        propose(form, eve, Verdict(1, Decision.ACCEPT, "Fine."))
    assert undecided.value.positions == (5,)
    assert propose(form, eve, REKEY).found["items"][4]["flags"][1]["option"] == "a"


def test_the_preview_lists_whose_outcome_flips(form) -> None:
    preview = queries.preview(form, [REKEY])
    assert [(one.result, one.effect, one.now.raw, one.then.raw) for one in preview.flips] == [
        (of("ada"), "passes", 3, 4),
        (of("ben"), "fails", 4, 3),
    ]
    assert (preview.passes, preview.fails, preview.others) == (1, 1, 1)
    assert queries.preview(form, [ACCEPT]) == queries.Preview((), 0)


def test_who_sits_later_is_marked_by_the_new_key(form, finn) -> None:
    make.validated(form, REKEY)
    result = make.sat(form.exam, finn, "bbbaa")
    assert (result.outcome, result.run.number, result.run.key_number) == ("passed", 1, 2)


def test_the_sweep_finds_what_no_job_marked_again_and_marks_it_once(form) -> None:
    make.validated(form, REKEY)
    assert keys.mark_by_key(form_id=form.pk) == 4
    assert keys.mark_by_key(form_id=form.pk) == 0
    keys.mark_by_latest_key()
    assert ScoreRun.objects.count() == 8


def test_one_that_can_not_be_marked_keeps_no_other_of_its_lot_waiting(form) -> None:
    sitting = of("ben").sitting
    # Nobody can write this through the house: a number with a point has no digest.
    ResponseEvent.objects.create(
        sitting=sitting,
        number=99,
        epoch=9,
        seq=99,
        position=2,
        value=0.5,
        at=sitting.submitted_at,
        digest=b"0" * 32,
    )
    make.validated(form, REKEY)
    with pytest.raises(ExceptionGroup, match="could not be marked by the new key") as fault:
        keys.mark_by_key(form_id=form.pk)
    assert [type(one) for one in fault.value.exceptions] == [TypeError]
    assert {name: number for name, (_, _, number) in outcomes().items()} == {
        "ada": 2,
        "ben": 1,
        "cleo": 2,
        "dag": 2,
    }


def test_many_are_marked_again_with_as_many_statements_as_few(form) -> None:
    def again() -> int:
        with statements() as said:
            keys.mark_by_key(form_id=form.pk)
        return len(said)

    make.validated(form, REKEY)
    few = again()
    for person in make.people(20):
        make.sat(form.exam, person, "bbbaa")
    make.validated(form, Verdict(5, Decision.CREDIT, "Both are right."))
    assert again() <= few
    assert not Result.objects.exclude(run__key__number=3).exists()
    assert ResultChange.objects.filter(event__in=["revise", "rerun"]).count() == 4 + 24


def test_an_annulled_result_stays_annulled(released, eve) -> None:
    results.annul(result_uuid=of("ada").uuid, examiner_id=eve.pk, reason="The form had leaked.")
    make.validated(released, REKEY)
    worker.run_due()
    assert (of("ada").state, outcomes()["ada"]) == ("annulled", ("failed", 3, 1))
    assert ScoreRun.objects.filter(sitting=of("ada").sitting).count() == 2


def test_later_forms_take_the_new_key_from_the_bank_and_other_forms_are_named(form) -> None:
    other = make.another_form(form.exam)
    shared = form.items.filter(version__in=other.items.values("version")).first()
    assert shared is not None, "five items of a domain don't make two forms of three"
    make.validated(form, Verdict(shared.position, Decision.REKEY, "Option c is right.", {"right": ["c"]}))
    key = bank.stock(form.exam.blueprint).keys[shared.version_id]
    assert (key.number, key.key["right"]) == (2, ["c"])
    assert queries.elsewhere(form, [shared.position]) == [(shared.position, other)]
    # What is assembled already keeps its key until it is decided about itself.
    assert other.items.get(version=shared.version).key.number == 1


def test_admitted_answers_count_by_the_new_key_too(ada, eve, jun) -> None:
    sitting = make.running(make.exam(), ada)
    file = make.received_file(sitting)
    closed(sitting)
    files.propose(file_uuid=file.uuid, by_id=eve.pk, reason="The network was down.")
    files.admit(file_uuid=file.uuid, by_id=jun.pk, reason="I agree.")
    make.validated(sitting.form, REKEY)
    worker.run_due()
    assert [(run.raw, bool(run.detail.get("admitted"))) for run in sitting.score_runs.order_by("number")] == [
        (0, False), (5, True), (4, True)
    ]  # fmt: skip


@pytest.mark.parametrize("machine", [KEY_VALIDATION, LOST_PASS])
def test_what_is_decided_is_decided(machine) -> None:
    final = [state for state in machine.states() if machine.final(state)]
    assert len(final) == 2
