from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from exams.actions import appeals, files, keys, marking, marking_controls, marking_desk, results
from exams.actions.marking_desk import MarkedAlready, MayNotMark, NothingToMark, TakenByAnother
from exams.models import FormItem, Result, ScoreRun, Script, ScriptLease, ScriptMark, Sitting
from exams.queries import appeals as appeal_queries
from exams.queries import form_statistics, key_validation, marking_quality, replays
from exams.queries import marking as queries
from exams.queries.marking import UnknownMarking, UnknownScript
from exams.rules.appeals import Finding
from exams.rules.key_validation import Decision, Verdict
from exams.rules.marking import Incomplete, Role
from exams.states import LeaseEnd, ScriptState, SittingState
from lms.db import append_only, clock
from lms.jobs import worker
from tests import cast
from tests.factories import courses as make_courses
from tests.factories import exams as make
from tests.factories import marking as make_marking
from tests.factories.marking import FULL, HALF

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam(db):
    return make_marking.essay_exam()


@pytest.fixture
def trained(exam):
    """`trained(ada, by=ivo)` notes that Ivo trains Ada now; with `ended`, that it was over so long ago."""
    course = make_courses.small()

    def note(person, *, by, ended: timedelta | None = None) -> None:
        make_courses.trained(person, course, by=by, ended=ended)

    return note


def test_an_essay_goes_to_markers_and_its_points_enter_the_score_run(exam, ada) -> None:
    sitting = make_marking.written(exam, ada)
    marking.mark(sitting_id=sitting.pk)
    assert marking.mark_submitted() == 0
    script = Script.objects.get()
    assert (script.text, script.double, script.state) == ("Because.\n\nSo.", False, "waiting")
    assert [one["looks_for"] for one in script.criteria] == ["A reason.", "An example."]
    assert Sitting.objects.get().state == SittingState.SUBMITTED
    make_marking.by("ivo", exam, HALF)
    worker.run_due()
    run = ScoreRun.objects.get()
    assert (run.raw, run.maximum) == (2, Fraction(9, 2))
    assert run.detail["given"] == [[script.position, 1, 1, script.final.pk]]
    assert Result.objects.get().outcome == "failed"
    assert [one.difference for one in replays.replays()] == [None]
    append_only.lift("exams_scriptmark")
    ScriptMark.objects.update(levels=FULL)
    assert "comes to 7/2 of 7/2 points" in next(replays.replays()).difference


def test_the_marker_sees_a_number_and_never_a_name(exam, ada, signed_in, ivo) -> None:
    make_marking.written(exam, ada)
    lease = marking_desk.take(marking_id=exam.marking.pk, marker_id=ivo.pk)
    page = signed_in(ivo).get(f"/marking/scripts/{lease.uuid}/").content.decode()
    assert f"Script {lease.script.number}" in page
    assert "Ada" not in page and ada.email not in page and str(lease.script.sitting.uuid) not in page


def test_a_script_is_with_one_marker_until_it_is_given_back_or_the_time_runs_out(exam, ada, ivo, jun) -> None:
    make_marking.written(exam, ada)
    lease = marking_desk.take(marking_id=exam.marking.pk, marker_id=ivo.pk)
    assert marking_desk.take(marking_id=exam.marking.pk, marker_id=ivo.pk) == lease
    with pytest.raises(NothingToMark):
        marking_desk.take(marking_id=exam.marking.pk, marker_id=jun.pk)
    marking_desk.give_back(lease_uuid=lease.uuid, marker_id=ivo.pk)
    again = marking_desk.take(marking_id=exam.marking.pk, marker_id=jun.pk)
    with clock.shifted(hours=3):
        taken = marking_desk.take(marking_id=exam.marking.pk, marker_id=ivo.pk)
        again.refresh_from_db()
        assert (taken.script_id, again.ended) == (lease.script_id, LeaseEnd.LAPSED)
        with pytest.raises(TakenByAnother):
            marking_desk.mark(lease_uuid=again.uuid, marker_id=jun.pk, levels=HALF, comments={}, comment="")
    with clock.shifted(hours=9):
        assert marking_desk.end_lapsed() == 1
        # Nobody has taken it since, so what was written late is not lost.
        made = marking_desk.mark(
            lease_uuid=taken.uuid, marker_id=ivo.pk, levels=HALF, comments={}, comment=""
        )
    assert made.script.state == ScriptState.FINAL


