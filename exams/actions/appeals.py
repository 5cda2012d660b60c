"""Appeals: lodged by a candidate, heard by people who had no part in what they are against."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from exams.actions import examining, invigilators, marking, marking_scripts, results
from exams.models import Appeal, AppealVote, Result, ScoreRun, Sitting
from exams.queries import appeals as queries
from exams.queries import files, sheets
from exams.queries.appeals import UnknownAppeal
from exams.queries.results import UnknownResult
from exams.rules import appeals as rules
from exams.rules.appeals import Against, Finding, Hindrance
from exams.states import APPEAL, AppealState, ResultState
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.kit import panels
from lms.notifications import outbox
from lms.organisations import queries as organisations


class MayNotAppeal(Exception):
    """Carries `hindrance`."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance


class NotAgainstThat(Exception):
    """What a member finds has no part in what the appeal is against."""


class VotedAlready(Exception):
    """Each member of a panel votes once."""


def lodge(*, result_uuid: UUID, person_id: int, reasons: str) -> Appeal:
    """Lodges an appeal against one's own released result, or against its annulment. Those who may hear it are told.

    Raises UnknownResult, also for one that is not released, and MayNotAppeal.
    """
    with transaction.atomic():
        rows = Result.objects.select_for_update(of=("self",)).select_related("sitting__exam")
        told = (ResultState.RELEASED, ResultState.ANNULLED)
        released = rows.filter(uuid=result_uuid, state__in=told, sitting__exam__kind="exam")
        result = released.filter(sitting__candidate_id=person_id).first()
        if result is None:
            raise UnknownResult(result_uuid)
        at = clock.now()
        way = queries.way(result, at=at)
        if way.hindrance is not None:
            raise MayNotAppeal(way.hindrance)
        annulled = result.state == ResultState.ANNULLED
        appeal = Appeal.objects.create(
            result=result,
            against=Against.ANNULMENT if annulled else Against.RESULT,
            reasons=reasons,
            needed=result.sitting.exam.appeal_panel,
            lodged_at=at,
        )
        _record("lodged", appeal, at, person_id)
        _tell_panel(appeal, at)
    return appeal


def withdraw(*, appeal_uuid: UUID, person_id: int) -> Appeal:
    """Withdraws one's own appeal before it is decided. Raises UnknownAppeal, and IllegalMove."""
    with transaction.atomic():
        appeal, at = _locked(appeal_uuid)
        if appeal.result.sitting.candidate_id != person_id:
            raise UnknownAppeal(appeal_uuid)
        appeal.state = APPEAL.after(appeal.state, "withdraw")
        appeal.decided_at = at
        appeal.save(update_fields=["state", "decided_at"])
        _record("withdrawn", appeal, at, person_id)
    return appeal


def vote(*, appeal_uuid: UUID, by_id: int, finding: Finding, reason: str) -> Appeal:
    """Puts down what a member of the panel finds. Where enough members agree, the appeal is decided: the candidate
    is told, and where it is to be marked again there is a new score run, on which the result stands as
    `results.settle` says. Each member has examined the candidate: `candidate_examined` is announced. An upheld appeal against an annulment brings the result back first, as `results.restore` says.

    Raises UnknownAppeal, NotIndependent, VotedAlready, NotAgainstThat, and IllegalMove for what is decided or
    withdrawn.
    """
    with transaction.atomic():
        appeal, at = _locked(appeal_uuid)
        invigilators.check(
            candidate_id=appeal.result.sitting.candidate_id,
            by_id=by_id,
            decider_ids=queries.deciders(appeal.result, hearing=appeal),
        )
        appeal.state = APPEAL.after(appeal.state, "hear")
        if finding not in rules.FINDINGS[Against(appeal.against)]:
            raise NotAgainstThat
        if appeal.votes.filter(by_id=by_id).exists():
            raise VotedAlready
        made = AppealVote.objects.create(appeal=appeal, by_id=by_id, finding=finding, reason=reason, at=at)
        examining.announce(examining.voted(made, appeal.result.sitting.candidate_id))
        found = [Finding(said) for said in appeal.votes.values_list("finding", flat=True)]
        agreed = panels.agreed(found, needed=appeal.needed)
        if agreed is not None:
            _decide(appeal, agreed, at, by_id, reason)
        appeal.save(update_fields=["state", "finding", "decided_at"])
        _record("voted", appeal, at, by_id)
    return appeal


