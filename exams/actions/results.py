"""Releasing, revising, annulling and restoring results."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from exams import signals
from exams.models import LostPass, Result, ResultChange, ScoreRun
from exams.queries import cuts
from exams.rules import outcome
from exams.rules.outcome import Outcome
from exams.states import LOST_PASS, RESULT, LostPassState, ResultState
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.notifications import outbox

WAITING = (LostPassState.OPEN, LostPassState.PROPOSED)
_STANDS = ("state", "run", "outcome", "cut_numerator", "cut_denominator")
VERBS = {
    "release": "released",
    "revise": "revised",
    "rerun": "rerun",
    "annul": "annulled",
    "restore": "restored",
}


class UnknownResult(LookupError):
    """There is no such result."""


class NeedsBatch(Exception):
    """The results of this exam are released in batches, by two persons."""


class CutPending(Exception):
    """The form has a new cut, and the result is being held against it."""


class OwnResult(Exception):
    """Nobody decides about their own result."""


def release(*, result_uuid: UUID, examiner_id: int) -> Result:
    """Releases a marked result: its candidate may see it and is told, and it counts as evidence.

    A result that is released already is returned as it is. Raises UnknownResult, OwnResult, NeedsBatch, CutPending,
    and IllegalMove for an annulled one. Announces `result_released`.
    """
    with transaction.atomic():
        result = _locked(result_uuid, examiner_id)
        if result.sitting.exam.in_batches:
            raise NeedsBatch(result_uuid)
        if result.state != ResultState.RELEASED:
            if cuts.behind([result]):
                raise CutPending(result_uuid)
            _release(result, clock.now(), examiner_id)
    return result


def release_batch(*, result_uuids: Sequence[UUID], examiner_id: int) -> int:
    """Releases several results, all or none; returns how many. Raises what `release` raises."""
    with transaction.atomic():
        for result_uuid in sorted(set(result_uuids), key=str):
            release(result_uuid=result_uuid, examiner_id=examiner_id)
    return len(set(result_uuids))


def release_in_batch(*, result: Result, examiner_id: int, at: datetime) -> None:
    """Releases a result that the caller has locked, in the transaction in which a second person releases its batch.
    Raises OwnResult, and IllegalMove for one that is not waiting."""
    if result.sitting.candidate_id == examiner_id:
        raise OwnResult(result.uuid)
    _release(result, at, examiner_id)


def release_by_rule(*, result: Result, at: datetime) -> None:
    """Releases the result of a practice exam, in the transaction that marked it: nothing hangs on it, so
    nobody need look at it first."""
    _release(result, at, None)


def revise(
    *,
    result: Result,
    run: ScoreRun,
    examiner_id: int,
    reason: str,
    at: datetime,
    told: bool = True,
    cut: Fraction | None = None,
) -> None:
    """Lets a result that the caller has locked stand on a new score run, in the transaction that made it.

    The cut is the one that was pinned, or `cut`, which is for a result that nobody was told of; the minima stay. Where the result is released already, its candidate
    is told and `result_revised` announced, unless `told` is false. Raises OwnResult, and IllegalMove for an annulled
    one.
    """
    before = _stand(result, run, examiner_id, cut)
    result.save(update_fields=_STANDS)
    _note(result, "revise" if told else "rerun", before, at, by_id=examiner_id, note=reason)
    if result.state == ResultState.RELEASED and told:
        _tell(result, "exam-result-revised", at, key=f"exam-result-revised:{result.uuid}:{run.number}")
        signals.result_revised.announce(
            **_facts(result), at=at, examiner_id=examiner_id, run=run.number, reason=reason
        )


def settle(
    *, result: Result, run: ScoreRun, by_id: int, reason: str, at: datetime, quiet: bool = False
) -> None:
    """What becomes of a result that the caller has locked, now that there is a new score run.

    It stands on the run, as `revise` says; but a released pass that would become a fail stays what it is until
    people have decided, and an annulled result stays annulled. With `quiet` nobody is told of a run that gives the
    same points everywhere. Raises OwnResult.
    """
    if result.state == ResultState.ANNULLED:
        return
    after = outcome.decide(
        raw=run.raw, maximum=run.maximum, cut=result.cut, domains=run.domains, minima=result.least
    )
    waiting = LostPass.objects.select_for_update().filter(result=result, state__in=WAITING).first()
    if (result.state, result.outcome, after) == (ResultState.RELEASED, Outcome.PASSED, Outcome.FAILED):
        _lose(result, run, waiting, at)
        return
    same = quiet and result.run.detail["marks"] == run.detail["marks"]
    revise(result=result, run=run, examiner_id=by_id, reason=reason, at=at, told=not same)
    if waiting is not None:
        waiting.state = LOST_PASS.after(waiting.state, "keep")
        waiting.decided_by_id, waiting.decided_at, waiting.decision_reason = by_id, at, reason
        waiting.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def settle_all(*, found: Sequence[tuple[Result, ScoreRun]], by_id: int, reason: str, at: datetime) -> None:
    """`settle`, with `quiet`, for many results that the caller has locked: those of which nobody need be told are settled
    with as many statements as one."""
    waiting = LostPass.objects.filter(result__in=[result for result, _ in found], state__in=WAITING)
    undecided = set(waiting.values_list("result_id", flat=True))
    untold: dict[str, list[tuple[Result, ScoreRun]]] = {"revise": [], "rerun": []}
    for result, run in found:
        same = result.run.detail["marks"] == run.detail["marks"]
        alone = result.pk in undecided or not (
            result.state == ResultState.MARKED or (result.state == ResultState.RELEASED and same)
        )
        if alone:
            settle(result=result, run=run, by_id=by_id, reason=reason, at=at, quiet=True)
        else:
            untold["rerun" if same else "revise"].append((result, run))
    for event, pairs in untold.items():
        _stand_all(pairs, event, at, by_id, reason)


def revise_marked(
    *, found: Sequence[tuple[Result, ScoreRun]], examiner_id: int, reason: str, at: datetime, cut: Fraction
) -> None:
    """`revise`, for many results of which nobody was told, by a new `cut`, with as many statements as one."""
    _stand_all(found, "revise", at, examiner_id, reason, cut)


def annul(*, result_uuid: UUID, examiner_id: int, reason: str) -> Result:
    """Annuls a released result: it stays on record with the reason, and no longer counts.

    Its candidate sees that and why. Raises UnknownResult, OwnResult, IllegalMove. Announces
    `result_annulled`.
    """
    with transaction.atomic():
        result = _locked(result_uuid, examiner_id)
        at = clock.now()
        before, result.state = result.state, RESULT.after(result.state, "annul")
        result.annulled_at = at
        result.annulled_reason = reason
        result.save(update_fields=["state", "annulled_at", "annulled_reason"])
        _note(result, "annul", before, at, by_id=examiner_id, note=reason)
        _tell(
            result, "exam-result-annulled", at, key=f"exam-result-annulled:{result.uuid}:{result.run.number}"
        )
        sitting = result.sitting
        signals.result_annulled.announce(
            result_id=result.pk,
            sitting_id=sitting.pk,
            person_id=sitting.candidate_id,
            exam_key=sitting.exam.key,
            scheme_key=sitting.exam.scheme_key,
            at=at,
            reason=reason,
            examiner_id=examiner_id,
            run=result.run.number,
        )
    return result


def restore(*, result: Result, run: ScoreRun, by_id: int, reason: str, at: datetime) -> bool:
    """Brings an annulled result, that the caller has locked, back by a new score run, in the transaction that made it.

    It stands on that run; but where it was a pass and the run makes it a fail, it comes back as it was. Gives whether it
    stands on the run. Its candidate is told, and `result_revised` announced with the number of the run. Raises
    OwnResult, and IllegalMove for one that is not annulled.
    """
    if result.sitting.candidate_id == by_id:
        raise OwnResult(result.uuid)
    before, result.state = result.state, RESULT.after(result.state, "restore")
    result.annulled_at, result.annulled_reason = None, ""
    after = outcome.decide(
        raw=run.raw, maximum=run.maximum, cut=result.cut, domains=run.domains, minima=result.least
    )
    stands = (result.outcome, after) != (Outcome.PASSED, Outcome.FAILED)
    if stands:
        result.run, result.outcome = run, after
    result.save(update_fields=["state", "annulled_at", "annulled_reason", "run", "outcome"])
    _note(result, "restore", before, at, by_id=by_id, note=reason)
    _tell(result, "exam-result-restored", at, key=f"exam-result-restored:{result.uuid}:{run.number}")
    signals.result_revised.announce(**_facts(result), at=at, examiner_id=by_id, run=run.number, reason=reason)
    return stands


def _lose(result: Result, run: ScoreRun, waiting: LostPass | None, at: datetime) -> None:
    """Puts a pass that a run would make a fail before people, once; a later run takes the earlier one's place."""
    if waiting is not None:
        waiting.run = run
        waiting.save(update_fields=["run"])
        return
    LostPass.objects.create(result=result, run=run, at=at)
    trail.record(
        "exams.lost_pass.opened",
        subject=f"exams.result:{result.pk}",
        at=at,
        actor_id=None,
        facts={"run": run.number},
        organisation_id=result.sitting.exam.organisation_id,
    )


