"""Released passes that a later run makes fails: nothing becomes of them by itself.

Whoever proposes or decides has examined the candidate: `candidate_examined` is announced."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from exams.actions import examining, invigilators, results
from exams.actions.invigilators import SamePerson
from exams.models import LostPass, Result
from exams.queries.lost_passes import UnknownLostPass
from exams.states import LOST_PASS
from lms.audit import trail


def keep(*, lost_uuid: UUID, by_id: int, reason: str) -> LostPass:
    """Lets the pass stand, for good; nobody is told, for nothing has changed for them. Raises UnknownLostPass,
    NotIndependent, and IllegalMove for what is decided already."""
    with transaction.atomic():
        lost, at = _locked(lost_uuid, by_id)
        _decide(lost, "keep", at, by_id, reason)
    return lost


def propose(*, lost_uuid: UUID, by_id: int, reason: str) -> LostPass:
    """Proposes to make the pass a fail; the candidate will read the reason. Raises UnknownLostPass, NotIndependent,
    and IllegalMove for what is proposed or decided already."""
    with transaction.atomic():
        lost, at = _locked(lost_uuid, by_id)
        lost.state = LOST_PASS.after(lost.state, "propose")
        lost.proposed_by_id, lost.proposed_at, lost.reason = by_id, at, reason
        lost.save(update_fields=["state", "proposed_by", "proposed_at", "reason"])
        examining.announce(examining.lost_pass_judged(lost, by_id, at))
        _record("proposed", lost, at, by_id)
    return lost


def revise(*, lost_uuid: UUID, by_id: int, reason: str) -> LostPass:
    """Makes the pass a fail, as a second person: the result stands on the new run, its candidate is told, and
    `result_revised` announced. Raises UnknownLostPass, NotIndependent, SamePerson, and IllegalMove for what was
    not proposed, and where the result was annulled."""
    with transaction.atomic():
        lost, at = _locked(lost_uuid, by_id)
        LOST_PASS.after(lost.state, "revise")
        if lost.proposed_by_id == by_id:
            raise SamePerson
        _decide(lost, "revise", at, by_id, reason)
        results.revise(result=lost.result, run=lost.run, examiner_id=by_id, reason=lost.reason, at=at)
    return lost


def _locked(lost_uuid: UUID, by_id: int) -> tuple[LostPass, datetime]:
    """With its result, the sitting locked first as everywhere."""
    rows = LostPass.objects.filter(uuid=lost_uuid).values_list("result__sitting__uuid", flat=True)
    sitting_uuid = rows.first()
    if sitting_uuid is None:
        raise UnknownLostPass(lost_uuid)
    _, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
    lost = LostPass.objects.select_for_update(of=("self",)).select_related("run").get(uuid=lost_uuid)
    found = Result.objects.select_for_update(of=("self",)).select_related("sitting__exam")
    lost.result = found.get(pk=lost.result_id)
    return lost, at


def _decide(lost: LostPass, event: str, at: datetime, by_id: int, reason: str) -> None:
    lost.state = LOST_PASS.after(lost.state, event)
    lost.decided_by_id, lost.decided_at, lost.decision_reason = by_id, at, reason
    lost.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    examining.announce(examining.lost_pass_judged(lost, by_id, at))
    _record({"keep": "kept", "revise": "revised"}[event], lost, at, by_id)


def _record(became: str, lost: LostPass, at: datetime, by_id: int) -> None:
    trail.record(
        f"exams.lost_pass.{became}",
        subject=f"exams.result:{lost.result_id}",
        at=at,
        actor_id=by_id,
        facts={"run": lost.run.number},
        organisation_id=lost.result.sitting.exam.organisation_id,
    )
