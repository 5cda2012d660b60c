"""Enrolments: begun, left, taken up again, completed."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from courses import signals
from courses.actions import places, training
from courses.actions.training import OwnTrainer
from courses.models import CoursePage, Enrolment, EnrolmentChange, languages
from courses.queries import cohorts, outlines, requirements
from courses.queries import enrolments as progress_of
from courses.rules import attendance
from courses.states import ENROLMENT, EnrolmentState
from lms.accounts import queries as people
from lms.audit import trail
from lms.billing import queries as billing
from lms.billing.actions import entitlements
from lms.db import clock
from lms.notifications import outbox


class UnknownCourse(LookupError):
    """There is no such course, or it isn't published."""


class NotPaid(Exception):
    """The person holds no unused place in the course, and it isn't free here."""


class NotComplete(Exception):
    """Lessons of the course are still undone or in preparation, or something that it requires is not met."""


def enrol(*, person_id: int, course_id: int, actor_id: int | None = None) -> int:
    """Enrols a person in a course and returns the enrolment's id.

    Redeems their entitlement to the course's product (a free one is claimed), leaves a change row and
    a trail entry, sends the welcome and announces `enrolled`. A person who had left comes back to
    what they had done, on the place they had already taken. Called again it changes nothing.
    Raises UnknownCourse or NotPaid.
    """
    at = clock.now()
    with transaction.atomic():
        course = CoursePage.objects.live().filter(pk=course_id).first()
        if course is None:
            raise UnknownCourse(course_id)
        # The person's row is the lock: of two clicks at once, the second finds the first one's enrolment.
        person = get_user_model().objects.select_for_update().get(pk=person_id)
        row = Enrolment.objects.filter(person_id=person_id, course=course).first()
        if row is not None and row.state != EnrolmentState.WITHDRAWN:
            return row.pk
        _take_place(course, person_id)
        if row is None:
            row = Enrolment.objects.create(
                person_id=person_id,
                course=course,
                state=ENROLMENT.start,
                enrolled_at=at,
                language=_language(person),
            )
            _note(row, "enrol", "", at, actor_id or person_id)
        else:
            _move(row, "return", at, actor_id or person_id, withdrawn_at=None)
        _welcome(row, at)
        signals.enrolled.announce(enrolment_id=row.pk, person_id=person_id, course_key=course.key, at=at)
        if row.trainer_id is not None:
            training.begin(row, row.trainer_id, how="returned", at=at)
    return row.pk


def _language(person: Any) -> str:
    """In which language somebody reads, where lessons are translated into it: that of their letters, until they choose."""
    return person.language if person.language in languages.TRANSLATED else ""


def withdraw(*, enrolment_id: int, actor_id: int | None) -> None:
    """Ends an enrolment before completion; what was done stays, and the place in a cohort falls free. Announces
    `enrolment_withdrawn`.

    Raises IllegalMove for one that is completed. Called again it changes nothing.
    """
    at = clock.now()
    with transaction.atomic():
        # A cohort is locked before any enrolment. What raises below takes back that the place was left.
        places.leave_all(enrolment_id, at=at, actor_id=actor_id)
        row = _locked(enrolment_id)
        if row.state == EnrolmentState.WITHDRAWN:
            return
        _move(row, "withdraw", at, actor_id, withdrawn_at=at)
        if row.trainer_id is not None:
            training.end(row, row.trainer_id, at=at)
        signals.enrolment_withdrawn.announce(
            enrolment_id=row.pk, person_id=row.person_id, course_key=row.course.key, at=at
        )


def end_place(*, place_key: str) -> None:
    """Ends the enrolment of a place that was given back before it began: refunded, or a seat taken back.

    A place that was paid for again meanwhile stays, and so does an enrolment that is completed. Called again it
    changes nothing.
    """
    _, course_key, person_id = place_key.rsplit(":", 2)
    row = Enrolment.objects.filter(course__key=course_key, person_id=int(person_id)).first()
    if row is None or not billing.was_given_back(place_key):
        return
    if row.state == EnrolmentState.ENROLLED:
        withdraw(enrolment_id=row.pk, actor_id=None)


def complete(*, enrolment_id: int) -> None:
    """Completes an enrolment once every lesson of the course is open and done, what it requires beside them is met and
    the attendance that the learner's cohort asks for is reached; fixes its CPD hours, which are those of the course,
    of the sessions attended until now and of the work that was passed beside the lessons.

    Sends the notice of completion and announces `course_completed`. Raises NotComplete. Called again
    it changes nothing.
    """
    at = clock.now()
    with transaction.atomic():
        row = _locked(enrolment_id)
        if row.state == EnrolmentState.COMPLETED:
            return
        if not progress_of.progress(outlines.outline(row.course), progress_of.records(row.pk)).complete:
            raise NotComplete(enrolment_id)
        if requirements.unmet(row.course_id, row.person_id) or cohorts.is_open(row.pk):
            raise NotComplete(enrolment_id)
        try:
            with transaction.atomic():
                take_up(course_key=row.course.key, person_id=row.person_id, at=at)
        except NotPaid:
            raise NotComplete(enrolment_id) from None  # given back this moment: the enrolment is about to end
        in_sessions = attendance.whole_hours(cohorts.attended_minutes(row.pk))
        in_work = requirements.hours_met(row.course_id, row.person_id)
        hours = row.course.cpd_hours + in_sessions + in_work
        _move(
            row, "complete", at, row.person_id,
            completed_at=at, hours=hours, session_hours=in_sessions, work_hours=in_work,
        )  # fmt: skip
        _congratulate(row, at)
        signals.course_completed.announce(
            enrolment_id=row.pk,
            person_id=row.person_id,
            course_key=row.course.key,
            course_title=row.course.title,
            scheme_key=row.course.scheme_key,
            hours=row.hours,
            on=at.date(),
            trainer_ids=sorted(progress_of.trainers_of(row.pk)),
            organisation_id=row.course.organisation_id,
        )


