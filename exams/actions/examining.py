"""Who examined whom, said to the house: whoever did takes no part in certifying that person, ever."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from exams import signals
from exams.models import AppealVote, Assessment, Batch, LostPass, Result, ResultChange, ScriptMark, Work
from exams.states import BatchState
from lms.jobs import queue

AT_ONCE = 500


class Act(NamedTuple):
    """One act by which a person examined another; `source` names it, once for all."""

    source: str
    person_id: int
    examiner_id: int
    at: datetime


def announce(*acts: Act) -> None:
    """Announces `candidate_examined` for each of these acts, inside the transaction that did them."""
    for act in acts:
        signals.candidate_examined.announce(
            source=act.source, person_id=act.person_id, examiner_id=act.examiner_id, on=act.at.date()
        )


def announce_earlier() -> int:
    """Announces every such act on record, for those from before it was announced; returns how many. Who hears an act
    again does nothing, so it may be called again."""
    found = 0
    for some in batched(_on_record(), AT_ONCE):
        with transaction.atomic(), queue.together():
            announce(*some)
        found += len(some)
    return found


def marked(mark: ScriptMark) -> Act:
    """A marker's mark of a script that is somebody's."""
    assert mark.candidate_id is not None, "a control script is nobody's"
    return Act(f"exams.script_mark:{mark.pk}", mark.candidate_id, mark.marker_id, mark.at)


def work_released(work: Work) -> Act:
    """Who released a coursework, or assessed it as a tutor."""
    assert work.released_by_id and work.released_at, "the table refuses a release by nobody"
    return Act(f"exams.work:{work.pk}", work.person_id, work.released_by_id, work.released_at)


def batch_proposed(batch: Batch, results: Iterable[Result]) -> list[Act]:
    """The first of the two who release results together; the second is named with each result."""
    return [
        Act(
            f"exams.batch:{batch.pk}:{result.pk}",
            result.sitting.candidate_id,
            batch.proposed_by_id,
            batch.proposed_at,
        )
        for result in results
    ]


def lost_pass_judged(lost: LostPass, by_id: int, at: datetime) -> Act:
    """Who proposed, or decided, what becomes of a pass that a later run makes a fail."""
    return Act(f"exams.lost_pass:{lost.pk}", lost.result.sitting.candidate_id, by_id, at)


def voted(vote: AppealVote, person_id: int) -> Act:
    """What a member of a panel finds of a result."""
    return Act(f"exams.appeal_vote:{vote.pk}", person_id, vote.by_id, vote.at)


def _on_record() -> Iterator[Act]:
    for mark in ScriptMark.objects.filter(candidate__isnull=False).iterator():
        yield marked(mark)
    for work in Work.objects.filter(released_by__isnull=False).iterator():
        yield work_released(work)
    for assessment in Assessment.objects.select_related("work").iterator():
        yield Act(
            f"exams.work:{assessment.work_id}", assessment.work.person_id, assessment.tutor_id, assessment.at
        )
    for batch in Batch.objects.filter(state=BatchState.RELEASED).iterator():
        yield from batch_proposed(batch, batch.results.select_related("sitting"))
    for lost in LostPass.objects.select_related("result__sitting").iterator():
        for by_id, at in ((lost.proposed_by_id, lost.proposed_at), (lost.decided_by_id, lost.decided_at)):
            if by_id is not None and at is not None:
                yield lost_pass_judged(lost, by_id, at)
    votes = AppealVote.objects.annotate(person_id=F("appeal__result__sitting__candidate"))
    for vote in votes.iterator():
        yield voted(vote, vote.person_id)
    changes = ResultChange.objects.filter(by__isnull=False, result__sitting__exam__scheme_key="")
    for change in changes.select_related("result__sitting").iterator():
        assert change.by_id is not None, "the query asks for those by somebody"
        yield Act(
            f"exams.result:{change.result_id}", change.result.sitting.candidate_id, change.by_id, change.at
        )
