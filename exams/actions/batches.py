"""Batches of results: proposed by one examiner, released by another."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from exams.actions import examining, results
from exams.actions.invigilators import SamePerson
from exams.actions.results import OwnResult
from exams.models import Batch, Form, Result
from exams.queries import batches as queries
from exams.queries import key_validation
from exams.queries.batches import UnknownBatch
from exams.queries.key_validation import UnknownForm
from exams.states import BATCH, BatchState
from lms.audit import trail
from lms.db import clock


class NotValidated(Exception):
    """No key of the form was approved since these results were marked. Carries `waiting`: how many came later."""

    def __init__(self, waiting: int) -> None:
        super().__init__(waiting)
        self.waiting = waiting


class NothingToRelease(Exception):
    """No result of the form that may be released was chosen."""


class AlreadyProposed(Exception):
    """Another batch of this form waits for a decision."""


def propose(*, form_id: int, by_id: int, result_uuids: Sequence[UUID], reason: str) -> Batch:
    """Proposes to release marked results of a form whose key was validated after they were marked.

    Raises UnknownForm, AlreadyProposed, OwnResult, NothingToRelease, and NotValidated where one of them was marked
    after the last approved look at the key, or still stands on an older key or cut.
    """
    with transaction.atomic():
        form = Form.objects.select_for_update(of=("self",)).select_related("exam").filter(pk=form_id).first()
        if form is None or not form.exam.in_batches:
            raise UnknownForm(form_id)
        at = clock.now()
        if form.batches.filter(state=BATCH.start).exists():
            raise AlreadyProposed
        validation = key_validation.passed(form_id)
        ripe, later = queries.to_release(form)
        chosen = [result for result in ripe if result.uuid in set(result_uuids)]
        if any(result.uuid in set(result_uuids) for result in later) or validation is None:
            raise NotValidated(len(later))
        if not chosen:
            raise NothingToRelease
        _refuse_own(chosen, by_id)
        batch = Batch.objects.create(
            form=form, validation=validation, reason=reason, proposed_by_id=by_id, proposed_at=at
        )
        batch.results.set(chosen)
        _record("proposed", batch, at, by_id, len(chosen))
    return batch


def release(*, batch_uuid: UUID, by_id: int, reason: str) -> Batch:
    """Releases a batch as a second examiner, all of it or none: each candidate is told and `result_released`
    announced for each, and `candidate_examined` of who proposed it.

    A second call changes nothing. Raises UnknownBatch, SamePerson, OwnResult, NotValidated where the key or the
    cut was changed since, and IllegalMove for what is decided already, or where a result of it no longer waits.
    """
    with transaction.atomic():
        batch, at = _locked(batch_uuid)
        if batch.state == BatchState.RELEASED:
            return batch
        batch.state = BATCH.after(batch.state, "release")
        if batch.proposed_by_id == by_id:
            raise SamePerson
        rows = Result.objects.select_for_update(of=("self",)).select_related("sitting__exam", "run")
        found = list(rows.filter(batches=batch).order_by("pk"))
        _refuse_own(found, by_id)
        later = queries.not_ripe(batch.form, found)
        if later:
            raise NotValidated(len(later))
        for result in found:
            results.release_in_batch(result=result, examiner_id=by_id, at=at)
        examining.announce(*examining.batch_proposed(batch, found))
        _decide(batch, at, by_id, reason)
        _record("released", batch, at, by_id, len(found))
    return batch


def send_back(*, batch_uuid: UUID, by_id: int, reason: str) -> Batch:
    """Sends a batch back: its results wait as before. Raises UnknownBatch, and IllegalMove for what is decided."""
    with transaction.atomic():
        batch, at = _locked(batch_uuid)
        batch.state = BATCH.after(batch.state, "return")
        _decide(batch, at, by_id, reason)
        _record("returned", batch, at, by_id, batch.results.count())
    return batch


def _locked(batch_uuid: UUID) -> tuple[Batch, datetime]:
    """A batch under the lock of its form, as keys are decided about under it too."""
    form_id = Batch.objects.filter(uuid=batch_uuid).values_list("form", flat=True).first()
    if form_id is None:
        raise UnknownBatch(batch_uuid)
    form = Form.objects.select_for_update(of=("self",)).select_related("exam").get(pk=form_id)
    batch = Batch.objects.get(uuid=batch_uuid)
    batch.form = form
    return batch, clock.now()


def _refuse_own(found: Sequence[Result], by_id: int) -> None:
    for result in found:
        if result.sitting.candidate_id == by_id:
            raise OwnResult(result.uuid)


def _decide(batch: Batch, at: datetime, by_id: int, reason: str) -> None:
    batch.decided_by_id, batch.decided_at, batch.decision_reason = by_id, at, reason
    batch.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])


def _record(became: str, batch: Batch, at: datetime, by_id: int, many: int) -> None:
    trail.record(
        f"exams.batch.{became}",
        subject=f"exams.form:{batch.form_id}",
        at=at,
        actor_id=by_id,
        facts={"results": many},
        organisation_id=batch.form.exam.organisation_id,
    )
