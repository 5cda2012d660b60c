from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from exams.actions import appeals, cuts, keys, results
from exams.actions.invigilators import NotIndependent
from exams.models import Appeal, AppealVote, LostPass, Result, ScoreRun
from exams.queries import appeals as queries
from exams.queries.results import UnknownResult
from exams.rules.appeals import Finding, Hindrance
from exams.rules.key_validation import Decision, Verdict
from exams.states import APPEAL
from lms.audit.models import Entry as TrailEntry
from lms.db import clock
from lms.jobs import worker
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests import cast
from tests.factories import exams as make
from tests.factories import keys as make_keys

pytestmark = pytest.mark.django_db

REASONS = "Item 5 has two right answers: both a and b are asked for in 6.1.2."
WHY = "The candidate is right about item 5."


@pytest.fixture
def result(ada) -> Result:
    """Ada's fail, released by Eve: Ivo and Jun had no part in it."""
    cast.person("ivo"), cast.person("jun")
    result = make.sat(make.exam(), ada, "bbbaa")
    return results.release(result_uuid=result.uuid, examiner_id=cast.person("eve").pk)


@pytest.fixture
def appeal(result, ada) -> Appeal:
    return lodge(result, ada)


def lodge(result: Result, by) -> Appeal:
    return appeals.lodge(result_uuid=result.uuid, person_id=by.pk, reasons=REASONS)


def vote(appeal: Appeal, by, finding: Finding, reason: str = WHY) -> Appeal:
    return appeals.vote(appeal_uuid=appeal.uuid, by_id=by.pk, finding=finding, reason=reason)


def test_an_appeal_is_told_to_those_who_may_hear_it(appeal, eve, ivo, jun) -> None:
    assert (appeal.state, appeal.needed) == ("lodged", 2)
    told = Notice.objects.filter(kind="exam-appeal-lodged").values_list("to", flat=True)
    assert sorted(told) == [ivo.email, jun.email]
    entry = TrailEntry.objects.get(verb="exams.appeal.lodged")
    assert REASONS not in str(entry.facts)


def test_two_who_agree_dismiss_it_and_the_candidate_is_told(appeal, ada, ivo, jun) -> None:
    assert vote(appeal, ivo, Finding.DISMISS).state == "hearing"
    decided = vote(appeal, jun, Finding.DISMISS)
    assert (decided.state, decided.finding) == ("dismissed", "dismiss")
    assert Notice.objects.filter(kind="exam-appeal-dismissed", to=ada.email).count() == 1
    assert ScoreRun.objects.count() == 1
    with pytest.raises(IllegalMove):
        vote(appeal, jun, Finding.REMARK)


def test_where_two_differ_a_third_decides_and_the_dissent_stays_on_record(appeal, ivo, jun, gro) -> None:
    cast.memberships.appoint(
        person_id=gro.pk,
        organisation_id=appeal.result.sitting.exam.organisation_id,
        role="reviewer",
        actor_id=None,
    )
    vote(appeal, ivo, Finding.DISMISS)
    assert vote(appeal, jun, Finding.REMARK).state == "hearing"
    assert vote(appeal, gro, Finding.REMARK).state == "upheld"
    assert list(AppealVote.objects.values_list("finding", flat=True)) == ["dismiss", "remark", "remark"]


def test_upheld_it_is_marked_again_as_a_new_run(appeal, ada, ivo, jun) -> None:
    vote(appeal, ivo, Finding.REMARK)
    assert vote(appeal, jun, Finding.REMARK).finding == "remark"
    result = Result.objects.select_related("run").get()
    assert (result.run.number, result.run.by, result.run.reason) == (2, jun, WHY)
    kinds = set(Notice.objects.filter(to=ada.email).values_list("kind", flat=True))
    assert {"exam-appeal-upheld", "exam-result-revised"} <= kinds