def _decide(appeal: Appeal, agreed: Finding, at: datetime, by_id: int, reason: str) -> None:
    appeal.state = APPEAL.after(appeal.state, "dismiss" if agreed == Finding.DISMISS else "uphold")
    appeal.finding, appeal.decided_at = agreed, at
    _tell_candidate(appeal, at)
    if agreed != Finding.REMARK:
        return
    result, run = appeal.result, _marked(appeal, at, by_id, reason)
    if appeal.against == Against.ANNULMENT and result.state == ResultState.ANNULLED:
        if results.restore(result=result, run=run, by_id=by_id, reason=reason, at=at):
            return
        # It is back as it was; a run of its own is put before people, for each run is told of once.
        run = _marked(appeal, at, by_id, reason)
    results.settle(result=result, run=run, by_id=by_id, reason=reason, at=at)
    # What people marked goes to other people; when they are done there is another run.
    marking_scripts.open_again(sitting=result.sitting, by_id=by_id, reason=reason, at=at)


def _marked(appeal: Appeal, at: datetime, by_id: int, reason: str) -> ScoreRun:
    result = appeal.result
    return marking.mark_again(
        result=result, admitted=files.admitted(result.sitting), at=at, by_id=by_id, reason=reason
    )


def _locked(appeal_uuid: UUID) -> tuple[Appeal, datetime]:
    """An appeal with its result and its sitting, the sitting locked first as everywhere."""
    sitting_id = Appeal.objects.filter(uuid=appeal_uuid).values_list("result__sitting", flat=True).first()
    if sitting_id is None:
        raise UnknownAppeal(appeal_uuid)
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "form").defer(*sheets.LATER)
    sitting = rows.get(pk=sitting_id)
    found = Result.objects.select_for_update(of=("self",)).select_related("run")
    appeal = Appeal.objects.select_for_update(of=("self",)).get(uuid=appeal_uuid)
    appeal.result = found.get(pk=appeal.result_id)
    appeal.result.sitting = sitting
    return appeal, clock.now()


def _tell_panel(appeal: Appeal, at: datetime) -> None:
    organisation_id = appeal.result.sitting.exam.organisation_id
    away = queries.deciders(appeal.result, hearing=appeal) | {appeal.result.sitting.candidate_id}
    for person_id in organisations.people_with("exams.hear_appeals", organisation_id):
        if person_id not in away:
            path = reverse("exams:appeal_heard", args=[appeal.uuid])
            _send("exam-appeal-lodged", appeal, people.card(person_id), path, at)


def _tell_candidate(appeal: Appeal, at: datetime) -> None:
    path = reverse("exams:appeal", args=[appeal.result.uuid])
    card = people.card(appeal.result.sitting.candidate_id)
    kind = "upheld" if appeal.state == AppealState.UPHELD else "dismissed"
    _send(f"exam-appeal-{kind}", appeal, card, path, at)


def _send(kind: str, appeal: Appeal, card: people.PersonCard, path: str, at: datetime) -> None:
    outbox.put(
        kind,
        key=f"{kind}:{appeal.uuid}:{card.id}",
        to=card.email,
        person_id=card.id,
        context={"name": card.display_name, "exam": appeal.result.sitting.exam.title, "path": path},
        at=at,
    )


def _record(became: str, appeal: Appeal, at: datetime, by_id: int) -> None:
    """The trail is read by more people than may read the reasons, so it holds none."""
    trail.record(
        f"exams.appeal.{became}",
        subject=f"exams.result:{appeal.result_id}",
        at=at,
        actor_id=by_id,
        facts={"state": str(appeal.state)},
        organisation_id=appeal.result.sitting.exam.organisation_id,
    )
