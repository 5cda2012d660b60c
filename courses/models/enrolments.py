"""Who learns what."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from courses.models.moves import Move
from courses.states import EnrolmentState


class Enrolment(models.Model):
    """A person in a course. Its state moves in `courses/actions/enrolments.py` and nowhere else."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey("courses.CoursePage", on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=12, choices=EnrolmentState.choices, default=EnrolmentState.ENROLLED)
    enrolled_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    hours = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="CPD hours, fixed at completion; work that is passed later adds its own.",
    )
    session_hours = models.PositiveSmallIntegerField(
        default=0, help_text="Those of them that were sessions of a cohort."
    )
    language = models.CharField(
        max_length=10, blank=True, help_text="In which the lessons are read, where they are translated."
    )
    work_hours = models.PositiveSmallIntegerField(
        default=0, help_text="Those of them that were work beside the lessons, such as a capstone."
    )
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="trained_enrolments",
        help_text="Who trains this learner now; empty in self-study. Everybody who ever did stands in Training.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "course"], name="courses_enrolment_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=EnrolmentState.values), name="courses_enrolment_state"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=EnrolmentState.COMPLETED, completed_at__isnull=False, hours__isnull=False
                )
                | (
                    ~models.Q(state=EnrolmentState.COMPLETED)
                    & models.Q(completed_at__isnull=True, hours__isnull=True)
                ),
                name="courses_enrolment_completed",
            ),
            models.CheckConstraint(
                condition=models.Q(state=EnrolmentState.WITHDRAWN, withdrawn_at__isnull=False)
                | (~models.Q(state=EnrolmentState.WITHDRAWN) & models.Q(withdrawn_at__isnull=True)),
                name="courses_enrolment_withdrawn",
            ),
            models.CheckConstraint(
                condition=models.Q(trainer__isnull=True) | ~models.Q(trainer=models.F("person")),
                name="courses_enrolment_trainer",
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment {self.pk}"


class EnrolmentChange(Move):
    """One move of an enrolment: who, from, to, when."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="changes")

    class Meta:
        ordering = ["enrolment", "at", "id"]

    def __str__(self) -> str:
        return f"{self.event} of enrolment {self.enrolment_id}"
