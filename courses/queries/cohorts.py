"""Cohorts: which are open, who is in them, when they meet, and who was there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from courses.models import Attendance, Cohort, CohortTrainer, Enrolment, Place, Session
from courses.rules import attendance
from courses.rules.attendance import Attended, Given
from courses.rules.cohorts import Room
from courses.states import CohortState, PlaceState, SessionState
from lms.accounts import queries as people


class UnknownCohort(LookupError):
    """There is no such cohort, or it is none of this person's business."""


class UnknownSession(LookupError):
    """There is no such session."""


@dataclass(frozen=True)
class Meeting:
    """A session as a page shows it; `trainer` only where somebody else than the cohort's trainers holds it. What the
    reader's attendance of it was, is known to learners alone."""

    uuid: UUID
    title: str
    starts_at: datetime
    minutes: int
    where: str
    state: str
    sequence: int
    changed_at: datetime
    trainer: str = ""
    presence: str = ""
    attended: int = 0

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_link(self) -> bool:
        return self.where.startswith(("https://", "http://"))

    @property
    def is_cancelled(self) -> bool:
        return self.state == SessionState.CANCELLED


@dataclass(frozen=True)
class CohortView:
    """A cohort as a page shows it. `minutes` are those of its sessions that are held or to come."""

    id: int
    uuid: UUID
    course_id: int
    course_title: str
    slug: str
    title: str
    starts_on: date
    ends_on: date
    attendance: int
    room: Room
    waiting: int
    trainers: tuple[str, ...]
    meetings: tuple[Meeting, ...]

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.meetings if not one.is_cancelled)

    @property
    def hours(self) -> int:
        """Whole CPD hours that its sessions add for who attends them all."""
        return attendance.whole_hours(self.minutes)

    @property
    def is_cancelled(self) -> bool:
        return self.room.cancelled


@dataclass(frozen=True)
class Mine:
    """A learner's place: the cohort with what they attended, how they stand, and how many wait before them."""

    cohort: CohortView
    state: str
    before: int
    attended: Attended
    is_met: bool

    def next_meeting(self, at: datetime) -> Meeting | None:
        """The first session that is not over yet: of one that is, the trainer may not have said who was there."""
        ahead = (
            one for one in self.cohort.meetings if one.state == SessionState.PLANNED and one.ends_at > at
        )
        return next(ahead, None)

    @property
    def is_waiting(self) -> bool:
        return self.state == PlaceState.WAITING


def trainer_ids(cohort_id: int) -> list[int]:
    """Who leads a cohort now, the first to come first. One statement."""
    rows = CohortTrainer.objects.filter(cohort_id=cohort_id, until_at__isnull=True)
    return list(rows.values_list("trainer", flat=True))


def is_of(uuid: UUID, slug: str) -> bool:
    """Whether a cohort is of this published course. One statement."""
    return Cohort.objects.filter(uuid=uuid, course__slug=slug, course__live=True).exists()


def on_offer(course_id: int, on: date) -> tuple[CohortView, ...]:
    """The cohorts of a course that can be joined on a day, or waited for. Four statements, one where there is none."""
    return _views(_rows().filter(course_id=course_id, state=CohortState.OPEN, joins_until__gte=on))


def cohort(uuid: UUID, *, organisation_ids: Collection[UUID] | None = None) -> CohortView:
    """One cohort, of a course of these organisations (None: of any). Raises UnknownCohort."""
    rows = _rows().filter(uuid=uuid)
    if organisation_ids is not None:
        rows = rows.filter(course__organisation__in=organisation_ids)
    found = _views(rows)
    if not found:
        raise UnknownCohort(uuid)
    return found[0]


def of_organisations(organisation_ids: Collection[UUID] | None) -> tuple[CohortView, ...]:
    """Every cohort of the courses of these organisations (None: of all), the latest first."""
    rows = _rows() if organisation_ids is None else _rows().filter(course__organisation__in=organisation_ids)
    return _views(rows.order_by("-starts_on", "-id"))


def of_enrolment(enrolment_id: int) -> Mine | None:
    """The cohort that a learner is in or waits for, or None. Seven statements, one where there is none."""
    place = Place.objects.filter(enrolment=enrolment_id).exclude(state=PlaceState.LEFT).first()
    if place is None:
        return None
    view = _views(_rows().filter(pk=place.cohort_id), enrolment_id=enrolment_id)[0]
    earlier = Q(asked_at__lt=place.asked_at) | Q(asked_at=place.asked_at, pk__lt=place.pk)
    ahead = Place.objects.filter(earlier, cohort=place.cohort_id, state=PlaceState.WAITING)
    found = _attended(view.meetings)
    return Mine(
        cohort=view,
        state=place.state,
        before=ahead.count() if place.state == PlaceState.WAITING else 0,
        attended=found,
        is_met=attendance.is_met(found, view.attendance),
    )


