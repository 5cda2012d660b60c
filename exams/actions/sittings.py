"""Starting, passing on and ending sittings."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from exams import signals
from exams.models import Credit, Sitting, SittingChange, TakeoverRequest
from exams.queries import exams
from exams.queries import sittings as queries
from exams.queries.sittings import UnknownEntry, UnknownSitting
from exams.rules import breaks, chain, deadline, responses, takeovers
from exams.rules.takeovers import Consent
from exams.states import CREDIT, SITTING, TAKEOVER, ClosedBy, CreditCause, Lease, SittingState, TakeoverState
from lms.audit import trail
from lms.billing.actions import entitlements
from lms.db import clock
from lms.kit.machine import IllegalMove

CHUNK = 100
BREAK = "break"  # the note on the changes of a sitting that a break makes


class NoForm(Exception):
    """No form of the exam is open that the candidate may be given."""


class NotRunning(Exception):
    """The sitting takes nothing any more."""


class Paused(Exception):
    """The sitting is paused; it takes nothing until it goes on."""


class AskFirst(Exception):
    """An invigilator must allow this device to go on. Carries `standing`: asked, or refused a moment ago."""

    def __init__(self, standing: str) -> None:
        super().__init__(standing)
        self.standing = standing


class TooEarly(Exception):
    """The time that was chosen has not come. Carries `starts_at`."""

    def __init__(self, starts_at: datetime) -> None:
        super().__init__(starts_at.isoformat())
        self.starts_at = starts_at


@dataclass(frozen=True)
class Lent:
    """The right to write: the epoch that a page now writes with, and the sitting as it stands."""

    epoch: int
    sitting: Sitting
    at: datetime


def start(*, entry_uuid: UUID, person_id: int) -> Sitting:
    """Starts the sitting of an entry: picks an open form that the candidate has not met (in a practice exam any
    where all are), and sets the deadline by the server's clock. The use of the entitlement has begun from now on.

    A second call finds the sitting running and returns it. Raises UnknownEntry, NoForm, TooEarly before
    the time that was chosen, and IllegalMove for a sitting that has ended or whose window has closed.
    Announces `sitting_started`.
    """
    with transaction.atomic():
        # The entry too: who waits here for a decision about more time must read the entry that it left behind.
        rows = Sitting.objects.select_for_update(of=("self", "entry")).select_related("entry__window", "exam")
        sitting = queries.timed(rows.filter(entry__uuid=entry_uuid, candidate_id=person_id)).first()
        if sitting is None:
            raise UnknownEntry(entry_uuid)
        if sitting.state in (SittingState.RUNNING, SittingState.PAUSED):
            return sitting
        at = queries.time_of(sitting)
        before, sitting.state = sitting.state, SITTING.after(sitting.state, "start")
        window = sitting.entry.window
        if sitting.entry.starts_at is not None and at < sitting.entry.starts_at:
            raise TooEarly(sitting.entry.starts_at)
        if window is not None and at >= window.closes_at:
            raise IllegalMove(SITTING.name, before, "start")
        sitting.form_id = _form_for(sitting)
        sitting.started_at = at
        sitting.time_allowed = deadline.time_allowed(
            minutes=sitting.exam.minutes, factor=sitting.entry.factor
        )
        sitting.window_closes_at = window.closes_at if window and window.ends_sittings else None
        set_deadline(sitting)
        sitting.epoch = 1
        sitting.save(
            update_fields=[
                "state", "form", "started_at", "time_allowed", "window_closes_at", "deadline_at", "epoch"
            ]
        )  # fmt: skip
        note(sitting, "start", before, at, by_id=person_id)
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


def set_deadline(sitting: Sitting) -> None:
    """Works the deadline out anew from what is pinned on a sitting that the caller has locked and will save.

    Called in the transaction of whatever is its cause. It never shrinks, for credits are never negative.
    """
    assert sitting.started_at is not None and sitting.time_allowed is not None, "the sitting has started"
    sitting.deadline_at = deadline.deadline(
        started_at=sitting.started_at,
        allowed=sitting.time_allowed,
        credited=sitting.credited,
        window_closes_at=sitting.window_closes_at,
    )


def take_over(*, sitting_uuid: UUID, person_id: int, device: str = "") -> Lent:
    """Gives the right to write to the page that asks: the epoch rises by one, and `device`, where the page
    names one, is remembered as the one that holds the lease.

    A page with an older epoch still gets its answers stored, but they fill only positions that the newer
    one has not touched. Where the exam wants an invigilator's consent to another device, that device asks
    for it (once) and gets nothing yet. Raises UnknownSitting, NotRunning, Paused, AskFirst.
    """
    asked: TakeoverState | None = None
    with transaction.atomic():
        sitting, at = locked(sitting_uuid=sitting_uuid, person_id=person_id)
        if not closed_if_over(sitting, at) and sitting.state == SittingState.RUNNING:
            need = takeovers.consent(takeover=sitting.exam.takeover, held_by=sitting.device, device=device)
            if need is Consent.ASK:
                asked = _ask(sitting, device, at)
            else:
                pass_lease(sitting, to=Lease.TAB, at=at, device=device)
    if sitting.state == SittingState.PAUSED:
        raise Paused
    if sitting.state != SittingState.RUNNING:
        raise NotRunning
    if asked is not None:
        raise AskFirst(asked)
    return Lent(epoch=sitting.epoch, sitting=sitting, at=at)


def _ask(sitting: Sitting, device: str, at: datetime) -> TakeoverState:
    """The standing of a device's request, made now unless one waits or was refused a moment ago."""
    last = TakeoverRequest.objects.filter(sitting=sitting, device=device).order_by("-pk").first()
    if last is not None:
        if last.state == TakeoverState.ASKED:
            return TakeoverState.ASKED
        refused_at = last.decided_at if last.state == TakeoverState.REFUSED else None
        if not takeovers.may_ask_again(refused_at=refused_at, at=at):
            return TakeoverState.REFUSED
    TakeoverRequest.objects.create(sitting=sitting, device=device, state=TAKEOVER.start, at=at)
    return TakeoverState.ASKED


