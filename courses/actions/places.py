"""Places in cohorts, as they are given and fall free. Whoever calls these holds the lock of the cohort."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from courses.actions import training
from courses.models import Cohort, CohortTrainer, Enrolment, Place, PlaceChange
from courses.queries import cohorts
from courses.states import PLACE, CohortState, EnrolmentState, PlaceState
from lms.accounts import queries as people
from lms.audit import trail
from lms.notifications import outbox


def locked(cohort_ids: Iterable[int]) -> dict[int, Cohort]:
    """These cohorts under their locks, until the transaction ends; always in the same order, so that two who need the
    same two wait for one another instead of for ever. A cohort is locked before any enrolment."""
    rows = Cohort.objects.select_for_update(of=("self",)).select_related("course").order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=set(cohort_ids))}


def one(uuid: UUID) -> Cohort:
    """One cohort under its lock. Raises UnknownCohort."""
    known = Cohort.objects.filter(uuid=uuid).values_list("pk", flat=True).first()
    if known is None:
        raise cohorts.UnknownCohort(uuid)
    return locked([known])[known]


def ask(cohort: Cohort, row: Enrolment, *, at: datetime, actor_id: int | None) -> Place:
    """Puts a learner at the end of the waiting list, and gives them a place if one is free. They are told of either.

    Where they wait or have a place already, it changes nothing.
    """
    place = Place.objects.filter(cohort=cohort, enrolment=row).first()
    if place is not None and place.state != PlaceState.LEFT:
        return place
    if place is None:
        place = Place.objects.create(cohort=cohort, enrolment=row, asked_at=at, changed_at=at)
        _note(place, cohort, "ask", "", at, actor_id)
    else:
        place.asked_at = at
        _move(place, cohort, "ask", at, actor_id, "asked_at")
    if cohort.taken < cohort.capacity:
        _give(place, cohort, at, actor_id)
        _tell("cohort_place", place, cohort, at, freed=False)
    else:
        _tell("cohort_waiting", place, cohort, at)
    return place


def free(place: Place, cohort: Cohort, *, at: datetime, actor_id: int | None) -> None:
    """Takes a learner out of a cohort or off its waiting list; the cohort's trainers train them no longer. The place
    that falls free is given to who waits longest."""
    if place.state == PlaceState.LEFT:
        return
    held = place.state == PlaceState.HELD
    _move(place, cohort, "leave", at, actor_id)
    if not held:
        return
    row = place.enrolment
    for trainer_id in cohorts.trainer_ids(cohort.pk):
        training.end(row, trainer_id, at=at)
        if row.trainer_id == trainer_id:
            row.trainer_id = None
    row.save(update_fields=["trainer"])
    cohort.taken -= 1
    cohort.save(update_fields=["taken"])
    fill(cohort, at=at)


def leave_all(enrolment_id: int, *, at: datetime, actor_id: int | None) -> None:
    """Takes a learner out of whatever cohort they are in, or wait for. Locks it."""
    standing = Place.objects.filter(enrolment=enrolment_id).exclude(state=PlaceState.LEFT)
    found = locked(standing.values_list("cohort", flat=True))
    for place in standing.select_related("enrolment__course"):
        if place.cohort_id in found:
            free(place, found[place.cohort_id], at=at, actor_id=actor_id)


def fill(cohort: Cohort, *, at: datetime) -> None:
    """Gives the free places of a cohort to those who wait longest, while places are given at all; each is told."""
    if cohort.state != CohortState.OPEN or at.date() > cohort.joins_until:
        return
    waiting = Place.objects.filter(
        cohort=cohort, state=PlaceState.WAITING, enrolment__state=EnrolmentState.ENROLLED
    )
    left = cohort.capacity - cohort.taken
    for place in waiting.select_related("enrolment__course").order_by("asked_at", "id")[: max(left, 0)]:
        _give(place, cohort, at, None)
        _tell("cohort_place", place, cohort, at, freed=True)


def train_all(cohort: Cohort, trainer_id: int, *, how: str, at: datetime) -> None:
    """A trainer has come to a cohort: they train everybody in it from now on."""
    for place in _held(cohort):
        training.begin(place.enrolment, trainer_id, how=how, at=at)
        if place.enrolment.trainer_id is None:
            place.enrolment.trainer_id = trainer_id
            place.enrolment.save(update_fields=["trainer"])


def train_no_more(cohort: Cohort, trainer_id: int, *, at: datetime) -> None:
    """A trainer has left a cohort: whoever stays is the trainer of its learners."""
    staying = next((one for one in cohorts.trainer_ids(cohort.pk) if one != trainer_id), None)
    for place in _held(cohort):
        training.end(place.enrolment, trainer_id, at=at)
        if place.enrolment.trainer_id == trainer_id:
            place.enrolment.trainer_id = staying
            place.enrolment.save(update_fields=["trainer"])


def _held(cohort: Cohort) -> list[Place]:
    rows = Place.objects.filter(cohort=cohort, state=PlaceState.HELD).select_related("enrolment__course")
    return list(rows.order_by("enrolment"))


def _give(place: Place, cohort: Cohort, at: datetime, actor_id: int | None) -> None:
    _move(place, cohort, "give", at, actor_id)
    cohort.taken += 1
    cohort.save(update_fields=["taken"])
    trainers = list(CohortTrainer.objects.filter(cohort=cohort, until_at__isnull=True))
    for one in trainers:
        training.begin(place.enrolment, one.trainer_id, how="joined", at=at)
    if trainers:
        place.enrolment.trainer_id = trainers[0].trainer_id
        place.enrolment.save(update_fields=["trainer"])


def _move(
    place: Place, cohort: Cohort, event: str, at: datetime, actor_id: int | None, *changed: str
) -> None:
    before = place.state
    place.state, place.changed_at = PLACE.after(place.state, event), at
    place.save(update_fields=["state", "changed_at", *changed])
    _note(place, cohort, event, before, at, actor_id)


def _note(place: Place, cohort: Cohort, event: str, before: str, at: datetime, actor_id: int | None) -> None:
    PlaceChange.objects.create(
        place=place, event=event, from_state=before, to_state=place.state, at=at, actor_id=actor_id
    )
    trail.record(
        f"courses.place.{_PAST[event]}",
        subject=f"courses.cohort:{cohort.pk}",
        at=at,
        actor_id=actor_id,
        organisation_id=cohort.course.organisation_id,
        facts={"enrolment": place.enrolment_id, "person": place.enrolment.person_id},
    )


_PAST = {"ask": "asked", "give": "given", "leave": "left"}


def _tell(kind: str, place: Place, cohort: Cohort, at: datetime, **said: object) -> None:
    person = people.card(place.enrolment.person_id)
    outbox.put(
        kind,
        key=f"courses.place:{place.pk}:{kind}:{place.changes.count()}",
        to=person.email,
        person_id=person.id,
        context={
            "name": person.display_name,
            "course": cohort.course.title,
            "cohort": cohort.title,
            "starts_on": cohort.starts_on.isoformat(),
            "ends_on": cohort.ends_on.isoformat(),
            "path": reverse("courses:my_cohort", args=[cohort.course.slug]),
            **said,
        },
        at=at,
    )
