"""Led editions of a course: cohorts with their trainers, places and sessions, and who was there."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from courses.models.enrolments import Enrolment
from courses.models.moves import Move
from courses.models.pages import CoursePage
from courses.rules.attendance import Presence
from courses.states import CohortState, PlaceState, SessionState


class Cohort(models.Model):
    """A course led by trainers between two days, for so many learners. Written by `actions.cohorts` and
    `actions.places`, who lock its row: that is what keeps `taken` true."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="cohorts")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=CohortState.choices, default=CohortState.OPEN)
    starts_on = models.DateField()
    ends_on = models.DateField()
    joins_until = models.DateField(help_text="The last day on which a place is given.")
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    attendance = models.PositiveSmallIntegerField(
        default=0, help_text="Percent of the sessions' minutes that completion asks for; 0 for none."
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["starts_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(capacity__gte=1, taken__lte=F("capacity")), name="courses_cohort_capacity"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on"), joins_until__lte=F("ends_on")),
                name="courses_cohort_days",
            ),
            models.CheckConstraint(condition=Q(attendance__lte=100), name="courses_cohort_attendance"),
            models.CheckConstraint(condition=Q(state__in=CohortState.values), name="courses_cohort_state"),
        ]

    def __str__(self) -> str:
        return self.title


class CohortTrainer(models.Model):
    """Who leads a cohort, from when to when."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="trainers")
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["since_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cohort", "trainer"],
                condition=Q(until_at__isnull=True),
                name="courses_cohort_trainer_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.trainer_id} of cohort {self.cohort_id}"


class Place(models.Model):
    """A learner in a cohort, or waiting for it; in one cohort of a course at a time."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="places")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="places")
    state = models.CharField(max_length=12, choices=PlaceState.choices, default=PlaceState.WAITING)
    asked_at = models.DateTimeField(help_text="Whoever asked first is first on the waiting list.")
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "enrolment"], name="courses_place_once"),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state__in=[PlaceState.WAITING, PlaceState.HELD]),
                name="courses_place_in_one_cohort",
            ),
            models.CheckConstraint(condition=Q(state__in=PlaceState.values), name="courses_place_state"),
        ]

    def __str__(self) -> str:
        return f"enrolment {self.enrolment_id} in cohort {self.cohort_id}"


class PlaceChange(Move):
    """One move of a place: who, from, to, when."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="changes")

    class Meta:
        ordering: ClassVar = ["place", "at", "id"]

    def __str__(self) -> str:
        return f"{self.event} of place {self.place_id}"


class Session(models.Model):
    """A time at which a cohort meets. `sequence` counts what changed since it was first told, for calendars."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(help_text="As planned: attendance counts no more than this.")
    where = models.CharField(max_length=300, blank=True, help_text="A room, or the address of a call.")
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who holds it, where that is not the cohort's own trainer.",
    )
    state = models.CharField(max_length=12, choices=SessionState.choices, default=SessionState.PLANNED)
    sequence = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True, help_text="When attendance was first taken.")
    evidence = models.CharField(max_length=300, blank=True, help_text="By what it is known who was there.")

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes__gte=1), name="courses_session_minutes"),
            models.CheckConstraint(
                condition=Q(state=SessionState.HELD, held_at__isnull=False) & ~Q(evidence="")
                | Q(state__in=[SessionState.PLANNED, SessionState.CANCELLED], held_at__isnull=True),
                name="courses_session_held",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """Whether a learner was at a session, and for how many of its planned minutes."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    presence = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Presence])
    minutes = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="courses_attendance_once"),
            models.CheckConstraint(
                condition=Q(presence=Presence.ABSENT.value, minutes=0)
                | Q(presence__in=[Presence.PRESENT.value, Presence.PART.value], minutes__gte=1),
                name="courses_attendance_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.presence} at session {self.session_id}"


class Training(models.Model):
    """A trainer trained a learner from a day on; `ended_on` is set when it ends. Never deleted: it keeps the trainer
    out of examining and certifying them. Written by `actions.training` alone."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="trainings")
    trainer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["began_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "trainer"],
                condition=Q(ended_on__isnull=True),
                name="courses_training_lasts_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on")),
                name="courses_training_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainer_id} in enrolment {self.enrolment_id}"