def test_upheld_about_the_key_it_stands_before_examiners_until_two_have_decided(
    appeal, ada, ivo, jun
) -> None:
    mine = [appeal.result.sitting.exam.organisation_id]
    vote(appeal, ivo, Finding.REKEY)
    vote(appeal, jun, Finding.REKEY)
    assert list(queries.owed(mine)) == [appeal]
    make.validated(appeal.result.sitting.form, Verdict(5, Decision.CREDIT, "Both are right."), reason=WHY)
    assert list(queries.owed(mine)) == []
    worker.run_due()
    assert Result.objects.get().outcome == "passed"
    assert Notice.objects.filter(kind="exam-result-revised", to=ada.email).exists()


def test_nobody_who_had_a_part_or_is_the_candidate_hears_it(appeal, ada, eve, jun) -> None:
    for person in (ada, eve):
        with pytest.raises(NotIndependent):
            vote(appeal, person, Finding.REMARK)
    make.validated(appeal.result.sitting.form)
    with pytest.raises(NotIndependent) as refused:
        vote(appeal, jun, Finding.DISMISS)
    assert refused.value.bar == "decided"


def test_who_had_a_part_is_found_wherever_they_had_it(ada, ben, eve, ivo, jun, hana) -> None:
    exam = make.exam(release="in-batches")
    batch = make.proposed_batch(exam, ada)
    result = batch.results.get()
    assert queries.deciders(result) == {eve.pk, jun.pk}
    make.received_file(result.sitting)
    assert queries.deciders(result) == {eve.pk, jun.pk}
    LostPass.objects.create(result=result, run=result.run, at=clock.now(), proposed_by=ivo)
    assert queries.deciders(result) == {eve.pk, jun.pk, ivo.pk}
    assert queries.deciders(make.marked(make.exam("other"), ben)) == frozenset()


def test_who_set_the_cut_of_the_form_hears_no_appeal_against_what_it_decided(ada) -> None:
    exam = make.exam()
    cut, lena = make.proposed_cut(exam.forms.get()), cast.person("lena")
    result = make.marked(make.exam("other"), ada)
    assert queries.deciders(result) == frozenset(), "another form's cut has no part in it"
    cuts.approve(cut_uuid=cut.uuid, by_id=lena.pk)
    result = make.marked(exam, ada)
    assert queries.deciders(result) == {cut.proposed_by_id, lena.pk}


def test_who_upheld_an_appeal_does_not_hear_the_next_one(result, ada, eve, ivo, jun) -> None:
    first = lodge(annulled(result, eve), ada)
    again = annulled(upheld(first, ivo, jun), eve)
    another = lodge(again, ada)
    for person in (ivo, jun):
        with pytest.raises(NotIndependent) as refused:
            vote(another, person, Finding.DISMISS)
        assert refused.value.bar == "decided"
    first.refresh_from_db()
    assert ivo.pk not in queries.deciders(again, hearing=first), "their own appeal is not what it is against"


def test_each_member_votes_once(appeal, ivo) -> None:
    vote(appeal, ivo, Finding.DISMISS)
    with pytest.raises(appeals.VotedAlready):
        vote(appeal, ivo, Finding.DISMISS)


def test_only_ones_own_released_result_of_an_exam_is_appealed_against(result, ada, dag) -> None:
    with pytest.raises(UnknownResult):
        lodge(result, dag)
    for other in (make.marked(make.exam("other"), ada), make.marked(make.exam("p", kind="practice"), ada)):
        with pytest.raises(UnknownResult):
            lodge(other, ada)


def test_what_keeps_from_an_appeal_is_said(result, ada, ivo, jun) -> None:
    appeal = lodge(result, ada)
    with pytest.raises(appeals.MayNotAppeal) as refused:
        lodge(result, ada)
    assert refused.value.hindrance == Hindrance.OPEN
    appeals.withdraw(appeal_uuid=appeal.uuid, person_id=ada.pk)
    again = lodge(result, ada)
    for person in (ivo, jun):
        vote(again, person, Finding.DISMISS)
    with pytest.raises(appeals.MayNotAppeal) as refused:
        lodge(result, ada)
    assert refused.value.hindrance == Hindrance.HEARD