def pass_lease(sitting: Sitting, *, to: Lease, at: datetime, device: str = "") -> None:
    """Raises the epoch of a sitting that the caller has locked, and leaves a change row."""
    sitting.epoch += 1
    sitting.lease = to
    fields = ["epoch", "lease"]
    if device:
        sitting.device = device
        fields.append("device")
    sitting.save(update_fields=fields)
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

    When the time is up by then, the clock closes it at its deadline; a second call returns the sitting
    as it ended. Raises UnknownSitting, Paused. Announces `sitting_submitted`; a job marks it.
    """
    with transaction.atomic():
        sitting, at = locked(sitting_uuid=sitting_uuid, person_id=person_id)
        if sitting.started_at is None:
            raise UnknownSitting(sitting_uuid)
        if not closed_if_over(sitting, at):
            if sitting.state == SittingState.PAUSED:
                raise Paused
            if sitting.state == SittingState.RUNNING:
                due = _deadline(sitting)
                if deadline.is_over(deadline_at=due, at=at):
                    end(sitting, "close", ClosedBy.CLOCK, ended_at=due, at=at, by_id=None)
                else:
                    end(sitting, "submit", ClosedBy.HAND, ended_at=at, at=at, by_id=person_id)
    return sitting


def close(*, sitting_id: int) -> bool:
    """Closes a sitting whose time is up and whose grace is over, with the answers saved by then; returns
    whether it did. One that never began is noted as missed when its window has closed.

    Called by the sweep and by whatever touches the sitting, so that correctness never waits for a worker.
    """
    with transaction.atomic():
        rows = Sitting.objects.select_related("exam", "form").defer("form__package", "form__keys")
        skip = connection.features.has_select_for_update_skip_locked
        rows = rows.select_for_update(of=("self",), skip_locked=skip).filter(pk=sitting_id)
        sitting = queries.timed(rows).first()
        if sitting is None:
            return False
        at = queries.time_of(sitting)
        end_break_if_over(sitting, at)
        return closed_if_over(sitting, at)


def close_overdue() -> int:
    """Closes every sitting whose time is up, each in its own transaction; returns how many."""
    end_of_grace = clock.now() - deadline.GRACE
    running = Q(state=SittingState.RUNNING, deadline_at__lt=end_of_grace)
    paused = Q(state=SittingState.PAUSED, window_closes_at__lt=end_of_grace)
    overdue = Sitting.objects.filter(running | paused)
    total = 0
    while True:
        found = list(overdue.order_by("deadline_at").values_list("pk", flat=True)[:CHUNK])
        closed = sum(close(sitting_id=pk) for pk in found)
        total += closed
        # What is left is held by somebody else just now, who will see for themselves that time is up.
        if not closed or len(found) < CHUNK:
            return total


def note_missed() -> int:
    """Notes as missed what was not started while its window was open; returns how many."""
    late = Sitting.objects.filter(state=SittingState.READY, entry__window__closes_at__lte=clock.now())
    total = 0
    for pk in list(late.values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "entry")
            sitting = rows.get(pk=pk)
            if sitting.state == SittingState.READY:
                at = clock.now()
                before, sitting.state = sitting.state, SITTING.after(sitting.state, "miss")
                sitting.save(update_fields=["state"])
                note(sitting, "miss", before, at, by_id=None)
                if sitting.entry.use_key:
                    entitlements.begin(use_key=sitting.entry.use_key, at=at)
                total += 1
    return total


def refresh(sitting: Sitting) -> Sitting:
    """The sitting as it stands now: its break ended and itself closed first, if their time is up and nothing
    has done it yet."""
    at = clock.now()
    if sitting.state in (SittingState.RUNNING, SittingState.PAUSED) and (
        breaks.is_over(ends_at=sitting.break_ends_at, at=at) or _is_past(sitting, at)
    ):
        close(sitting_id=sitting.pk)
        sitting.refresh_from_db(
            fields=[
                "state", "submitted_at", "closed_by", "answered", "responses_digest", "paused_at", "deadline_at",
                "credited", "break_ends_at", "break_taken",
            ]
        )  # fmt: skip
    return sitting


def locked(*, sitting_uuid: UUID, person_id: int) -> tuple[Sitting, datetime]:
    """One's own sitting under its lock, with exam, form and entry, and the time; a break that has run out is
    over by then. Raises UnknownSitting."""
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "form", "entry")
    rows = rows.defer("form__package", "form__keys").filter(uuid=sitting_uuid, candidate_id=person_id)
    sitting = queries.timed(rows).first()
    if sitting is None:
        raise UnknownSitting(sitting_uuid)
    at = queries.time_of(sitting)
    end_break_if_over(sitting, at)
    return sitting, at


def end_break_if_over(sitting: Sitting, at: datetime) -> None:
    """Ends the break of a sitting that the caller has locked, with its exam, if it has run out: as of the
    moment when it did, whenever anybody came to notice."""
    if sitting.break_ends_at is not None and breaks.is_over(ends_at=sitting.break_ends_at, at=at):
        end_break(sitting, at=sitting.break_ends_at, by_id=None)


def end_break(sitting: Sitting, *, at: datetime, by_id: int | None) -> None:
    """Lets a sitting on a break go on, which the caller has locked, with its exam: the time of the break is
    credited, and the deadline moves with it."""
    assert sitting.paused_at is not None and sitting.break_ends_at is not None, "the sitting is on a break"
    before, sitting.state = sitting.state, SITTING.after(sitting.state, "resume")
    # A statement that waited for the lock may have begun before the break that it then met.
    amount = breaks.length(begun_at=sitting.paused_at, ends_at=sitting.break_ends_at, at=at)
    Credit.objects.create(
        sitting=sitting,
        state=CREDIT.after(CREDIT.start, "grant"),
        cause=CreditCause.BREAK,
        amount=amount,
        reason="The accommodation allows breaks.",
        by_id=sitting.candidate_id,
        at=at,
        decided_at=at,
    )
    sitting.credited += amount
    sitting.break_taken += amount
    sitting.paused_at = sitting.break_ends_at = None
    set_deadline(sitting)
    sitting.save(
        update_fields=["state", "paused_at", "break_ends_at", "break_taken", "credited", "deadline_at"]
    )
    facts: dict[str, object] = {"seconds": int(amount.total_seconds()), "cause": str(CreditCause.BREAK)}
    note(sitting, "resume", before, at, by_id=by_id, facts=facts, reason=BREAK)


def _is_past(sitting: Sitting, at: datetime) -> bool:
    return deadline.is_past(
        deadline_at=_deadline(sitting),
        window_closes_at=sitting.window_closes_at,
        paused_at=sitting.paused_at,
        at=at,
    )


def closed_if_over(sitting: Sitting, at: datetime) -> bool:
    """Closes a sitting that the caller has locked, with exam and form, if it is to be closed; returns whether it did."""
    if sitting.state not in (SittingState.RUNNING, SittingState.PAUSED) or not _is_past(sitting, at):
        return False
    # It ended at its deadline, whenever anybody came to notice.
    end(sitting, "close", ClosedBy.CLOCK, ended_at=_deadline(sitting), at=at, by_id=None)
    return True


def end(
    sitting: Sitting,
    event: str,
    closed_by: ClosedBy,
    *,
    ended_at: datetime,
    at: datetime,
    by_id: int | None,
    reason: str = "",
) -> None:
    """Ends a sitting that the caller has locked, with exam and form, and judged fit to end: its responses are
    counted and digested with the head of their chain. Announces `sitting_submitted`."""
    before, sitting.state = sitting.state, SITTING.after(sitting.state, event)
    links = queries.links(sitting.pk)
    values = responses.current(links)
    form_digest = sitting.form.digest if sitting.form else ""
    sitting.submitted_at = ended_at
    sitting.paused_at = sitting.break_ends_at = None
    sitting.closed_by = closed_by
    sitting.answered = len(values)
    sitting.responses_digest = responses.receipt_digest(
        values, sitting=str(sitting.uuid), form_digest=form_digest
    )
    sitting.chain_length = len(links)
    sitting.chain_head = chain.head_of(links, sitting=str(sitting.uuid), form_digest=form_digest).hex()
    sitting.save(
        update_fields=[
            "state", "submitted_at", "paused_at", "break_ends_at", "closed_by", "answered", "responses_digest",
            "chain_length", "chain_head",
        ]
    )  # fmt: skip
    facts = {"answered": len(values), "digest": sitting.responses_digest, "head": sitting.chain_head}
    note(sitting, event, before, at, by_id=by_id, facts=facts, reason=reason)
    signals.sitting_submitted.announce(
        sitting_id=sitting.pk,
        person_id=sitting.candidate_id,
        exam_key=sitting.exam.key,
        at=ended_at,
        closed_by=str(closed_by),
    )


def _form_for(sitting: Sitting) -> int:
    """An open form that the candidate has not met; among equals a lot by the sitting. Only a practice exam
    gives a form again, when there is no other: in an exam it would measure memory."""
    forms = exams.unseen_forms(sitting.exam_id, person_id=sitting.candidate_id)
    unseen = [form_id for form_id, is_unseen in forms.items() if is_unseen]
    found = unseen or (list(forms) if sitting.exam.is_practice else [])
    if not found:
        raise NoForm
    return min(found, key=lambda form_id: hashlib.sha256(f"{sitting.uuid}{form_id}".encode()).digest())


VERBS = {
    "start": "started",
    "submit": "submitted",
    "close": "closed",
    "pause": "paused",
    "resume": "resumed",
    "terminate": "terminated",
    "credit": "credited",
    "pass_on": "passed_on",
    "cancel": "cancelled",
    "miss": "missed",
    "reschedule": "rescheduled",
    "accommodate": "accommodated",
}


def note(
    sitting: Sitting,
    event: str,
    before: str,
    at: datetime,
    *,
    by_id: int | None,
    facts: dict[str, object] | None = None,
    reason: str = "",
) -> None:
    """Leaves the change row and the trail's entry of a move that the caller has made."""
    SittingChange.objects.create(
        sitting=sitting,
        event=event,
        from_state=before,
        to_state=sitting.state,
        epoch=sitting.epoch,
        by_id=by_id,
        note=reason,
        at=at,
    )
    trail.record(
        f"exams.sitting.{VERBS[event]}",
        subject=f"exams.sitting:{sitting.pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=sitting.exam.organisation_id,
    )


def _deadline(sitting: Sitting) -> datetime:
    assert sitting.deadline_at is not None, "the table refuses a running sitting without a deadline"
    return sitting.deadline_at