def _stand(result: Result, run: ScoreRun, examiner_id: int, cut: Fraction | None) -> str:
    """Lets a result stand on a run, and gives the state before; the caller saves it."""
    if result.sitting.candidate_id == examiner_id:
        raise OwnResult(result.uuid)
    before, result.state = result.state, RESULT.after(result.state, "revise")
    result.run = run
    if cut is not None:
        assert result.state == ResultState.MARKED, "what was told stands by the cut that was told with it"
        result.cut_numerator, result.cut_denominator = cut.numerator, cut.denominator
    result.outcome = outcome.decide(
        raw=run.raw, maximum=run.maximum, cut=result.cut, domains=run.domains, minima=result.least
    )
    return before


def _stand_all(
    found: Sequence[tuple[Result, ScoreRun]],
    event: str,
    at: datetime,
    by_id: int,
    reason: str,
    cut: Fraction | None = None,
) -> None:
    if not found:
        return
    before = [_stand(result, run, by_id, cut) for result, run in found]
    stood = [result for result, _ in found]
    alike: dict[tuple[Any, ...], list[int]] = {}
    for result in stood:
        values = (result.state, result.outcome, result.cut_numerator, result.cut_denominator)
        alike.setdefault(values, []).append(result.pk)
    # The run is the last of its sitting, which is locked: said so, one statement does for all that are alike.
    last = ScoreRun.objects.filter(sitting=OuterRef("sitting")).order_by("-number").values("pk")[:1]
    for (state, came, numerator, denominator), ids in alike.items():
        Result.objects.filter(pk__in=ids).update(
            run=Subquery(last),
            state=state,
            outcome=came,
            cut_numerator=numerator,
            cut_denominator=denominator,
        )
    ResultChange.objects.bulk_create(
        ResultChange(
            result=result, event=event, from_state=was, to_state=result.state, by_id=by_id, note=reason, at=at
        )
        for result, was in zip(stood, before, strict=True)
    )
    acts = (
        trail.Act(
            subject=f"exams.result:{result.pk}",
            facts={"outcome": str(result.outcome)},
            organisation_id=result.sitting.exam.organisation_id,
        )
        for result in stood
    )
    trail.record_all(f"exams.result.{VERBS[event]}", acts, at=at, actor_id=by_id)


