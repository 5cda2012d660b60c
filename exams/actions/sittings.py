"""Starting, passing on and ending sittings."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from exams import signals
from exams.models import Form, Sitting, SittingChange
from exams.queries import sittings as queries
from exams.queries.sittings import UnknownEntry, UnknownSitting
from exams.rules import deadline, responses
from exams.states import SITTING, ClosedBy, FormState, Lease, SittingState
from lms.audit import trail
from lms.billing.actions import entitlements
from lms.db import clock

CHUNK = 100


class NoForm(Exception):
    """No form of the exam is open."""


class NotRunning(Exception):
    """The sitting takes nothing any more."""


@dataclass(frozen=True)
class Lent:
    """The right to write: the epoch that a page now writes with, and the sitting as it stands."""

    epoch: int
    sitting: Sitting
    at: datetime


def start(*, entry_uuid: UUID, person_id: int) -> Sitting:
    """Starts the sitting of an entry: picks an open form, one that the candidate has not seen where there
    is one, and sets the deadline by the server's clock. The use of the entitlement has begun from now on.

    A second call finds the sitting running and returns it. Raises UnknownEntry, NoForm, and IllegalMove
    for a sitting that has ended. Announces `sitting_started`.
    """
    with transaction.atomic():
        rows = Sitting.objects.select_for_update(of=("self",)).select_related("entry", "exam")
        sitting = queries.timed(rows.filter(entry__uuid=entry_uuid, candidate_id=person_id)).first()
        if sitting is None:
            raise UnknownEntry(entry_uuid)
        if sitting.state == SittingState.RUNNING:
            return sitting
        at = queries.time_of(sitting)
        before, sitting.state = sitting.state, SITTING.after(sitting.state, "start")
        sitting.form_id = _form_for(sitting)
        sitting.started_at = at
        sitting.deadline_at = deadline.deadline(
            started_at=at, minutes=sitting.exam.minutes, factor=sitting.entry.factor
        )
        sitting.epoch = 1
        sitting.save(update_fields=["state", "form", "started_at", "deadline_at", "epoch"])
        _note(sitting, "start", before, at, by_id=person_id)
        if sitting.entry.use_key:
            entitlements.begin(use_key=sitting.entry.use_key, at=at)
        signals.sitting_started.announce(
            sitting_id=sitting.pk,
            person_id=person_id,
            exam_key=sitting.exam.key,
            at=at,
            deadline_at=sitting.deadline_at,
        )
    return sitting


def take_over(*, sitting_uuid: UUID, person_id: int) -> Lent:
    """Gives the right to write to the page that asks: the epoch rises by one.

    A page with an older epoch still gets its answers stored, but they fill only positions that the newer
    one has not touched. Raises UnknownSitting, NotRunning.
    """
    with transaction.atomic():
        sitting, at = _locked(sitting_uuid, person_id)
        if not _closed_if_over(sitting, at):
            pass_lease(sitting, to=Lease.TAB, at=at)
    if sitting.state != SittingState.RUNNING:
        raise NotRunning
    return Lent(epoch=sitting.epoch, sitting=sitting, at=at)


def pass_lease(sitting: Sitting, *, to: Lease, at: datetime) -> None:
    """Raises the epoch of a sitting that the caller has locked, and leaves a change row."""
    sitting.epoch += 1
    sitting.lease = to
    sitting.save(update_fields=["epoch", "lease"])
    SittingChange.objects.create(
        sitting=sitting,
        event="take_over",
        from_state=sitting.state,
        to_state=sitting.state,
        epoch=sitting.epoch,
        by_id=sitting.candidate_id,
        at=at,
    )


def submit(*, sitting_uuid: UUID, person_id: int) -> Sitting:
    """Hands a sitting in. What is saved by then is what will be marked.

    When the time is up by then, the clock has closed it; a second call returns the sitting as it ended.
    Raises UnknownSitting. Announces `sitting_submitted`; a job marks it.
    """
    with transaction.atomic():
        sitting, at = _locked(sitting_uuid, person_id)
        if sitting.state == SittingState.READY:
            raise UnknownSitting(sitting_uuid)
        if sitting.state == SittingState.RUNNING and not _closed_if_over(sitting, at):
            _end(sitting, "submit", ClosedBy.HAND, ended_at=at, at=at, by_id=person_id)
    return sitting


def close(*, sitting_id: int) -> bool:
    """Closes a sitting whose time is up, with the answers saved by then; returns whether it did.

    Called by the sweep and by whatever touches the sitting, so that correctness never waits for a worker.
    """
    with transaction.atomic():
        rows = Sitting.objects.select_related("exam", "form").defer("form__package", "form__keys")
        skip = connection.features.has_select_for_update_skip_locked
        rows = rows.select_for_update(of=("self",), skip_locked=skip).filter(pk=sitting_id)
        sitting = queries.timed(rows).first()
        return sitting is not None and _closed_if_over(sitting, queries.time_of(sitting))


def close_overdue() -> int:
    """Closes every sitting whose time is up, each in its own transaction; returns how many."""
    overdue = Sitting.objects.filter(state=SittingState.RUNNING, deadline_at__lt=clock.now())
    total = 0
    while True:
        found = list(overdue.order_by("deadline_at").values_list("pk", flat=True)[:CHUNK])
        closed = sum(close(sitting_id=pk) for pk in found)
        total += closed
        # What is left is held by somebody else just now, who will see for themselves that time is up.
        if not closed or len(found) < CHUNK:
            return total


def refresh(sitting: Sitting) -> Sitting:
    """The sitting as it stands now: closed first, if its time is up and nothing has closed it yet."""
    if sitting.state == SittingState.RUNNING and deadline.is_over(
        deadline_at=_deadline(sitting), at=clock.now()
    ):
        close(sitting_id=sitting.pk)
        sitting.refresh_from_db(fields=["state", "submitted_at", "closed_by", "answered", "responses_digest"])
    return sitting


def _locked(sitting_uuid: UUID, person_id: int) -> tuple[Sitting, datetime]:
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "form", "entry")
    rows = rows.defer("form__package", "form__keys").filter(uuid=sitting_uuid, candidate_id=person_id)
    sitting = queries.timed(rows).first()
    if sitting is None:
        raise UnknownSitting(sitting_uuid)
    return sitting, queries.time_of(sitting)


def _closed_if_over(sitting: Sitting, at: datetime) -> bool:
    if sitting.state != SittingState.RUNNING or not deadline.is_over(deadline_at=_deadline(sitting), at=at):
        return False
    # It ended at its deadline, whenever anybody came to notice.
    _end(sitting, "close", ClosedBy.CLOCK, ended_at=_deadline(sitting), at=at, by_id=None)
    return True


def _end(
    sitting: Sitting, event: str, closed_by: ClosedBy, *, ended_at: datetime, at: datetime, by_id: int | None
) -> None:
    before, sitting.state = sitting.state, SITTING.after(sitting.state, event)
    values = responses.current(queries.events(sitting.pk))
    sitting.submitted_at = ended_at
    sitting.closed_by = closed_by
    sitting.answered = len(values)
    sitting.responses_digest = responses.receipt_digest(
        values, sitting=str(sitting.uuid), form_digest=sitting.form.digest if sitting.form else ""
    )
    sitting.save(update_fields=["state", "submitted_at", "closed_by", "answered", "responses_digest"])
    _note(
        sitting,
        event,
        before,
        at,
        by_id=by_id,
        facts={"answered": len(values), "digest": sitting.responses_digest},
    )
    signals.sitting_submitted.announce(
        sitting_id=sitting.pk,
        person_id=sitting.candidate_id,
        exam_key=sitting.exam.key,
        at=ended_at,
        closed_by=str(closed_by),
    )


def _form_for(sitting: Sitting) -> int:
    """An open form that the candidate has not met, if there is one; among equals a lot by the sitting."""
    seen = Sitting.objects.filter(form=OuterRef("pk"), candidate_id=sitting.candidate_id)
    forms = Form.objects.filter(exam_id=sitting.exam_id, state=FormState.OPEN).annotate(seen=Exists(seen))
    found = list(forms.values_list("seen", "pk"))
    if not found:
        raise NoForm
    return min(
        found, key=lambda form: (form[0], hashlib.sha256(f"{sitting.uuid}{form[1]}".encode()).digest())
    )[1]


def _note(
    sitting: Sitting,
    event: str,
    before: str,
    at: datetime,
    *,
    by_id: int | None,
    facts: dict[str, object] | None = None,
) -> None:
    SittingChange.objects.create(
        sitting=sitting,
        event=event,
        from_state=before,
        to_state=sitting.state,
        epoch=sitting.epoch,
        by_id=by_id,
        at=at,
    )
    verb = {"start": "started", "submit": "submitted", "close": "closed"}[event]
    trail.record(
        f"exams.sitting.{verb}",
        subject=f"exams.sitting:{sitting.pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=sitting.exam.organisation_id,
    )


def _deadline(sitting: Sitting) -> datetime:
    assert sitting.deadline_at is not None, "the table refuses a running sitting without a deadline"
    return sitting.deadline_at
