"""Cohorts: made, changed, cancelled; joined, left, moved between."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from courses.actions import enrolments, places, sessions, training
from courses.models import Cohort, CohortTrainer, CoursePage, Enrolment, Place
from courses.queries.cohorts import UnknownCohort
from courses.rules.cohorts import Hindrance, Room
from courses.states import COHORT, CohortState, EnrolmentState, PlaceState
from lms.audit import trail
from lms.db import clock


class CannotJoin(Exception):
    """Something stands in the way. Carries `hindrance`."""

    def __init__(self, hindrance: Hindrance) -> None:
        super().__init__(hindrance)
        self.hindrance = hindrance


class Full(Exception):
    """Whoever has a place in one cohort moves to another only where a place is free: the one they have is not put at risk."""


class TooFew(Exception):
    """More learners have a place than there would be places. Carries `taken`."""

    def __init__(self, taken: int) -> None:
        super().__init__(taken)
        self.taken = taken


class TrainerLearns(Exception):
    """The person learns in this cohort, or waits for it."""


class LastTrainer(Exception):
    """A cohort that is open has a trainer."""


@dataclass(frozen=True)
class Plan:
    """What a cohort is to be. `attendance` is the percent of its sessions that completion asks for."""

    title: str
    starts_on: date
    ends_on: date
    joins_until: date
    capacity: int
    attendance: int


def make(*, course_id: int, plan: Plan, trainer_id: int, actor_id: int | None) -> Cohort:
    """Makes a cohort of a course under one trainer, open to learners at once. Leaves a trail entry.

    Raises NotATrainer.
    """
    at = clock.now()
    with transaction.atomic():
        course = CoursePage.objects.get(pk=course_id)
        training.check(course, trainer_id)
        row = Cohort.objects.create(course=course, made_at=at, **vars(plan))
        CohortTrainer.objects.create(cohort=row, trainer_id=trainer_id, since_at=at)
        _record(row, "made", at, actor_id, trainer=trainer_id)
    return row


def change(*, cohort_uuid: UUID, plan: Plan, actor_id: int | None) -> None:
    """Changes what a cohort is; places that there are now are given to those who wait. Leaves a trail entry.

    Raises UnknownCohort, IllegalMove for one that is cancelled, and TooFew.
    """
    at = clock.now()
    with transaction.atomic():
        row = _open(cohort_uuid)
        if plan.capacity < row.taken:
            raise TooFew(row.taken)
        changed = {name: value for name, value in vars(plan).items() if getattr(row, name) != value}
        if not changed:
            return
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        _record(row, "changed", at, actor_id, **{name: str(value) for name, value in changed.items()})
        places.fill(row, at=at)


def cancel(*, cohort_uuid: UUID, actor_id: int | None) -> None:
    """Calls a cohort off: its sessions to come are cancelled, and everybody who has a place or waits for one is told.
    They stay enrolled and study on at their own pace; what they attended counts. Called again it changes nothing.

    Leaves a trail entry. Raises UnknownCohort.
    """
    at = clock.now()
    with transaction.atomic():
        row = places.one(cohort_uuid)
        if row.state == CohortState.CANCELLED:
            return
        row.state = COHORT.after(row.state, "cancel")
        row.save(update_fields=["state"])
        _record(row, "cancelled", at, actor_id)
        sessions.call_off(row, at=at, actor_id=actor_id)
        left = Place.objects.filter(cohort=row).exclude(state=PlaceState.LEFT)
        for place in left.select_related("enrolment__course").order_by("enrolment"):
            sessions.tell_of_end(place, row, at=at)
            places.free(place, row, at=at, actor_id=actor_id)
            sessions.complete_if_done(place.enrolment_id)


def add_trainer(*, cohort_uuid: UUID, trainer_id: int, actor_id: int | None) -> None:
    """A trainer comes to a cohort, and trains everybody in it from now on. Called again it changes nothing.

    Leaves a trail entry and announces `training_given` for every learner. Raises UnknownCohort, IllegalMove for one that is cancelled,
    NotATrainer and TrainerLearns.
    """
    at = clock.now()
    with transaction.atomic():
        row = _open(cohort_uuid)
        training.check(row.course, trainer_id)
        if (
            Place.objects.filter(cohort=row, enrolment__person=trainer_id)
            .exclude(state=PlaceState.LEFT)
            .exists()
        ):
            raise TrainerLearns(trainer_id)
        _, made = CohortTrainer.objects.get_or_create(
            cohort=row, trainer_id=trainer_id, until_at=None, defaults={"since_at": at}
        )
        if made:
            _record(row, "trainer_added", at, actor_id, trainer=trainer_id)
            places.train_all(row, trainer_id, how="changed", at=at)


def remove_trainer(*, cohort_uuid: UUID, trainer_id: int, actor_id: int | None) -> None:
    """A trainer leaves a cohort; that they trained its learners stays known. Called again it changes nothing.

    Leaves a trail entry. Raises UnknownCohort, IllegalMove for one that is cancelled, and LastTrainer.
    """
    at = clock.now()
    with transaction.atomic():
        row = _open(cohort_uuid)
        lasting = CohortTrainer.objects.filter(cohort=row, until_at__isnull=True)
        if not lasting.filter(trainer=trainer_id).exists():
            return
        if lasting.count() == 1:
            raise LastTrainer(trainer_id)
        places.train_no_more(row, trainer_id, at=at)
        lasting.filter(trainer=trainer_id).update(until_at=at)
        _record(row, "trainer_removed", at, actor_id, trainer=trainer_id)


def join(*, cohort_uuid: UUID, person_id: int, actor_id: int | None = None) -> str:
    """Gives a person a place in a cohort, or the last place on its waiting list; returns the state of the place.

    They are enrolled in the course first, as anybody is, on the entitlement that they hold, and study at their own
    pace until the cohort begins or while they wait. Whoever is in another cohort of the course moves: their place there
    falls free, and only where there is a free one here. They are told, and `training_given` is announced for each
    trainer. Called again it changes nothing. Of many at once no more get a place than there are.

    Raises UnknownCohort, CannotJoin, Full, and of enrolling UnknownCourse and NotPaid.
    """
    at = clock.now()
    with transaction.atomic():
        wanted, left = _two(cohort_uuid, person_id)
        mine = Enrolment.objects.filter(person_id=person_id, course=wanted.course_id).first()
        _check_joining(wanted, mine, person_id, at)
        enrolment_id = enrolments.enrol(
            person_id=person_id, course_id=wanted.course_id, actor_id=actor_id or person_id
        )
        if left is not None:
            if left.state == PlaceState.HELD and wanted.taken >= wanted.capacity:
                raise Full(cohort_uuid)
            places.free(left, left.cohort, at=at, actor_id=actor_id or person_id)
        row = Enrolment.objects.select_related("course").get(pk=enrolment_id)
        return places.ask(wanted, row, at=at, actor_id=actor_id or person_id).state


def leave(*, enrolment_id: int, actor_id: int | None) -> None:
    """Takes a learner out of their cohort or off its waiting list; they stay enrolled. The place is given to who waits
    longest. Where nothing but attendance kept them from completing the course, they complete it. Called again it changes nothing."""
    at = clock.now()
    with transaction.atomic():
        places.leave_all(enrolment_id, at=at, actor_id=actor_id)
        sessions.complete_if_done(enrolment_id)


def _two(cohort_uuid: UUID, person_id: int) -> tuple[Cohort, Place | None]:
    """The cohort that is wanted, and the place that the person has or waits for in another of the course; both cohorts
    locked, in the order in which everybody locks them."""
    target = Cohort.objects.filter(uuid=cohort_uuid).first()
    if target is None:
        raise UnknownCohort(cohort_uuid)
    standing = Place.objects.filter(enrolment__person=person_id, enrolment__course=target.course_id)
    standing = standing.exclude(state=PlaceState.LEFT)
    locked = places.locked({target.pk, *standing.values_list("cohort", flat=True)})
    others = standing.filter(~Q(cohort=target.pk), cohort__in=locked).select_related("enrolment__course")
    left = others.first()
    if left is not None:
        left.cohort = locked[left.cohort_id]
    return locked[target.pk], left


def _check_joining(cohort: Cohort, mine: Enrolment | None, person_id: int, at: datetime) -> None:
    known = (
        mine and Place.objects.filter(cohort=cohort, enrolment=mine).exclude(state=PlaceState.LEFT).exists()
    )
    room = Room(cohort.capacity, cohort.taken, cohort.joins_until, cohort.state == CohortState.CANCELLED)
    hindrance = None if known else room.hindrance(at.date())
    if mine is not None and mine.state == EnrolmentState.COMPLETED:
        hindrance = Hindrance.COMPLETED
    if CohortTrainer.objects.filter(cohort=cohort, trainer=person_id, until_at__isnull=True).exists():
        hindrance = Hindrance.TRAINER
    if hindrance is not None:
        raise CannotJoin(hindrance)


def _open(uuid: UUID) -> Cohort:
    row = places.one(uuid)
    COHORT.after(row.state, "cancel")  # whatever may still be cancelled may still be changed
    return row


def _record(row: Cohort, what: str, at: datetime, actor_id: int | None, **facts: object) -> None:
    trail.record(
        f"courses.cohort.{what}",
        subject=f"courses.cohort:{row.pk}",
        at=at,
        actor_id=actor_id,
        organisation_id=row.course.organisation_id,
        facts={"course": row.course.key, **facts},
    )