def test_when_the_time_is_over_it_is_over_until_the_result_is_revised(result, ada) -> None:
    with clock.shifted(days=31):
        with pytest.raises(appeals.MayNotAppeal) as refused:
            lodge(result, ada)
        assert refused.value.hindrance == Hindrance.LATE
        make.validated(result.sitting.form, make_keys.REKEY)
        worker.run_due()
        assert lodge(result, ada).state == "lodged"
        way = queries.way(Result.objects.select_related("sitting__exam").get(), at=clock.now())
    assert way.until - result.released_at > timedelta(days=60)


def test_another_persons_appeal_is_not_withdrawn(appeal, dag, ada) -> None:
    with pytest.raises(queries.UnknownAppeal):
        appeals.withdraw(appeal_uuid=appeal.uuid, person_id=dag.pk)
    appeals.withdraw(appeal_uuid=appeal.uuid, person_id=ada.pk)
    with pytest.raises(IllegalMove):
        appeals.withdraw(appeal_uuid=appeal.uuid, person_id=ada.pk)


def test_the_table_refuses_nonsense(appeal, ivo) -> None:
    for wrong in (
        {"state": "upheld"},
        {"state": "dismissed", "finding": "remark"},
        {"needed": 1},
        {"finding": "dismiss"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appeal.objects.update(**wrong)


@pytest.mark.parametrize("state", ["upheld", "dismissed", "withdrawn"])
def test_what_is_decided_is_decided(state) -> None:
    assert APPEAL.final(state)


def annulled(result: Result, eve) -> Result:
    results.annul(result_uuid=result.uuid, examiner_id=eve.pk, reason="A phone rang.")
    result.refresh_from_db()
    return result


def upheld(appeal: Appeal, *panel) -> Result:
    for member in panel:
        vote(appeal, member, Finding.REMARK, "The phone was not the candidate's.")
    worker.run_due()
    return Result.objects.select_related("run").get(pk=appeal.result_id)


def test_an_annulment_is_appealed_against_and_the_result_comes_back(result, ada, eve, ivo, jun) -> None:
    appeal = lodge(annulled(result, eve), ada)
    assert appeal.against == "annulment"
    with pytest.raises(NotIndependent):
        vote(appeal, eve, Finding.REMARK)
    with pytest.raises(appeals.NotAgainstThat):
        vote(appeal, ivo, Finding.REKEY)
    found = upheld(appeal, ivo, jun)
    assert (found.state, found.outcome, found.run.number, found.annulled_reason) == (
        "released",
        "failed",
        2,
        "",
    )
    assert list(found.changes.order_by("pk").values_list("event", flat=True)) == [
        "mark", "release", "annul", "restore"
    ]  # fmt: skip
    assert Notice.objects.filter(kind="exam-result-restored", to=ada.email).count() == 1
    # What came back can be annulled, and appealed against, anew.
    again = annulled(found, eve)
    assert Notice.objects.filter(kind="exam-result-annulled", to=ada.email).count() == 2
    another = lodge(again, ada)
    assert (another.against, queries.deciders(again)) == ("annulment", {eve.pk, ivo.pk, jun.pk})


def test_a_pass_comes_back_as_a_pass_whatever_the_newer_key_says(ben, eve, ivo, jun) -> None:
    result = make.sat(make.exam(), ben, "abbbb")
    results.release(result_uuid=result.uuid, examiner_id=eve.pk)
    appeal = lodge(annulled(result, eve), ben)
    kay, mia = make.people(2)
    form = result.sitting.form
    found = keys.propose(form_id=form.pk, by_id=kay.pk, verdicts=[make_keys.REKEY], reason="It is a.")
    keys.approve(validation_uuid=found.uuid, by_id=mia.pk, reason="It is a.")
    worker.run_due()
    back = upheld(appeal, ivo, jun)
    assert (back.state, back.outcome, back.run.number) == ("released", "passed", 1)
    lost = LostPass.objects.get(result=back)
    assert lost.run.number == 4  # after the key's own run and that of its coming back