def add_hours(*, enrolment_id: int, hours: int, title: str, source: str) -> None:
    """Adds the hours of work that was passed after its course had been completed; before that it does nothing, for
    completing counts them. Leaves a trail entry and announces `work_counted`. The caller sees to it that it is called once."""
    at = clock.now()
    with transaction.atomic():
        row = _locked(enrolment_id)
        if row.state != EnrolmentState.COMPLETED or row.hours is None:
            return
        row.hours, row.work_hours = row.hours + hours, row.work_hours + hours
        row.save(update_fields=["hours", "work_hours"])
        trail.record(
            "courses.enrolment.hours_added",
            subject=f"courses.enrolment:{row.pk}",
            at=at,
            actor_id=None,
            organisation_id=row.course.organisation_id,
            facts={"course": row.course.key, "person": row.person_id, "hours": hours, "source": source},
        )
        signals.work_counted.announce(
            enrolment_id=row.pk,
            person_id=row.person_id,
            course_key=row.course.key,
            title=title,
            hours=hours,
            source=source,
            on=at.date(),
            organisation_id=row.course.organisation_id,
        )


def assign_trainer(*, enrolment_id: int, trainer_id: int | None, actor_id: int) -> None:
    """Notes who trains this learner, so that they stay out of the decision on certifying them, as whoever trained
    them before does. Announces `training_given`.

    Raises OwnTrainer.
    """
    at = clock.now()
    with transaction.atomic():
        row = _locked(enrolment_id)
        if row.person_id == trainer_id:
            raise OwnTrainer(trainer_id)
        if row.trainer_id is not None and row.trainer_id != trainer_id:
            training.end(row, row.trainer_id, at=at)
        row.trainer_id = trainer_id
        row.save(update_fields=["trainer"])
        trail.record(
            "courses.trainer.assigned",
            subject=f"courses.enrolment:{row.pk}",
            at=at,
            actor_id=actor_id,
            facts={"trainer": trainer_id},
        )
        if trainer_id is not None:
            training.begin(row, trainer_id, how="assigned", at=at)


def take_up(*, course_key: str, person_id: int, at: datetime) -> None:
    """Notes that somebody makes use of their place in a course, in the caller's transaction: from now on it can't be given
    back. Again, it changes nothing. One statement.

    Raises NotPaid where it was given back, after which the caller's transaction can only be undone.
    """
    try:
        entitlements.begin(use_key=use_key(course_key, person_id), at=at)
    except entitlements.NoEntitlement as refusal:
        raise NotPaid(course_key) from refusal


def use_key(course_key: str, person_id: int) -> str:
    """Under which a place in a course is redeemed: one place for one person, however often they come back."""
    return f"courses.enrolment:{course_key}:{person_id}"


def _locked(enrolment_id: int) -> Enrolment:
    return Enrolment.objects.select_for_update(of=("self",)).select_related("course").get(pk=enrolment_id)


def _take_place(course: CoursePage, person_id: int) -> None:
    if not course.product_key:
        raise NotPaid(course.key)
    use = use_key(course.key, person_id)
    try:
        try:
            entitlements.redeem(product_key=course.product_key, person_id=person_id, use_key=use, anew=True)
        except entitlements.NoEntitlement:
            entitlements.claim_free(product_key=course.product_key, person_id=person_id)
            entitlements.redeem(product_key=course.product_key, person_id=person_id, use_key=use, anew=True)
    except (entitlements.NotFree, entitlements.NoEntitlement, billing.UnknownProduct) as refusal:
        raise NotPaid(course.key) from refusal


def _move(
    row: Enrolment, event: str, at: datetime, actor_id: int | None, **times: datetime | int | None
) -> None:
    before = row.state
    row.state = ENROLMENT.after(row.state, event)
    for name, value in times.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *times])
    _note(row, event, before, at, actor_id)


def _note(row: Enrolment, event: str, before: str, at: datetime, actor_id: int | None) -> None:
    EnrolmentChange.objects.create(
        enrolment=row, event=event, from_state=before, to_state=row.state, at=at, actor_id=actor_id
    )
    trail.record(
        f"courses.enrolment.{_PAST[event]}",
        subject=f"courses.enrolment:{row.pk}",
        at=at,
        actor_id=actor_id,
        organisation_id=row.course.organisation_id,
        facts={"course": row.course.key, "person": row.person_id},
    )


_PAST = {"enrol": "begun", "return": "resumed", "withdraw": "withdrawn", "complete": "completed"}


def _welcome(row: Enrolment, at: datetime) -> None:
    visits = EnrolmentChange.objects.filter(enrolment=row, to_state=EnrolmentState.ENROLLED).count()
    _tell("course_welcome", f"courses.welcome:{row.pk}:{visits}", row, at)


def _congratulate(row: Enrolment, at: datetime) -> None:
    _tell("course_completed", f"courses.completed:{row.pk}", row, at)


def _tell(kind: str, key: str, row: Enrolment, at: datetime) -> None:
    person = people.card(row.person_id)
    outbox.put(
        kind,
        key=key,
        to=person.email,
        person_id=person.id,
        context={
            "name": person.display_name,
            "course": row.course.title,
            "hours": row.hours,
            "path": reverse("courses:classroom", args=[row.course.slug]),
        },
        at=at,
    )