def attended_minutes(enrolment_id: int) -> int:
    """The planned minutes of all sessions that a learner attended, in whichever cohort. One statement."""
    rows = Attendance.objects.filter(enrolment=enrolment_id, session__state=SessionState.HELD)
    return sum(min(*pair) for pair in rows.values_list("minutes", "session__minutes"))


def is_open(enrolment_id: int) -> bool:
    """Whether a learner's cohort asks for an attendance that is not reached yet. One statement, two where it asks."""
    place = Place.objects.filter(
        enrolment=enrolment_id, state=PlaceState.HELD, cohort__attendance__gt=0
    ).select_related("cohort")
    found = place.first()
    if found is None:
        return False
    mine = {
        row.session_id: row.minutes
        for row in Attendance.objects.filter(enrolment=enrolment_id, session__cohort=found.cohort_id)
    }
    sessions = Session.objects.filter(cohort=found.cohort_id).exclude(state=SessionState.CANCELLED)
    given = [
        Given(minutes, state == SessionState.PLANNED, mine.get(pk, 0))
        for pk, minutes, state in sessions.values_list("pk", "minutes", "state")
    ]
    return not attendance.is_met(attendance.attended(given), found.cohort.attendance)


def session(uuid: UUID, *, organisation_ids: Collection[UUID] | None) -> Session:
    """One session with its cohort and course, of these organisations (None: of any). Raises UnknownSession."""
    rows = Session.objects.filter(uuid=uuid).select_related("cohort__course")
    if organisation_ids is not None:
        rows = rows.filter(cohort__course__organisation__in=organisation_ids)
    found = rows.first()
    if found is None:
        raise UnknownSession(uuid)
    return found


def to_be_marked(row: Session) -> list[tuple[int, str]]:
    """The enrolments whose attendance of a session is taken, with the names of their people: whoever has a place, and
    whoever was marked before they left. Two statements."""
    has_place = Q(places__cohort=row.cohort_id, places__state=PlaceState.HELD)
    rows = Enrolment.objects.filter(has_place | Q(attendances__session=row.pk)).distinct()
    pairs = list(rows.values_list("pk", "person"))
    cards = people.cards({person_id for _, person_id in pairs})
    named = [(pk, cards[person_id].display_name) for pk, person_id in pairs]
    return sorted(named, key=lambda pair: (pair[1].casefold(), pair[0]))


def present_at(session_id: int) -> dict[int, Attendance]:
    """What was taken of a session, by the ids of enrolments. One statement."""
    return {row.enrolment_id: row for row in Attendance.objects.filter(session=session_id)}


def _rows() -> QuerySet[Cohort]:
    sessions = Session.objects.order_by("starts_at", "pk")
    trainers = CohortTrainer.objects.filter(until_at__isnull=True)
    waiting = Count("places", filter=Q(places__state=PlaceState.WAITING))
    return (
        Cohort.objects.select_related("course")
        .annotate(waiting=waiting)
        .prefetch_related(Prefetch("sessions", sessions), Prefetch("trainers", trainers))
    )


def _views(rows: QuerySet[Cohort], *, enrolment_id: int | None = None) -> tuple[CohortView, ...]:
    found = list(rows)
    if not found:
        return ()
    ids = {one.trainer_id for row in found for one in row.trainers.all()}
    ids |= {one.trainer_id for row in found for one in row.sessions.all() if one.trainer_id}
    names = {card.id: card.display_name for card in people.cards(ids).values()}
    mine: dict[int, Attendance] = {}
    if enrolment_id is not None:
        taken = Attendance.objects.filter(enrolment=enrolment_id, session__cohort__in=found)
        mine = {row.session_id: row for row in taken}
    return tuple(_view(row, names, mine) for row in found)


def _view(row: Cohort, names: dict[int, str], mine: dict[int, Attendance]) -> CohortView:
    return CohortView(
        id=row.pk,
        uuid=row.uuid,
        course_id=row.course_id,
        course_title=row.course.title,
        slug=row.course.slug,
        title=row.title,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        attendance=row.attendance,
        room=Room(row.capacity, row.taken, row.joins_until, row.state == CohortState.CANCELLED),
        waiting=row.waiting,  # type: ignore[attr-defined]  # annotated above
        trainers=tuple(names[one.trainer_id] for one in row.trainers.all()),
        meetings=tuple(_meeting(one, names, mine.get(one.pk)) for one in row.sessions.all()),
    )


def _meeting(row: Session, names: dict[int, str], mine: Attendance | None) -> Meeting:
    return Meeting(
        uuid=row.uuid,
        title=row.title,
        starts_at=row.starts_at,
        minutes=row.minutes,
        where=row.where,
        state=row.state,
        sequence=row.sequence,
        changed_at=row.changed_at,
        trainer=names.get(row.trainer_id or 0, ""),
        presence=mine.presence if mine else "",
        attended=mine.minutes if mine else 0,
    )


def _attended(meetings: Iterable[Meeting]) -> Attended:
    return attendance.attended(
        Given(one.minutes, one.state == SessionState.PLANNED, one.attended)
        for one in meetings
        if not one.is_cancelled
    )
