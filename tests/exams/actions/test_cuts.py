from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from exams.actions import cuts, studies
from exams.models import CutRating, CutStudy, Form, FormCut
from exams.queries import cuts as queries
from exams.rules.standard.angoff import Incomplete
from exams.states import CutState, StudyState
from lms.audit.models import Entry as TrailEntry
from lms.db import clock
from lms.kit.machine import IllegalMove
from tests import cast
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

FIRST = {"ivo": [60, 70, 50, 80, 40], "jun": [50, 65, 40, 75, 40]}
SECOND = {"ivo": [60, 70, 50, 80, 40], "jun": [55, 65, 45, 75, 40]}


@pytest.fixture
def form() -> Form:
    return make.exam().forms.get()


def opened(form: Form) -> CutStudy:
    return studies.open_study(form_id=form.pk, by_id=cast.person("eve").pk)


def rate(study: CutStudy, said: dict[str, list[int]]) -> None:
    for name, percents in said.items():
        studies.rate(
            study_uuid=study.uuid, judge_id=cast.person(name).pk, percents=dict(enumerate(percents, 1))
        )


def closed(form: Form) -> CutStudy:
    eve = cast.person("eve").pk
    study = opened(form)
    rate(study, FIRST)
    studies.go_on(study_uuid=study.uuid, by_id=eve)
    rate(study, SECOND)
    return studies.close(study_uuid=study.uuid, by_id=eve)


def proposed(form: Form) -> FormCut:
    return cuts.propose(study_uuid=closed(form).uuid, by_id=cast.person("eve").pk, reason="As judged.")


def test_two_rounds_give_a_cut_and_both_are_kept(form) -> None:
    study = closed(form)
    first, second = queries.sheets(study)
    assert queries.judged(first, first, form).cut == Fraction(285, 100)
    assert queries.judged(second, first, form).cut == Fraction(290, 100)
    assert CutRating.objects.filter(study=study).count() == 20
    verbs = [
        "study_opened",
        "items_rated",
        "items_rated",
        "study_went_on",
        "items_rated",
        "items_rated",
        "study_closed",
    ]
    trail = TrailEntry.objects.filter(
        subject=f"exams.form:{form.pk}", verb__contains="stud"
    ) | TrailEntry.objects.filter(verb="exams.form.items_rated")
    assert list(trail.order_by("pk").values_list("verb", flat=True)) == [
        f"exams.form.{verb}" for verb in verbs
    ]


def test_a_cut_that_a_second_person_approves_marks_the_form(form, ada, jun) -> None:
    cut = proposed(form)
    assert queries.of_form(form.pk, form.exam) == Fraction(7, 10)
    cuts.approve(cut_uuid=cut.uuid, by_id=jun.pk)
    assert queries.of_form(form.pk, form.exam) == Fraction(29, 50)
    # 3 of 5 are 60 %: enough for 58 %, and not for the exam's 70 %.
    result = make.marked(form.exam, ada, right=3)
    assert (result.outcome, result.cut) == ("passed", Fraction(29, 50))


def test_without_a_cut_of_its_own_a_form_has_that_of_its_exam(form, ada) -> None:
    proposed(form)
    result = make.marked(form.exam, ada, right=3)
    assert (result.outcome, result.cut) == ("failed", Fraction(7, 10))


def test_once_a_sitting_is_marked_the_cut_stands(form, ada, jun, eve) -> None:
    cut = proposed(form)
    make.marked(form.exam, ada, right=3)
    with pytest.raises(studies.AlreadyMarked):
        cuts.approve(cut_uuid=cut.uuid, by_id=jun.pk)
    assert FormCut.objects.get().state == CutState.PROPOSED
    cuts.decline(cut_uuid=cut.uuid, by_id=jun.pk, reason="Too late.")
    with pytest.raises(studies.AlreadyMarked):
        cuts.propose(study_uuid=cut.study.uuid, by_id=eve.pk, reason="Again.")
    with pytest.raises(studies.AlreadyMarked):
        opened(form)


def test_a_running_sitting_does_not_stand_in_the_way(form, ada, jun) -> None:
    make.running(form.exam, ada)
    cut = proposed(form)
    assert cuts.approve(cut_uuid=cut.uuid, by_id=jun.pk).state == CutState.APPROVED


