"""Cuts that rest on what candidates did: equated, Beuk, Hofstee."""

from fractions import Fraction

import pytest

from exams.actions import batches, cuts, results, studies
from exams.models import Exam, Form, FormCut, Result
from exams.queries import cuts as queries
from exams.queries import equating, panels, replays
from exams.rules.key_validation import Decision, Verdict
from exams.rules.standard.angoff import Incomplete
from exams.rules.standard.compromise import NoCut
from exams.rules.standard.equated import CannotEquate, Method
from exams.states import CutMethod, CutState, ResultState
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from tests import cast
from tests.factories import exams as make

pytestmark = pytest.mark.django_db
COUNTS = (2, 3, 5, 10, 7, 3)  # persons with 0 … 5 points


@pytest.fixture
def exam() -> Exam:
    """Thirty have sat form 2, of which the cut is 70 % (3.5 points) as its exam's file says."""
    made = make.exam(scale_lowest=200, scale_anchor=500, scale_highest=800)
    form = made.forms.get()
    sat(made, COUNTS)
    return form.exam


def sat(exam: Exam, counts: tuple[int, ...], *, first: int = 0) -> None:
    """So many with 0 … 5 points of the form that is open."""
    scores = [right for right, many in enumerate(counts) for _ in range(many)]
    for person, right in zip(make.people(len(scores), first=first), scores, strict=True):
        make.marked(exam, person, right=right)


def study(form: Form, method: CutMethod, *wishes: tuple[int, ...]) -> studies.CutStudy:
    """Closed, with what Ivo and Jun want."""
    eve = cast.person("eve").pk
    found = studies.open_study(form_id=form.pk, by_id=eve, method=method)
    for name, said in zip(("ivo", "jun"), wishes, strict=True):
        values = dict(zip(("cut", "share", "most_cut", "most_share"), said, strict=False))
        studies.wish(study_uuid=found.uuid, judge_id=cast.person(name).pk, **values)
    return studies.end(study_uuid=found.uuid, by_id=eve)


def proposed(form: Form, *wishes: tuple[int, ...], method: CutMethod = CutMethod.HOFSTEE) -> FormCut:
    found = study(form, method, *wishes)
    looked_at = panels.panel(found).digest
    return cuts.propose(
        study_uuid=found.uuid, by_id=cast.person("eve").pk, reason="Agreed.", looked_at=looked_at
    )


def test_what_is_not_released_is_held_against_the_new_cut_and_the_rest_keeps_its_own(exam, eve, jun) -> None:
    form = exam.forms.get()
    # One with 3 points of 5 was told already that 70 % were not reached.
    told = Result.objects.filter(run__raw_numerator=3).first()
    results.release(result_uuid=told.uuid, examiner_id=eve.pk)
    cut = proposed(form, (2, 10, 3, 50), (2, 10, 4, 50))
    # From (2, 50 %) to (3.5, 10 %): at 2 points 16.7 % fail, at 3 33.3 %.
    assert cut.cut * 5 == Fraction(277, 100)
    assert queries.preview(form.pk, cut.cut) == queries.Preview(waiting=29, passes=9, fails=0, told=1)
    cuts.approve(cut_uuid=cut.uuid, by_id=jun.pk)
    waiting = Result.objects.filter(state=ResultState.MARKED, run__raw_numerator=3)
    with pytest.raises(results.CutPending):
        results.release(result_uuid=waiting[0].uuid, examiner_id=eve.pk)
    worker.run_due()
    assert {(one.outcome, one.cut, one.run.number) for one in waiting} == {("passed", cut.cut, 2)}
    told.refresh_from_db()
    assert (told.outcome, told.cut, told.run.number) == ("failed", Fraction(7, 10), 1)
    results.release(result_uuid=waiting[0].uuid, examiner_id=eve.pk)
    # The scaled score goes with the cut: 3 points were below 500, and are above it now.
    assert told.run.scaled == 200 + 300 * Fraction(3) / Fraction(7, 2)
    assert waiting[0].run.scaled == 500 + 300 * (3 - Fraction(277, 100)) / (5 - Fraction(277, 100))
    assert all(one.difference is None for one in replays.replays())
    cuts.mark_by_latest_cut()
    assert set(Result.objects.values_list("run__number", flat=True)) == {1, 2}
    later = make.marked(exam, cast.person("ada"), right=3)
    assert (later.outcome, later.cut) == ("passed", cut.cut)


