"""Sessions of a cohort: planned, moved, cancelled, held; and who was there."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from courses.actions import enrolments, places, training
from courses.models import Attendance, Cohort, Enrolment, Place, Session
from courses.queries import cohorts
from courses.queries.cohorts import UnknownSession
from courses.rules import attendance
from courses.rules.attendance import Presence
from courses.states import COHORT, SESSION, PlaceState, SessionState
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.kit import zones
from lms.kit.machine import IllegalMove
from lms.notifications import outbox


class NotYet(Exception):
    """The session has not begun: nobody can have been there."""


class Unmarked(Exception):
    """Somebody who has a place is not marked. Carries `count`."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class NoEvidence(Exception):
    """It is not said by what it is known who was there."""


@dataclass(frozen=True)
class Meeting:
    """What a session is to be; `trainer_id` where somebody else than the cohort's trainers holds it."""

    title: str
    starts_at: datetime
    minutes: int
    where: str
    trainer_id: int | None = None


@dataclass(frozen=True)
class Mark:
    """How a learner was there; `minutes` for a part of the session alone."""

    presence: Presence
    minutes: int | None = None


def plan(*, cohort_uuid: UUID, meeting: Meeting, actor_id: int | None) -> Session:
    """Plans a session; everybody who has a place is told the time in their own zone. One that is written down after it
    was held is told to nobody. Leaves a trail entry.

    Raises UnknownCohort, NotATrainer, and IllegalMove for a cohort that is cancelled.
    """
    at = clock.now()
    with transaction.atomic():
        cohort = places.one(cohort_uuid)
        COHORT.after(cohort.state, "cancel")
        _check(cohort, meeting)
        row = Session.objects.create(cohort=cohort, changed_at=at, **vars(meeting))
        _record(row, "planned", at, actor_id)
        if row.starts_at > at:
            _tell_all(row, "planned", at)
    return row


def change(*, session_uuid: UUID, meeting: Meeting, actor_id: int | None) -> None:
    """Changes a session that is still planned; calendars take the new file as news of it, and everybody who has a place
    is told. The same again changes nothing. Leaves a trail entry.

    Raises UnknownSession, NotATrainer, and IllegalMove for one that is held or cancelled.
    """
    at = clock.now()
    with transaction.atomic():
        row = _locked(session_uuid)
        SESSION.after(row.state, "hold")
        _check(row.cohort, meeting)
        changed = {name: value for name, value in vars(meeting).items() if getattr(row, name) != value}
        if not changed:
            return
        for name, value in changed.items():
            setattr(row, name, value)
        _save(row, at, *changed)
        _record(row, "changed", at, actor_id, **{name: str(value) for name, value in changed.items()})
        _tell_all(row, "changed", at)


def cancel(*, session_uuid: UUID, actor_id: int | None) -> None:
    """Cancels a session that is still planned: it counts for nothing, and everybody who has a place is told. Whoever
    waited for nothing else completes the course. Called again it changes nothing. Leaves a trail entry.

    Raises UnknownSession, and IllegalMove for one that is held.
    """
    at = clock.now()
    with transaction.atomic():
        row = _locked(session_uuid)
        if row.state == SessionState.CANCELLED:
            return
        _cancel(row, at, actor_id)
        _tell_all(row, "cancelled", at)
        for enrolment_id in _held(row.cohort).values_list("enrolment", flat=True):
            complete_if_done(enrolment_id)


def take_attendance(*, session_uuid: UUID, marks: Mapping[int, Mark], evidence: str, actor_id: int) -> None:
    """Takes, or puts right, who was at a session that has begun, by the ids of enrolments; with the first time it is
    held. Everybody who has a place in the cohort is marked.

    For each who was there `training_given` is announced with whoever held it; whoever waited for nothing but this session
    completes the course. The hours of a course that is completed stay as they were attested. Leaves a trail entry that
    says what changed.

    Raises UnknownSession, NotYet, Unmarked, NoEvidence, IllegalMove for one that is cancelled, and of the rules BadMark.
    """
    at = clock.now()
    with transaction.atomic():
        row = _locked(session_uuid)
        if row.state != SessionState.HELD:
            SESSION.after(row.state, "hold")
        if at < row.starts_at:
            raise NotYet(session_uuid)
        if not evidence.strip():
            raise NoEvidence(session_uuid)
        there = set(_held(row.cohort).values_list("enrolment", flat=True)) | set(cohorts.present_at(row.pk))
        if there - set(marks):
            raise Unmarked(len(there - set(marks)))
        _hold(row, evidence.strip(), at)
        counted = {
            one: attendance.minutes(marks[one].presence, row.minutes, marks[one].minutes) for one in there
        }
        changed = _keep(row, {one: (marks[one].presence, counted[one]) for one in there}, actor_id, at)
        if not changed:
            return
        _record(row, "attended", at, actor_id, evidence=row.evidence, marks=changed)
        _say_who_held(row, [one for one in sorted(there) if counted[one] and str(one) in changed], at)
        for enrolment_id in sorted(there):
            complete_if_done(enrolment_id)


