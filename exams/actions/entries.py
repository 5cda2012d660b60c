"""Entering for an exam; changing the time that was chosen, and cancelling, before the start."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from exams import signals
from exams.actions import accommodations, changes
from exams.models import Entry, Exam, Sitting, Window
from exams.queries import eligibility as eligibilities
from exams.queries import exams, languages
from exams.queries import windows as spans
from exams.queries.sittings import UnknownEntry
from exams.queries.windows import UnknownWindow
from exams.rules import windows
from exams.rules.eligibility import Eligibility
from exams.rules.windows import TimeFault
from exams.states import SITTING, SittingState
from lms.accounts import queries as people
from lms.audit import trail
from lms.billing import queries as billing
from lms.billing.actions import entitlements
from lms.db import clock
from lms.kit import zones
from lms.notifications import outbox


class NotEligible(Exception):
    """Something stands in the way. Carries `eligibility`."""

    def __init__(self, eligibility: Eligibility) -> None:
        super().__init__(", ".join(eligibility.hindrances))
        self.eligibility = eligibility


class AgreementChanged(Exception):
    """The agreement that was accepted is not the latest version; it must be read again."""


class NotThen(Exception):
    """The time can't be chosen. Carries `fault`."""

    def __init__(self, fault: TimeFault) -> None:
        super().__init__(fault)
        self.fault = fault


class HasBegun(Exception):
    """The sitting has begun, or is over: its entry can't be changed any more."""


