"""Coursework: an exam of its own kind, with a rubric and markers and without a clock; what learners hand in."""

import uuid
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.rules.outcome import Outcome
from exams.states import WorkState

PERSON = settings.AUTH_USER_MODEL


class Coursework(models.Model):
    """What a learner of a course can hand in, or what a tutor assesses as the course goes on."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    brief = models.TextField(help_text="What is asked.")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    course_key = models.SlugField(max_length=80)
    by_tutor = models.BooleanField(
        default=False, help_text="A tutor's continuous assessment: nothing is handed in."
    )
    required = models.BooleanField(default=False, help_text="The course is complete only when it is passed.")
    hours = models.PositiveSmallIntegerField(
        default=0, help_text="CPD hours that its course gives to whoever passes it, beside its own."
    )
    words = models.PositiveSmallIntegerField(default=0, help_text="About how long; 0 for no word of it.")
    criteria = models.JSONField(help_text="The rubric, as new scripts take it.")
    rubric_digest = models.CharField(max_length=64)
    cut_percent = models.PositiveSmallIntegerField(default=60)
    due_days = models.PositiveSmallIntegerField(
        default=0, help_text="Due so many days after enrolment; 0 for no date."
    )
    tries = models.PositiveSmallIntegerField(default=2, help_text="How often it may be handed in at most.")
    again_days = models.PositiveSmallIntegerField(
        default=30, help_text="A further try is due so many days after the failed one was released."
    )
    offered = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cut_percent__gte=1, cut_percent__lte=100, tries__gte=1),
                name="exams_coursework_sane",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def cut(self) -> Fraction:
        return Fraction(self.cut_percent, 100)


class Work(models.Model):
    """One person's one try at a coursework. State moves only in exams.actions.coursework.

    What it was asked by is pinned at its beginning, for the coursework may change.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coursework = models.ForeignKey(Coursework, on_delete=models.PROTECT, related_name="works")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=WorkState, default=WorkState.OPEN)
    task = models.TextField()
    criteria = models.JSONField()
    rubric_digest = models.CharField(max_length=64)
    cut_percent = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    marked_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Outcome], blank=True)

    class Meta:
        ordering = ["coursework", "person", "number"]
        constraints = [
            models.UniqueConstraint(fields=["coursework", "person", "number"], name="exams_work_try_once"),
            models.UniqueConstraint(
                fields=["coursework", "person"],
                condition=~Q(state=WorkState.RELEASED),
                name="exams_work_one_open",
            ),
            models.CheckConstraint(condition=Q(state__in=WorkState.values), name="exams_work_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=[WorkState.MARKED, WorkState.RELEASED], outcome__in=list(Outcome))
                | Q(~Q(state__in=[WorkState.MARKED, WorkState.RELEASED]), outcome=""),
                name="exams_work_outcome_when_marked",
            ),
            models.CheckConstraint(
                condition=Q(state=WorkState.RELEASED, released_at__isnull=False, released_by__isnull=False)
                & ~Q(released_by=F("person"))
                | Q(~Q(state=WorkState.RELEASED), released_at__isnull=True, released_by__isnull=True),
                name="exams_work_released_by_another",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state=WorkState.OPEN), name="exams_work_open")]

    def __str__(self) -> str:
        return f"{self.coursework_id} of {self.person_id}"

    @property
    def cut(self) -> Fraction:
        return Fraction(self.cut_percent, 100)


class WorkChange(models.Model):
    """Who moved a work, from what to what, when, and why."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.event}"


class Submission(models.Model):
    """What was handed in, once. Frozen: handing in anew is another row, and the last one counts."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["work", "number"], name="exams_submission_once")]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.number}"


class SubmissionFile(models.Model):
    """A file of a submission, stored where no web server reaches it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    file = models.FileField(max_length=200)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="exams_file_once")]

    def __str__(self) -> str:
        return self.name


class Deadline(models.Model):
    """Another due date for one person, with its reason. The latest row holds."""

    coursework = models.ForeignKey(Coursework, on_delete=models.PROTECT, related_name="deadlines")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    reason = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="exams_deadline_with_reason")]

    def __str__(self) -> str:
        return f"{self.coursework_id} of {self.person_id}"


class Assessment(models.Model):
    """A tutor's mark of a learner, without anything handed in. Frozen."""

    work = models.OneToOneField(Work, on_delete=models.PROTECT, related_name="assessment")
    tutor = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    levels = models.JSONField()
    comments = models.JSONField(default=dict)
    comment = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(comment=""), name="exams_assessment_says_why")]

    def __str__(self) -> str:
        return f"{self.work_id} by {self.tutor_id}"