def call_off(cohort: Cohort, *, at: datetime, actor_id: int | None) -> None:
    """Cancels what a cohort still plans, in the caller's transaction; who tells its learners is the caller."""
    for row in Session.objects.select_for_update().filter(cohort=cohort, state=SessionState.PLANNED):
        row.cohort = cohort
        _cancel(row, at, actor_id)


def complete_if_done(enrolment_id: int) -> None:
    """Completes the course for whoever waited for nothing else."""
    with suppress(enrolments.NotComplete, IllegalMove):
        enrolments.complete(enrolment_id=enrolment_id)


def tell_of_end(place: Place, cohort: Cohort, *, at: datetime) -> None:
    """Tells a learner that their cohort is called off."""
    _put("cohort_cancelled", f"courses.cohort:{cohort.pk}:cancelled:{place.pk}", place, cohort, at)


def _locked(uuid: UUID) -> Session:
    rows = Session.objects.select_for_update(of=("self",)).select_related("cohort__course")
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise UnknownSession(uuid)
    return found


def _check(cohort: Cohort, meeting: Meeting) -> None:
    if meeting.trainer_id is not None:
        training.check(cohort.course, meeting.trainer_id)


def _cancel(row: Session, at: datetime, actor_id: int | None) -> None:
    row.state = SESSION.after(row.state, "cancel")
    _save(row, at, "state")
    _record(row, "cancelled", at, actor_id)


def _save(row: Session, at: datetime, *names: str) -> None:
    row.sequence += 1
    row.changed_at = at
    row.save(update_fields=["sequence", "changed_at", *names])


def _hold(row: Session, evidence: str, at: datetime) -> None:
    row.state, row.evidence, row.held_at = SessionState.HELD, evidence, row.held_at or at
    row.save(update_fields=["state", "evidence", "held_at"])


def _keep(
    row: Session, counted: Mapping[int, tuple[Presence, int]], actor_id: int, at: datetime
) -> dict[str, str]:
    """Keeps what differs from what was taken before; returns it in words, by the ids of enrolments."""
    before = cohorts.present_at(row.pk)
    changed = {}
    for enrolment_id, (presence, minutes) in sorted(counted.items()):
        known = before.get(enrolment_id)
        was = f"{known.presence} {known.minutes}" if known else ""
        if was == f"{presence} {minutes}":
            continue
        Attendance.objects.update_or_create(
            session=row,
            enrolment_id=enrolment_id,
            defaults={"presence": presence, "minutes": minutes, "taken_at": at, "taken_by_id": actor_id},
        )
        changed[str(enrolment_id)] = f"{was} → {presence} {minutes}" if was else f"{presence} {minutes}"
    return changed


def _say_who_held(row: Session, enrolment_ids: list[int], at: datetime) -> None:
    leaders = [row.trainer_id] if row.trainer_id else cohorts.trainer_ids(row.cohort_id)
    # Locked before its place, as whoever finishes a lesson does: else each would wait for the other.
    there = Enrolment.objects.select_for_update(of=("self",)).select_related("course")
    for enrolment in there.filter(pk__in=enrolment_ids).order_by("pk"):
        # Who was at a session has had of the course. A place that was given back meanwhile holds nobody else up.
        with suppress(enrolments.NotPaid), transaction.atomic():
            enrolments.take_up(course_key=enrolment.course.key, person_id=enrolment.person_id, at=at)
        for trainer_id in leaders:
            training.once(enrolment, trainer_id, on=row.starts_at.date(), how="session")


def _held(cohort: Cohort) -> QuerySet[Place]:
    return Place.objects.filter(cohort=cohort, state=PlaceState.HELD).order_by("enrolment")


def _record(row: Session, what: str, at: datetime, actor_id: int | None, **facts: object) -> None:
    trail.record(
        f"courses.session.{what}",
        subject=f"courses.session:{row.pk}",
        at=at,
        actor_id=actor_id,
        organisation_id=row.cohort.course.organisation_id,
        facts={"cohort": row.cohort_id, **facts},
    )


def _tell_all(row: Session, what: str, at: datetime) -> None:
    for place in _held(row.cohort).select_related("enrolment"):
        _put(
            "cohort_session",
            f"courses.session:{row.pk}:{row.sequence}:{place.pk}",
            place,
            row.cohort,
            at,
            session=row.title,
            what=what,
            starts_at=row.starts_at,
            minutes=row.minutes,
            where=row.where,
        )


def _put(kind: str, key: str, place: Place, cohort: Cohort, at: datetime, **said: object) -> None:
    person = people.card(place.enrolment.person_id)
    starts_at = said.pop("starts_at", None)
    if isinstance(starts_at, datetime):
        said["time"] = zones.words(starts_at, person.time_zone)
    outbox.put(
        kind,
        key=key,
        to=person.email,
        person_id=person.id,
        context={
            "name": person.display_name,
            "course": cohort.course.title,
            "cohort": cohort.title,
            "path": reverse("courses:my_cohort", args=[cohort.course.slug]),
            **said,
        },
        at=at,
    )