def test_who_proposed_it_does_not_approve_it_and_the_table_agrees(form, eve) -> None:
    cut = proposed(form)
    with pytest.raises(cuts.SamePerson):
        cuts.approve(cut_uuid=cut.uuid, by_id=eve.pk)
    with pytest.raises(IntegrityError, match="exams_cut_two_persons"), transaction.atomic():
        FormCut.objects.filter(pk=cut.pk).update(state="approved", decided_by=eve, decided_at=clock.now())


def test_a_cut_is_decided_once_and_after_a_refusal_another_may_be_proposed(form, eve, jun) -> None:
    cut = proposed(form)
    with pytest.raises(studies.AlreadySet):
        cuts.propose(study_uuid=cut.study.uuid, by_id=eve.pk, reason="Again.")
    cuts.decline(cut_uuid=cut.uuid, by_id=jun.pk, reason="One judge was tired.")
    with pytest.raises(IllegalMove):
        cuts.approve(cut_uuid=cut.uuid, by_id=jun.pk)
    again = cuts.propose(study_uuid=cut.study.uuid, by_id=jun.pk, reason="Looked at again.")
    cuts.approve(cut_uuid=again.uuid, by_id=eve.pk)
    for act in (
        lambda: opened(form),
        lambda: cuts.propose(study_uuid=cut.study.uuid, by_id=eve.pk, reason="Once more."),
    ):
        with pytest.raises(studies.AlreadySet):
            act()
    assert list(FormCut.objects.values_list("state", flat=True)) == ["declined", "approved"]


def test_a_round_ends_when_every_judge_has_rated_every_item(form, eve, ivo, jun) -> None:
    study = opened(form)
    rate(study, {"ivo": FIRST["ivo"]})
    with pytest.raises(Incomplete) as lacking:
        studies.go_on(study_uuid=study.uuid, by_id=eve.pk)
    assert lacking.value.missing == ()
    rate(study, {"jun": [50, 65, 40, 75]})
    with pytest.raises(Incomplete) as lacking:
        studies.go_on(study_uuid=study.uuid, by_id=eve.pk)
    assert lacking.value.missing == ((str(jun.pk), "5"),)
    rate(study, {"jun": FIRST["jun"]})
    studies.go_on(study_uuid=study.uuid, by_id=eve.pk)
    rate(study, {"jun": SECOND["jun"]})
    with pytest.raises(Incomplete) as lacking:
        studies.close(study_uuid=study.uuid, by_id=eve.pk)
    assert {judge for judge, _ in lacking.value.missing} == {str(ivo.pk)}
    with pytest.raises(IllegalMove):
        cuts.propose(study_uuid=study.uuid, by_id=eve.pk, reason="Early.")
    study.refresh_from_db()
    assert study.state == StudyState.SECOND


def test_a_later_rating_stands_in_the_place_of_an_earlier_one(form, ivo) -> None:
    study = opened(form)
    rate(study, {"ivo": [10, 20]})
    rate(study, {"ivo": [30]})
    assert list(CutRating.objects.order_by("position").values_list("position", "percent")) == [
        (1, 30),
        (2, 20),
    ]


@pytest.mark.parametrize("percents", [{0: 50}, {6: 50}, {1: 101}, {1: -1}])
def test_ratings_that_are_none_are_refused_whole(form, ivo, percents) -> None:
    study = opened(form)
    with pytest.raises(studies.BadRatings):
        studies.rate(study_uuid=study.uuid, judge_id=ivo.pk, percents=percents | {2: 50})
    assert not CutRating.objects.exists()


def test_the_second_round_is_of_those_who_were_in_the_first(form, eve) -> None:
    study = opened(form)
    rate(study, FIRST)
    studies.go_on(study_uuid=study.uuid, by_id=eve.pk)
    with pytest.raises(studies.NotAJudge):
        rate(study, {"eve": [50] * 5})
    rate(study, SECOND)
    studies.close(study_uuid=study.uuid, by_id=eve.pk)
    with pytest.raises(IllegalMove):
        rate(study, {"ivo": [50] * 5})


def test_a_form_has_one_study_at_a_time(form) -> None:
    opened(form)
    with pytest.raises(studies.StudyRunning):
        opened(form)


def test_what_is_needed_runs_from_the_easiest_cut_to_the_hardest(form, jun) -> None:
    assert queries.needed(form.exam) == queries.Needed(4, 4, own=False, of=(5, 5))
    cuts.approve(cut_uuid=proposed(form).uuid, by_id=jun.pk)
    assert queries.needed(form.exam) == queries.Needed(3, 3, own=True, of=(5, 5))
    make.another_form(form.exam)
    assert queries.needed(form.exam) == queries.Needed(3, 4, own=True, of=(5, 5))
