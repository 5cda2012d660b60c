"""What an invigilator does to a sitting: pause, resume, end, speak, note, check. Each is refused to whoever
trained the candidate, and to the candidate."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from exams.actions import changes, credits, endings, invigilators, sittings
from exams.actions.invigilators import OPEN, OnBreak, Tally
from exams.models import IdentityCheck, Incident, Message, Sitting
from exams.rules import deadline
from exams.states import SITTING, ClosedBy, IncidentKind, SittingState
from lms.audit import trail


def pause(*, sitting_uuid: UUID, by_id: int, reason: str) -> Sitting:
    """Stops a sitting's clock; until it goes on, it takes nothing but what was on its way. A break ends with
    it, so that none of its time is spent.

    A second call finds it paused and returns it. Raises UnknownSitting, NotIndependent, NotRunning when
    its time is up, and IllegalMove before the start.
    """
    with transaction.atomic():
        sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
        if sitting.on_break:
            endings.end_break(sitting, at=at, by_id=by_id)
        elif sitting.state == SittingState.PAUSED:
            return sitting
        if not endings.closed_if_over(sitting, at) and not _has_ended(sitting, at):
            before, sitting.state = sitting.state, SITTING.after(sitting.state, "pause")
            sitting.paused_at = at
            sitting.save(update_fields=["state", "paused_at"])
            changes.note(sitting, "pause", before, at, by_id=by_id, reason=reason)
            return sitting
    raise sittings.NotRunning


def resume(*, sitting_uuid: UUID, by_id: int, reason: str) -> Sitting:
    """Lets a sitting go on: the interruption is credited, so that the candidate has all the time that was left.

    A second call finds it running and returns it. Raises UnknownSitting, NotIndependent, NotRunning, OnBreak,
    and IllegalMove before the start.
    """
    with transaction.atomic():
        sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
        if not endings.closed_if_over(sitting, at) and not _has_ended(sitting):
            if sitting.state == SittingState.RUNNING:
                return sitting
            if sitting.on_break:
                raise OnBreak
            before, sitting.state = sitting.state, SITTING.after(sitting.state, "resume")
            credits.for_pause(sitting=sitting, at=at, by_id=by_id, reason=reason)
            sitting.paused_at = None
            sitting.save(update_fields=["state", "paused_at", "credited", "deadline_at"])
            changes.note(sitting, "resume", before, at, by_id=by_id, reason=reason)
            return sitting
    raise sittings.NotRunning


def pause_all(*, exam_id: int, by_id: int, reason: str) -> Tally:
    """Pauses every sitting of an exam that runs or is on a break, each under the rules of `pause`."""

    def act(sitting_uuid: UUID) -> None:
        pause(sitting_uuid=sitting_uuid, by_id=by_id, reason=reason)

    running = Q(state=SittingState.RUNNING) | Q(break_ends_at__isnull=False)
    return invigilators.each(exam_id=exam_id, which=running, by_id=by_id, act=act)


def resume_all(*, exam_id: int, by_id: int, reason: str) -> Tally:
    """Lets every sitting of an exam go on that is paused and not on a break, each under the rules of `resume`."""

    def act(sitting_uuid: UUID) -> None:
        resume(sitting_uuid=sitting_uuid, by_id=by_id, reason=reason)

    paused = Q(state=SittingState.PAUSED, break_ends_at__isnull=True)
    return invigilators.each(exam_id=exam_id, which=paused, by_id=by_id, act=act)


def terminate(*, sitting_uuid: UUID, by_id: int, reason: str) -> Sitting:
    """Ends a sitting before its time, with the answers saved by then. A paused one ends when its clock stopped.

    Raises UnknownSitting, NotIndependent, NotRunning for one that has ended, and IllegalMove before the
    start. Announces `sitting_submitted`; a job marks it.
    """
    with transaction.atomic():
        sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
        if not endings.closed_if_over(sitting, at) and not _has_ended(sitting):
            SITTING.after(sitting.state, "terminate")
            assert sitting.deadline_at is not None, "the table refuses a running sitting without a deadline"
            ended_at = min(sitting.paused_at or at, sitting.deadline_at)
            endings.end(
                sitting, "terminate", ClosedBy.STAFF, ended_at=ended_at, at=at, by_id=by_id, reason=reason
            )
            return sitting
    raise sittings.NotRunning


def send_message(*, sitting_uuid: UUID, by_id: int, text: str) -> Message:
    """Says a sentence to a candidate, who sees it with the next word from the server. Raises UnknownSitting,
    NotIndependent, NotRunning."""
    with transaction.atomic():
        sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
        if not endings.closed_if_over(sitting, at) and sitting.state in OPEN:
            message = Message.objects.create(sitting=sitting, text=text, by_id=by_id, at=at)
            # A save asks for messages only where this says that there are any.
            sitting.messages_count += 1
            sitting.save(update_fields=["messages_count"])
            _record("exams.message.sent", sitting, at, by_id, {"message": message.pk})
            return message
    raise sittings.NotRunning


def send_message_to_all(*, exam_id: int, by_id: int, text: str) -> Tally:
    """Says a sentence to every candidate whose sitting of an exam is not over."""

    def act(sitting_uuid: UUID) -> None:
        send_message(sitting_uuid=sitting_uuid, by_id=by_id, text=text)

    return invigilators.each(exam_id=exam_id, which=Q(state__in=OPEN), by_id=by_id, act=act)


def note_incident(*, sitting_uuid: UUID, by_id: int, kind: IncidentKind, text: str) -> Incident:
    """Notes what happened around a sitting, at whatever time. Raises UnknownSitting, NotIndependent."""
    with transaction.atomic():
        sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
        incident = Incident.objects.create(sitting=sitting, kind=kind, text=text, by_id=by_id, at=at)
        _record("exams.incident.noted", sitting, at, by_id, {"incident": incident.pk, "kind": str(kind)})
    return incident


def check_identity(*, sitting_uuid: UUID, by_id: int, method: str) -> IdentityCheck:
    """Records how a candidate's identity was checked, before or during the sitting; no image is kept.

    Raises UnknownSitting, NotIndependent, and NotRunning for one that has ended.
    """
    with transaction.atomic():
        sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
        if not endings.closed_if_over(sitting, at) and sitting.state in (SittingState.READY, *OPEN):
            check = IdentityCheck.objects.create(sitting=sitting, method=method, by_id=by_id, at=at)
            _record("exams.identity.checked", sitting, at, by_id, {"check": check.pk})
            return check
    raise sittings.NotRunning


def _has_ended(sitting: Sitting, at: datetime | None = None) -> bool:
    """Whether a sitting is over; at `at` also when its time is up and only the grace still runs."""
    if at is not None and sitting.state == SittingState.RUNNING and sitting.deadline_at is not None:
        # A pause would otherwise begin after the end, and take what was answered in between.
        return deadline.is_over(deadline_at=sitting.deadline_at, at=at)
    return sitting.submitted_at is not None


def _record(verb: str, sitting: Sitting, at: datetime, by_id: int, facts: dict[str, object]) -> None:
    trail.record(
        verb,
        subject=f"exams.sitting:{sitting.pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=sitting.exam.organisation_id,
    )