def test_two_markers_within_the_tolerance_give_their_mean(ada) -> None:
    exam = make_marking.essay_exam(double="always")
    make_marking.written(exam, ada)
    make_marking.by("ivo", exam, FULL)
    with pytest.raises(NothingToMark):
        make_marking.by("ivo", exam, FULL)
    make_marking.by("jun", exam, {"1": 1, "2": 1})
    script = Script.objects.get()
    assert (script.state, script.final.how, make_marking.total(script)) == ("final", "mean", 3)


def test_where_they_differ_by_more_a_third_person_decides(ada, ivo, jun, hana) -> None:
    exam = make_marking.essay_exam(double="always")
    make_marking.written(exam, ada)
    make_marking.by("ivo", exam, FULL)
    make_marking.by("jun", exam, HALF)
    assert Script.objects.get().state == ScriptState.DIFFERING
    assert Sitting.objects.get().state == SittingState.SUBMITTED
    (line,) = queries.desk([exam.organisation_id], hana.pk, at=clock.now())
    assert (line.waiting, line.third, line.left) == (1, 1, 1)
    with pytest.raises(NothingToMark):
        make_marking.by("jun", exam, HALF)
    mark = make_marking.by("hana", exam, {"1": 1, "2": 1})
    assert (mark.role, make_marking.total(mark.script)) == (Role.ADJUDICATION, Fraction(5, 2))
    worker.run_due()
    assert ScoreRun.objects.get().raw == Fraction(7, 2)
    assert appeal_queries.deciders(Result.objects.get()) == {ivo.pk, jun.pk, hana.pk}


def test_nobody_marks_their_own_script_or_that_of_whom_they_trained_lately(
    exam, ada, ivo, jun, trained
) -> None:
    trained(ada, by=ivo)
    make_marking.written(exam, ada)
    cast.memberships.appoint(
        person_id=ada.pk, organisation_id=exam.organisation_id, role="marker", actor_id=None
    )
    for person in (ada, ivo):
        with pytest.raises(NothingToMark):
            marking_desk.take(marking_id=exam.marking.pk, marker_id=person.pk)
    lease = marking_desk.take(marking_id=exam.marking.pk, marker_id=jun.pk)
    trained(ada, by=jun)
    with pytest.raises(MayNotMark):
        marking_desk.mark(lease_uuid=lease.uuid, marker_id=jun.pk, levels=HALF, comments={}, comment="")
    trained(ada, by=ivo, ended=timedelta(days=24 * 31))
    assert ada.pk not in queries.barred(ivo.pk, at=clock.now())


def test_only_markers_of_the_institution_mark_and_only_what_they_have(exam, ada, dag, ivo, jun) -> None:
    make_marking.written(exam, ada)
    with pytest.raises(UnknownMarking):
        marking_desk.take(marking_id=exam.marking.pk, marker_id=dag.pk)
    lease = marking_desk.take(marking_id=exam.marking.pk, marker_id=ivo.pk)
    said = {"lease_uuid": lease.uuid, "comments": {}, "comment": ""}
    with pytest.raises(UnknownScript):
        marking_desk.mark(marker_id=jun.pk, levels=HALF, **said)
    with pytest.raises(Incomplete):
        marking_desk.mark(marker_id=ivo.pk, levels={"1": 1}, **said)
    marking_desk.mark(marker_id=ivo.pk, levels=HALF, **said)
    with pytest.raises(MarkedAlready):
        marking_desk.mark(marker_id=ivo.pk, levels=FULL, **said)
    assert ScriptMark.objects.get().levels == HALF


def test_a_control_script_comes_among_others_and_counts_for_no_candidate(
    ada, ben, cleo, ivo, jun, eve
) -> None:
    exam = make_marking.essay_exam(control_every=1)
    for person in (ada, ben, cleo):
        make_marking.written(exam, person, f"Because {person.pk}.")
    make_marking.by("jun", exam, HALF)
    said = {"by_id": eve.pk, "levels": HALF, "comment": "As agreed.", "reason": "A clear case."}
    control = marking_controls.add(script_id=Script.objects.get(state="final").pk, **said)
    with pytest.raises(marking_controls.AlreadyControl):
        marking_controls.add(script_id=Script.objects.get(control=False, state="final").pk, **said)
    assert make_marking.by("jun", exam, HALF).role == Role.FIRST  # who has met the text is not given it again
    assert make_marking.by("ivo", exam, HALF).role == Role.FIRST
    mark = make_marking.by("ivo", exam, FULL)
    assert (mark.script, mark.role) == (control, Role.CONTROL)
    with pytest.raises(NothingToMark):
        make_marking.by("ivo", exam, HALF)
    worker.run_due()
    assert ScoreRun.objects.count() == 3
    found = {line.person_id: line for line in marking_quality.quality(exam.marking).markers}
    assert (found[ivo.pk].marked, found[ivo.pk].drift.controls) == (1, 1)