def _locked(result_uuid: UUID, examiner_id: int) -> Result:
    rows = Result.objects.select_for_update(of=("self",)).select_related("sitting__exam")
    result = rows.filter(uuid=result_uuid).first()
    if result is None:
        raise UnknownResult(result_uuid)
    if result.sitting.candidate_id == examiner_id:
        raise OwnResult(result_uuid)
    return result


def _release(result: Result, at: datetime, examiner_id: int | None) -> None:
    before, result.state = result.state, RESULT.after(result.state, "release")
    result.released_at = at
    result.released_by_id = examiner_id
    result.save(update_fields=["state", "released_at", "released_by"])
    _note(result, "release", before, at, by_id=examiner_id)
    if examiner_id is not None:
        _tell(result, "exam-result-released", at)
    signals.result_released.announce(**_facts(result), at=at, examiner_id=examiner_id)


def _facts(result: Result) -> dict[str, object]:
    """What is announced of a result whenever it comes to count, or counts otherwise than before."""
    sitting, exam = result.sitting, result.sitting.exam
    assert sitting.submitted_at is not None, "the table refuses an ended sitting without its end"
    return {
        "result_id": result.pk,
        "sitting_id": sitting.pk,
        "person_id": sitting.candidate_id,
        "exam_key": exam.key,
        "exam_title": exam.title,
        "kind": exam.kind,
        "scheme_key": exam.scheme_key,
        "outcome": str(result.outcome),
        "on": sitting.submitted_at.date(),
        "invigilated": exam.invigilated and sitting.identity_checks.exists(),
    }


def _tell(result: Result, kind: str, at: datetime, *, key: str = "") -> None:
    person = people.card(result.sitting.candidate_id)
    outbox.put(
        kind,
        key=key or f"{kind}:{result.uuid}",
        to=person.email,
        person_id=person.id,
        context={
            "name": person.display_name,
            "exam": result.sitting.exam.title,
            "path": reverse("exams:result", args=[result.uuid]),
        },
        at=at,
    )


def _note(
    result: Result, event: str, before: str, at: datetime, *, by_id: int | None, note: str = ""
) -> None:
    ResultChange.objects.create(
        result=result, event=event, from_state=before, to_state=result.state, by_id=by_id, note=note, at=at
    )
    trail.record(
        f"exams.result.{VERBS[event]}",
        subject=f"exams.result:{result.pk}",
        at=at,
        actor_id=by_id,
        facts={"outcome": str(result.outcome)},
        organisation_id=result.sitting.exam.organisation_id,
    )