def test_a_cut_is_carried_over_from_a_form_that_shares_its_items(exam, eve, jun) -> None:
    reference = exam.forms.get()
    form = make.another_form(exam)
    Form.objects.filter(pk=reference.pk).update(state="retired")
    sat(exam, (5, 10, 7, 4, 3, 1), first=30)
    compared = equating.compared(form, reference)
    shared = {p.version_id: p.position for p in reference.items.all()}
    assert compared.anchor == tuple(
        (one.position, shared[one.version_id])
        for one in form.items.order_by("position")
        if one.version_id in shared
    )
    assert (compared.here.number, compared.there.number, compared.cut) == (30, 30, Fraction(7, 2))
    said = {"form_id": form.pk, "reference_id": reference.pk, "method": Method.LINEAR, "reason": "Harder."}
    basis = compared.basis(Method.LINEAR)
    with pytest.raises(cuts.Changed):
        cuts.propose_equated(**said, by_id=eve.pk, looked_at="0" * 64)
    cut = cuts.propose_equated(**said, by_id=eve.pk, looked_at=equating.digest(basis))
    # Means 2.867 and 1.767, standard deviations 1.3350 and 1.3338: 1.7667 + .9991 × (3.5 − 2.8667).
    assert cut.cut * 5 == Fraction(240, 100)
    assert (cut.basis["from"], cut.digest) == (basis, equating.digest(basis))
    assert equating.again(cut.basis["from"]).points == Fraction(*cut.basis["came"]["points"]) == cut.cut * 5
    with pytest.raises(cuts.SamePerson):
        cuts.approve(cut_uuid=cut.uuid, by_id=eve.pk)
    cuts.approve(cut_uuid=cut.uuid, by_id=jun.pk)
    worker.run_due()
    found = Result.objects.filter(sitting__form=form)
    assert found.filter(outcome="passed").count() == 4 + 3 + 1
    with pytest.raises(cuts.NotItsExam):
        cuts.propose_equated(**(said | {"reference_id": form.pk}), by_id=eve.pk, looked_at="")


def test_below_thirty_no_cut_is_carried_over_or_met(exam, eve) -> None:
    reference = exam.forms.get()
    form = make.another_form(exam)
    looked_at = equating.digest(equating.compared(form, reference).basis(Method.MEAN))
    with pytest.raises(CannotEquate):
        cuts.propose_equated(
            form_id=form.pk, reference_id=reference.pk, method=Method.MEAN,
            by_id=eve.pk, reason="None.", looked_at=looked_at,
        )  # fmt: skip
    with pytest.raises(NoCut):
        proposed(form, (2, 60), (3, 70), method=CutMethod.BEUK)
    assert not FormCut.objects.exists()


def test_where_the_lines_do_not_meet_nothing_is_proposed(exam) -> None:
    with pytest.raises(NoCut):
        proposed(exam.forms.get(), (4, 0, 5, 10), (4, 0, 5, 20))
    assert not FormCut.objects.exists()


def test_who_sat_the_form_has_no_part_and_a_waiting_batch_is_decided_first(exam, eve, jun, ivo) -> None:
    form = exam.forms.get()
    cut = proposed(form, (2, 10, 3, 50), (2, 10, 4, 50))
    Exam.objects.filter(pk=exam.pk).update(release="in-batches")
    make.validated(form, Verdict(5, Decision.ACCEPT, "It stands.", ()))
    uuids = [Result.objects.first().uuid]
    batch = batches.propose(form_id=form.pk, by_id=eve.pk, result_uuids=uuids, reason="First.")
    with pytest.raises(cuts.BatchWaiting):
        cuts.approve(cut_uuid=cut.uuid, by_id=jun.pk)
    batches.send_back(batch_uuid=batch.uuid, by_id=jun.pk, reason="After the cut.")
    make.marked(exam, jun, right=5)
    with pytest.raises(studies.SatThisForm):
        cuts.approve(cut_uuid=cut.uuid, by_id=jun.pk)
    cuts.approve(cut_uuid=cut.uuid, by_id=ivo.pk)
    # What stands on the old cut still is in no batch, whoever asks first.
    with pytest.raises(batches.NotValidated):
        batches.propose(form_id=form.pk, by_id=eve.pk, result_uuids=uuids, reason="Second.")
    assert FormCut.objects.get().state == CutState.APPROVED


def test_a_judge_says_what_is_in_order_and_no_more_once_it_is_closed(eve, ivo, jun) -> None:
    form = make.exam().forms.get()
    found = studies.open_study(form_id=form.pk, by_id=eve.pk, method=CutMethod.HOFSTEE)
    for wrong in ((3, 10, 2, 40), (3, 50, 4, 40), (3, 10, 6, 40), (3, 10, 4, 101), (3, 10)):
        values = dict(zip(("cut", "share", "most_cut", "most_share"), wrong, strict=False))
        with pytest.raises(studies.BadWish):
            studies.wish(study_uuid=found.uuid, judge_id=ivo.pk, **values)
    for cut in (2, 3):
        studies.wish(study_uuid=found.uuid, judge_id=ivo.pk, cut=cut, share=10, most_cut=4, most_share=40)
    assert [one.least_cut for one in panels.wishes(found)] == [3]
    with pytest.raises(Incomplete):
        studies.end(study_uuid=found.uuid, by_id=eve.pk)
    for act in (
        lambda: studies.go_on(study_uuid=found.uuid, by_id=eve.pk),
        lambda: studies.rate(study_uuid=found.uuid, judge_id=ivo.pk, percents={1: 50}),
    ):
        with pytest.raises(IllegalMove):
            act()
    studies.wish(study_uuid=found.uuid, judge_id=jun.pk, cut=2, share=10, most_cut=3, most_share=40)
    studies.end(study_uuid=found.uuid, by_id=eve.pk)
    with pytest.raises(IllegalMove):
        studies.wish(study_uuid=found.uuid, judge_id=jun.pk, cut=2, share=10, most_cut=3, most_share=40)