def test_the_look_at_the_keys_and_the_statistics_cope_with_essays(exam, ada, eve, jun) -> None:
    make_marking.written(exam, ada)
    make_marking.by("ivo", exam, FULL)
    worker.run_due()
    form = Result.objects.get().sitting.form
    assert key_validation.look(form).found.sittings == 1
    assert FormItem.objects.get(form=form, version__content__kind="essay").position in (
        form_statistics.analysed(form).found.left_out
    )
    place = make.position_of(Sitting.objects.get(), "essay")
    drop = [Verdict(place, Decision.DROP, "It was unclear.")]
    assert key_validation.preview(form, drop).others + len(key_validation.preview(form, drop).flips) == 1
    make.validated(form, *drop)
    worker.run_due()
    assert ScoreRun.objects.latest("number").maximum == 1
    assert keys.mark_by_key(form_id=form.pk) == 0
    assert [one.difference for one in replays.replays()] == [None, None]


def test_admitted_answers_that_people_mark_are_marked_before_they_count(exam, ada, eve, jun) -> None:
    sitting = make_marking.written(exam, ada)
    make_marking.by("ivo", exam, HALF)
    worker.run_due()
    place = make.position_of(sitting, "essay")
    said = make.answer_file(sitting, {place: "And an example."}, first=1000, at=sitting.started_at)
    file = make.received_file(sitting, said)
    files.propose(file_uuid=file.uuid, by_id=eve.pk, reason="The server was out of reach.")
    with pytest.raises(marking.NeedsMarker):
        files.admit(file_uuid=file.uuid, by_id=jun.pk, reason="It was.")
    assert list(Script.objects.values_list("text", "state")) == [
        ("Because.\n\nSo.", "final"),
        ("And an example.", "waiting"),
    ]
    make_marking.by("hana", exam, FULL)
    worker.run_due()
    assert ScoreRun.objects.count() == 1
    files.admit(file_uuid=file.uuid, by_id=jun.pk, reason="It was.")
    assert (ScoreRun.objects.latest("number").raw, Result.objects.get().outcome) == (Fraction(9, 2), "passed")
    assert [one.difference for one in replays.replays()] == [None, None]


def test_upheld_an_appeal_puts_the_essay_to_other_people_and_then_counts_theirs(
    exam, ada, eve, jun, hana, gro
) -> None:
    make_marking.written(exam, ada)
    make_marking.by("ivo", exam, HALF)
    worker.run_due()
    result = results.release(result_uuid=Result.objects.get().uuid, examiner_id=eve.pk)
    appeal = appeals.lodge(result_uuid=result.uuid, person_id=ada.pk, reasons="It has an example.")
    for name in ("gro", "jun"):
        person = cast.person(name)
        cast.memberships.appoint(
            person_id=person.pk, organisation_id=exam.organisation_id, role="reviewer", actor_id=None
        )
        appeals.vote(appeal_uuid=appeal.uuid, by_id=person.pk, finding=Finding.REMARK, reason="It has.")
    with pytest.raises(NothingToMark):
        make_marking.by("ivo", exam, FULL)
    make_marking.by("hana", exam, FULL)
    worker.run_due()
    run = ScoreRun.objects.latest("number")
    assert (run.number, run.raw, run.reason) == (3, Fraction(9, 2), "It has.")
    assert Result.objects.get().outcome == "passed"
    assert [one.difference for one in replays.replays()] == [None] * 3
    marking.mark(sitting_id=run.sitting_id)
    assert ScoreRun.objects.count() == 3


def test_the_tables_refuse_nonsense(exam, ada, ivo, jun) -> None:
    make_marking.written(exam, ada)
    script, at = Script.objects.get(), clock.now()
    lease = {"script": script, "role": "first", "taken_at": at, "until_at": at + timedelta(hours=1)}
    ScriptLease.objects.create(marker=ivo, **lease)
    mark = {"script": script, "levels": HALF, "candidate": ada, "at": at}
    ScriptMark.objects.create(role="first", marker=ivo, **mark)
    for wrong in (
        lambda: ScriptLease.objects.create(marker=jun, **lease),
        lambda: ScriptMark.objects.create(role="first", marker=jun, **mark),
        lambda: ScriptMark.objects.create(role="second", marker=ivo, **mark),
        lambda: ScriptMark.objects.create(role="second", marker=ada, **mark),
        lambda: Script.objects.update(control=True),
        lambda: Script.objects.update(round=2),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