class TooLate(Exception):
    """The time until which the entry could be changed is over. Carries `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class NotInThatLanguage(Exception):
    """The exam is not offered in the language that was chosen, or not any more."""


class NoTimeToChange(Exception):
    """The exam is sat at any time: no time was chosen."""


def enter(
    *,
    exam_key: str,
    person_id: int,
    agreement_id: int,
    window_uuid: UUID | None = None,
    starts_at: datetime | None = None,
    language: str = "",
) -> Entry:
    """Enters a person for an exam: the agreement is recorded in its version with the time, an entitlement
    redeemed where the exam has a product (the free retake first, where one is due), a granted accommodation
    pinned, and a sitting made ready that they may start when they like, or from the time that they chose where
    the exam is sat in windows. Of a chosen time they are told by a notice.

    `language` is one that the exam is offered in, or empty for its own. Raises UnknownExam, NotEligible, AgreementChanged,
    UnknownWindow, NotThen, NotInThatLanguage, and NoEntitlement (of billing). Announces `entered`.
    """
    with transaction.atomic():
        # The person's row is the lock: of two clicks at once, the second sees the first one's entry.
        get_user_model().objects.select_for_update().get(pk=person_id)
        at = clock.now()
        exam = exams.exam(exam_key)
        eligibility = eligibilities.eligibility_of(exam, person_id=person_id, at=at)
        if not eligibility.may_enter:
            raise NotEligible(eligibility)
        agreement = exams.agreement(exam)
        if agreement.pk != agreement_id:
            raise AgreementChanged
        if language and language not in languages.offered(exam):
            raise NotInThatLanguage
        window = _place(exam, window_uuid, starts_at, at) if exam.windowed else None
        uuid = uuid4()
        entry = Entry(
            uuid=uuid,
            candidate_id=person_id,
            exam=exam,
            agreement=agreement,
            agreed_at=at,
            entered_at=at,
            use_key=f"exams.entry:{uuid}" if exam.product_key else "",
            window=window,
            starts_at=starts_at if window else None,
            language=language,
        )
        _redeem(entry, free=eligibility.free_until is not None)
        accommodations.pin(entry)
        entry.save(force_insert=True)
        Sitting.objects.create(entry=entry, candidate_id=person_id, exam=exam)
        trail.record(
            "exams.entry.made",
            subject=f"exams.entry:{entry.pk}",
            at=at,
            actor_id=person_id,
            facts={"exam": exam.key, "agreement": agreement.digest} | _chosen(entry),
            organisation_id=exam.organisation_id,
        )
        if entry.starts_at is not None:
            _tell(entry, "exam-time-chosen", at, starts_at=entry.starts_at)
        signals.entered.announce(entry_id=entry.pk, person_id=person_id, exam_key=exam.key, at=at)
    return entry


def reschedule(*, entry_uuid: UUID, person_id: int, window_uuid: UUID, starts_at: datetime) -> Entry:
    """Changes the time that was chosen, until so many hours before it as the exam says. The candidate is told.

    The same time again changes nothing. Raises UnknownEntry, HasBegun, NoTimeToChange, TooLate, UnknownWindow,
    NotThen. Announces `entry_rescheduled`.
    """
    with transaction.atomic():
        sitting = _ready(entry_uuid, person_id)
        entry, exam, at = sitting.entry, sitting.exam, clock.now()
        if entry.starts_at is None:
            raise NoTimeToChange
        _refuse_late(entry.starts_at, exam.reschedule_hours, at)
        window = _place(exam, window_uuid, starts_at, at, own=entry)
        before = entry.starts_at
        if (entry.window_id, before) == (window.pk, starts_at):
            return entry
        entry.window, entry.starts_at = window, starts_at
        entry.save(update_fields=["window", "starts_at"])
        changes.note(
            sitting,
            "reschedule",
            sitting.state,
            at,
            by_id=person_id,
            facts={"from": before.isoformat()} | _chosen(entry),
            reason=f"from {before:%Y-%m-%d %H:%M} to {starts_at:%Y-%m-%d %H:%M} UTC",
        )
        _tell(entry, "exam-time-changed", at, starts_at=starts_at)
        signals.entry_rescheduled.announce(
            entry_id=entry.pk, person_id=person_id, exam_key=exam.key, at=at, starts_at=starts_at
        )
    return entry


def cancel(*, entry_uuid: UUID, person_id: int) -> Entry:
    """Cancels an entry before its start: the use of the entitlement is given back, the place in the window is
    free again, and the candidate is told. Where a time was chosen, until so many hours before it as the exam
    says; else whenever.

    A second call finds it cancelled and does nothing. Raises UnknownEntry, HasBegun, TooLate. Announces
    `entry_cancelled`.
    """
    with transaction.atomic():
        sitting = _ready(entry_uuid, person_id, or_in=SittingState.CANCELLED)
        entry, at = sitting.entry, clock.now()
        if sitting.state == SittingState.CANCELLED:
            return entry
        if entry.starts_at is not None:
            _refuse_late(entry.starts_at, sitting.exam.cancel_hours, at)
        _cancel(sitting, at, by_id=person_id)
        if entry.use_key:
            entitlements.give_back(use_key=entry.use_key, at=at, actor_id=person_id)
    return entry


def end(*, use_key: str) -> None:
    """Cancels the entry whose use was given back before it began: refunded, or a seat taken back. The candidate is
    told. What has begun goes on; called again it changes nothing. Announces `entry_cancelled`."""
    with transaction.atomic():
        rows = Sitting.objects.select_for_update(of=("self",)).select_related("entry__exam", "exam")
        sitting = rows.filter(entry__use_key=use_key, state=SittingState.READY).first()
        if sitting is not None and billing.was_given_back(use_key):
            _cancel(sitting, clock.now(), by_id=None)


def _cancel(sitting: Sitting, at: datetime, *, by_id: int | None) -> None:
    entry = sitting.entry
    before, sitting.state = sitting.state, SITTING.after(sitting.state, "cancel")
    sitting.save(update_fields=["state"])
    changes.note(sitting, "cancel", before, at, by_id=by_id)
    _tell(entry, "exam-entry-cancelled", at, starts_at=entry.starts_at, ended=by_id is None)
    signals.entry_cancelled.announce(
        entry_id=entry.pk, person_id=entry.candidate_id, exam_key=entry.exam.key, at=at
    )


def _ready(entry_uuid: UUID, person_id: int, *, or_in: SittingState = SittingState.READY) -> Sitting:
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("entry__exam", "exam")
    sitting = rows.filter(entry__uuid=entry_uuid, candidate_id=person_id).first()
    if sitting is None:
        raise UnknownEntry(entry_uuid)
    if sitting.state not in (SittingState.READY, or_in):
        raise HasBegun
    return sitting


def _refuse_late(starts_at: datetime, hours: int, at: datetime) -> None:
    until = windows.changeable_until(starts_at, hours=hours)
    if at > until:
        raise TooLate(until)


def _place(
    exam: Exam, window_uuid: UUID | None, starts_at: datetime | None, at: datetime, own: Entry | None = None
) -> Window:
    """The window, locked: of two who want its last place, the second finds it taken."""
    if window_uuid is None or starts_at is None:
        raise UnknownWindow(window_uuid)
    window = Window.objects.select_for_update().filter(exam=exam, uuid=window_uuid).first()
    if window is None:
        raise UnknownWindow(window_uuid)
    taken = spans.taken(window.pk, without=own.pk if own else None)
    fault = windows.choosing_fault(spans.span(window, taken=taken), starts_at=starts_at, at=at)
    if fault is not None:
        raise NotThen(fault)
    return window


def _redeem(entry: Entry, *, free: bool) -> None:
    if not entry.use_key:
        return
    key, person_id = entry.exam.product_key, entry.candidate_id
    source = eligibilities.free_retake_key(entry.exam, person_id) if free else ""
    if free:
        entitlements.grant(product_key=key, person_id=person_id, source_key=source)
    # The free retake is used first: what was paid for stays for later.
    entitlements.redeem(product_key=key, person_id=person_id, use_key=entry.use_key, source_key=source)


def _chosen(entry: Entry) -> dict[str, object]:
    return {"starts_at": entry.starts_at.isoformat()} if entry.starts_at else {}


def _tell(entry: Entry, kind: str, at: datetime, *, starts_at: datetime | None, ended: bool = False) -> None:
    person = people.card(entry.candidate_id)
    outbox.put(
        kind,
        # A time may be changed again and again; each change is told once.
        key=f"{kind}:{entry.uuid}:{at.isoformat()}",
        to=person.email,
        person_id=person.id,
        context={
            "name": person.display_name,
            "exam": entry.exam.title,
            "time": zones.words(starts_at, person.time_zone) if starts_at else "",
            "path": reverse("exams:entry", args=[entry.uuid]),
            "given_back": bool(entry.use_key),
            "ended": ended,
        },
        at=at,
    )
