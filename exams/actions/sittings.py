"""Starting, passing on and ending sittings."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet

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
from lms.jobs import queue
from lms.kit.machine import IllegalMove

CHUNK = 100
BREAK = "break"  # the note on the changes of a sitting that a break makes
OWN = tuple(field.name for field in Sitting._meta.concrete_fields)
OF_EXAM = ("exam__key", "exam__organisation_id", "exam__takeover")
OF_FORM = ("form__digest", "form__length")
TO_START = (
    "exam__minutes", "exam__kind", "entry__uuid", "entry__starts_at", "entry__use_key", "entry__factor_numerator",
    "entry__factor_denominator", "entry__window__closes_at", "entry__window__ends_sittings",
)  # fmt: skip


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
        rows = rows.only(*OWN, *OF_EXAM, *TO_START).filter(entry__uuid=entry_uuid, candidate_id=person_id)
        sitting = next(iter(queries.timed(rows)), None)
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
    return _close(Sitting.objects.filter(pk=sitting_id)) == 1


def close_overdue() -> int:
    """Closes every sitting whose time is up, many in one transaction; returns how many.

    Where one of them can't be closed, the others of its lot are closed each by itself, and its fault is
    raised at the end. What somebody else holds just now is left to them: they see that time is up.
    """
    end_of_grace = clock.now() - deadline.GRACE
    running = Q(state=SittingState.RUNNING, deadline_at__lt=end_of_grace)
    paused = Q(state=SittingState.PAUSED, window_closes_at__lt=end_of_grace)
    overdue = Sitting.objects.filter(running | paused)
    total, after, faults = 0, 0, []
    while found := list(overdue.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        after = found[-1]
        try:
            total += _close(Sitting.objects.filter(pk__in=found).order_by("pk"))
        except Exception:  # of whichever it was: found out by closing each alone
            for pk in found:
                try:
                    total += close(sitting_id=pk)
                except Exception as fault:
                    faults.append(fault)
    if faults:
        raise ExceptionGroup("sittings that could not be closed", faults)
    return total


def _close(rows: QuerySet[Sitting]) -> int:
    """Closes those of these sittings that are to be closed and that nobody else holds, in one transaction."""
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        found = queries.timed(_lean(rows).select_for_update(of=("self",), skip_locked=skip))
        held = [(sitting, queries.time_of(sitting)) for sitting in found]
        for sitting, at in held:
            end_break_if_over(sitting, at)
        over = [(sitting, at) for sitting, at in held if _is_over(sitting, at)]
        if over:
            at = max(at for _, at in over)
            _end([(sitting, _deadline(sitting)) for sitting, _ in over], "close", ClosedBy.CLOCK, at=at)
        return len(over)


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
    rows = _lean(Sitting.objects.filter(uuid=sitting_uuid, candidate_id=person_id))
    sitting = next(iter(queries.timed(rows.select_for_update(of=("self",)))), None)
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


def _lean(rows: QuerySet[Sitting]) -> QuerySet[Sitting]:
    """Sittings with as much of exam and form as their moves need: both are wide, and this is read by everybody."""
    return rows.select_related("exam", "form").only(*OWN, *OF_EXAM, *OF_FORM)


def _is_past(sitting: Sitting, at: datetime) -> bool:
    return deadline.is_past(
        deadline_at=_deadline(sitting),
        window_closes_at=sitting.window_closes_at,
        paused_at=sitting.paused_at,
        at=at,
    )


def closed_if_over(sitting: Sitting, at: datetime) -> bool:
    """Closes a sitting that the caller has locked, with exam and form, if it is to be closed; returns whether it did."""
    if not _is_over(sitting, at):
        return False
    # It ended at its deadline, whenever anybody came to notice.
    end(sitting, "close", ClosedBy.CLOCK, ended_at=_deadline(sitting), at=at, by_id=None)
    return True


def _is_over(sitting: Sitting, at: datetime) -> bool:
    return sitting.state in (SittingState.RUNNING, SittingState.PAUSED) and _is_past(sitting, at)


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
    _end([(sitting, ended_at)], event, closed_by, at=at, by_id=by_id, reason=reason)


def _end(
    ending: Sequence[tuple[Sitting, datetime]],
    event: str,
    closed_by: ClosedBy,
    *,
    at: datetime,
    by_id: int | None = None,
    reason: str = "",
) -> None:
    """What `end` does, for many and when each of them ended. As many statements as for one."""
    recorded = queries.recorded([sitting.pk for sitting, _ in ending])
    changes, acts = [], []
    for sitting, ended_at in ending:
        before, sitting.state = sitting.state, SITTING.after(sitting.state, event)
        events, head = recorded[sitting.pk].events, recorded[sitting.pk].head
        bound = {"sitting": str(sitting.uuid), "form_digest": sitting.form.digest if sitting.form else ""}
        values = responses.current(events)
        sitting.submitted_at, sitting.closed_by = ended_at, closed_by
        sitting.paused_at = sitting.break_ends_at = None
        sitting.answered, sitting.chain_length = len(values), len(events)
        sitting.responses_digest = responses.receipt_digest(values, **bound)
        sitting.chain_head = (head or chain.root(**bound)).hex()
        changes.append(_change(sitting, event, before, at, by_id=by_id, reason=reason))
        facts = {"answered": len(values), "digest": sitting.responses_digest, "head": sitting.chain_head}
        acts.append(trail.Act(f"exams.sitting:{sitting.pk}", facts, sitting.exam.organisation_id))
    _write([sitting for sitting, _ in ending])
    SittingChange.objects.bulk_create(changes)
    trail.record_all(f"exams.sitting.{VERBS[event]}", acts, at=at, actor_id=by_id)
    with queue.together():
        for sitting, ended_at in ending:
            signals.sitting_submitted.announce(
                sitting_id=sitting.pk,
                person_id=sitting.candidate_id,
                exam_key=sitting.exam.key,
                at=ended_at,
                closed_by=str(closed_by),
            )


def _write(ended: Sequence[Sitting]) -> None:
    """Saves what the end of sittings leaves behind: one statement, which the ORM has none for but a far slower one."""
    rows: list[Any] = []
    for sitting in ended:
        moment = connection.ops.adapt_datetimefield_value(sitting.submitted_at)
        rows += [
            sitting.pk,
            sitting.state,
            sitting.closed_by,
            moment,
            sitting.answered,
            sitting.responses_digest,
        ]
        rows += [sitting.chain_length, sitting.chain_head]
    places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s)"] * len(ended))
    with connection.cursor() as cursor:
        # Only the name of our own table is set into the text.
        cursor.execute(
            f"WITH ended (id, state, closed_by, submitted_at, answered, digest, length, head) AS (VALUES {places})"  # noqa: S608
            f" UPDATE {Sitting._meta.db_table} AS s SET state = ended.state, closed_by = ended.closed_by,"
            " submitted_at = ended.submitted_at, paused_at = NULL, break_ends_at = NULL, answered = ended.answered,"
            " responses_digest = ended.digest, chain_length = ended.length, chain_head = ended.head"
            " FROM ended WHERE s.id = ended.id",
            rows,
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
    _change(sitting, event, before, at, by_id=by_id, reason=reason).save(force_insert=True)
    trail.record(
        f"exams.sitting.{VERBS[event]}",
        subject=f"exams.sitting:{sitting.pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=sitting.exam.organisation_id,
    )


def _change(
    sitting: Sitting, event: str, before: str, at: datetime, *, by_id: int | None, reason: str
) -> SittingChange:
    return SittingChange(
        sitting=sitting,
        event=event,
        from_state=before,
        to_state=sitting.state,
        epoch=sitting.epoch,
        by_id=by_id,
        note=reason,
        at=at,
    )


def _deadline(sitting: Sitting) -> datetime:
    assert sitting.deadline_at is not None, "the table refuses a running sitting without a deadline"
    return sitting.deadline_at
