"""Starting, passing on and ending sittings."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from exams import signals
from exams.actions import changes, endings, lost_ends
from exams.models import Sitting, SittingChange, TakeoverRequest
from exams.queries import exams
from exams.queries import sittings as queries
from exams.queries.sittings import UnknownEntry, UnknownSitting
from exams.rules import deadline, takeovers
from exams.rules.takeovers import Consent
from exams.states import SITTING, TAKEOVER, ClosedBy, Lease, SittingState, TakeoverState
from lms.billing.actions import entitlements
from lms.kit.machine import IllegalMove

TO_START = (
    "exam__minutes", "entry__uuid", "entry__language", "entry__starts_at", "entry__use_key", "entry__factor_numerator",
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
    """Starts the sitting of an entry: picks an open form, in the language chosen, that the candidate has not met (in a practice exam any
    where all are), and sets the deadline by the server's clock. The use of the entitlement has begun from now on.

    A second call finds the sitting running and returns it. Raises UnknownEntry, NoForm, TooEarly before
    the time that was chosen, and IllegalMove for a sitting that has ended or whose window has closed.
    Announces `sitting_started`.
    """
    with transaction.atomic():
        # The entry too: who waits here for a decision about more time must read the entry that it left behind.
        rows = Sitting.objects.select_for_update(of=("self", "entry")).select_related("entry__window", "exam")
        rows = rows.only(*changes.OWN, *changes.OF_EXAM, *TO_START).filter(
            entry__uuid=entry_uuid, candidate_id=person_id
        )
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
        changes.set_deadline(sitting)
        sitting.epoch = 1
        sitting.save(
            update_fields=[
                "state", "form", "started_at", "time_allowed", "window_closes_at", "deadline_at", "epoch"
            ]
        )  # fmt: skip
        changes.note(sitting, "start", before, at, by_id=person_id)
        if sitting.entry.use_key:
            try:
                entitlements.begin(use_key=sitting.entry.use_key, at=at)
            except entitlements.NoEntitlement:
                # Refunded this moment: the entry is about to be cancelled, and this start is undone.
                raise IllegalMove(SITTING.name, before, "start") from None
        signals.sitting_started.announce(
            sitting_id=sitting.pk,
            person_id=person_id,
            exam_key=sitting.exam.key,
            at=at,
            deadline_at=sitting.deadline_at,
        )
    return sitting


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
        if not endings.closed_if_over(sitting, at) and sitting.state == SittingState.RUNNING:
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
        if not endings.closed_if_over(sitting, at):
            if sitting.state == SittingState.PAUSED:
                raise Paused
            if sitting.state == SittingState.RUNNING:
                due = changes.deadline_of(sitting)
                if deadline.is_over(deadline_at=due, at=at):
                    endings.end(sitting, "close", ClosedBy.CLOCK, ended_at=due, at=at, by_id=None)
                else:
                    endings.end(sitting, "submit", ClosedBy.HAND, ended_at=at, at=at, by_id=person_id)
    return sitting


def locked(*, sitting_uuid: UUID, person_id: int) -> tuple[Sitting, datetime]:
    """One's own sitting under its lock, with exam, form and entry, and the time; a break that has run out is
    over by then, and what an outage took of the end is given back. Raises UnknownSitting."""
    rows = changes.lean(Sitting.objects.filter(uuid=sitting_uuid, candidate_id=person_id))
    sitting = next(iter(queries.timed(rows.select_for_update(of=("self",)))), None)
    if sitting is None:
        raise UnknownSitting(sitting_uuid)
    at = queries.time_of(sitting)
    endings.end_break_if_over(sitting, at)
    lost_ends.give_back(sitting, at)
    return sitting, at


def _form_for(sitting: Sitting) -> int:
    """An open form that the candidate has not met; among equals a lot by the sitting. Only a practice exam
    gives a form again, when there is no other: in an exam it would measure memory."""
    forms = exams.unseen_forms(
        sitting.exam_id, person_id=sitting.candidate_id, language=sitting.entry.language
    )
    unseen = [form_id for form_id, is_unseen in forms.items() if is_unseen]
    found = unseen or (list(forms) if sitting.exam.is_practice else [])
    if not found:
        raise NoForm
    return min(found, key=lambda form_id: hashlib.sha256(f"{sitting.uuid}{form_id}".encode()).digest())
