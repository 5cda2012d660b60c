"""Marking by people: how it is done, scripts, who has one, marks, and what they came to."""

import uuid
from enum import StrEnum
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.coursework import Coursework, Work
from exams.models.offered import Exam
from exams.models.sittings import Sitting
from exams.rules.marking import Double, How, Role
from exams.states import LeaseEnd, ScriptState

PERSON = settings.AUTH_USER_MODEL
ONCE = [Role.FIRST, Role.SECOND, Role.ADJUDICATION, Role.REFERENCE]  # but control, which each marker marks


def _named(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in words]


class Marking(models.Model):
    """How people mark an exam's essays, or a coursework."""

    exam = models.OneToOneField(Exam, on_delete=models.PROTECT, null=True, related_name="marking")
    coursework = models.OneToOneField(Coursework, on_delete=models.PROTECT, null=True, related_name="marking")
    double = models.CharField(max_length=10, choices=_named(Double), default=Double.NEVER)
    sample_percent = models.PositiveSmallIntegerField(default=20)
    tolerance_numerator = models.PositiveIntegerField(default=1)
    tolerance_denominator = models.PositiveIntegerField(default=1)
    control_every = models.PositiveSmallIntegerField(
        default=10, help_text="After so many scripts a marker is given a control script; 0 for never."
    )
    lease_minutes = models.PositiveSmallIntegerField(
        default=120, help_text="For so long a marker has a script to themselves."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(exam__isnull=True, coursework__isnull=False)
                | Q(exam__isnull=False, coursework__isnull=True),
                name="exams_marking_of_one",
            ),
            models.CheckConstraint(
                condition=Q(sample_percent__lte=100, tolerance_denominator__gte=1, lease_minutes__gte=1),
                name="exams_marking_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tolerance(self) -> Fraction:
        return Fraction(self.tolerance_numerator, self.tolerance_denominator)

    @property
    def home(self) -> Exam | Coursework:
        found = self.exam or self.coursework
        assert found is not None, "the table refuses a marking of nothing"
        return found

    @property
    def title(self) -> str:
        return self.home.title


class Script(models.Model):
    """One response that people mark, as they see it. State moves only in exams.actions.marking_desk.

    Its number says nothing of who wrote it. The same response may be put to other persons again, as another round.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    marking = models.ForeignKey(Marking, on_delete=models.PROTECT, related_name="scripts")
    number = models.PositiveIntegerField()
    task = models.TextField(help_text="What was asked.")
    criteria = models.JSONField(help_text="The rubric as it stood.")
    rubric_digest = models.CharField(max_length=64)
    text = models.TextField(blank=True)
    digest = models.CharField(max_length=64, help_text="Of the response.")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, null=True, related_name="scripts")
    position = models.PositiveSmallIntegerField(null=True)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, null=True, related_name="scripts")
    candidate = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    # Pinned when it was opened: what was settled by one tolerance is not unsettled by another.
    double = models.BooleanField(default=False)
    tolerance_numerator = models.PositiveIntegerField(default=1)
    tolerance_denominator = models.PositiveIntegerField(default=1)
    control = models.BooleanField(default=False, help_text="Marked beforehand, and given among others.")
    state = models.CharField(max_length=10, choices=ScriptState, default=ScriptState.WAITING)
    reason = models.TextField(blank=True, help_text="Why it is marked again, or kept as a control script.")
    asked_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["marking", "number"], name="exams_script_number_once"),
            models.UniqueConstraint(
                fields=["sitting", "position", "digest", "round"], name="exams_script_of_sitting_once"
            ),
            models.UniqueConstraint(fields=["work", "round"], name="exams_script_of_work_once"),
            models.CheckConstraint(
                condition=Q(state__in=ScriptState.values), name="exams_script_state_known"
            ),
            models.CheckConstraint(
                condition=Q(control=True, sitting__isnull=True, work__isnull=True, candidate__isnull=True)
                | Q(control=False, candidate__isnull=False, sitting__isnull=False, work__isnull=True)
                | Q(control=False, candidate__isnull=False, sitting__isnull=True, work__isnull=False),
                name="exams_script_of_somebody_or_control",
            ),
            models.CheckConstraint(
                condition=Q(control=False) | Q(state=ScriptState.FINAL), name="exams_script_control_is_final"
            ),
            models.CheckConstraint(
                condition=Q(round=1) | ~Q(reason=""), name="exams_script_again_with_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["marking"], condition=~Q(state=ScriptState.FINAL), name="exams_script_to_mark"
            )
        ]

    def __str__(self) -> str:
        return f"script {self.number}"

    @property
    def tolerance(self) -> Fraction:
        return Fraction(self.tolerance_numerator, self.tolerance_denominator)


class ScriptLease(models.Model):
    """A script that one marker has to themselves, in one role, for a time."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="leases")
    role = models.CharField(max_length=12, choices=_named(Role))
    marker = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=10, choices=LeaseEnd, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["script", "role"],
                condition=Q(ended_at__isnull=True) & ~Q(role=Role.CONTROL),
                name="exams_script_lease_one_marker",
            ),
            models.UniqueConstraint(
                fields=["script", "marker"],
                condition=Q(ended_at__isnull=True),
                name="exams_script_lease_one_role",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended="") | (Q(ended_at__isnull=False) & ~Q(ended="")),
                name="exams_script_lease_ended_how",
            ),
            models.CheckConstraint(condition=Q(until_at__gt=F("taken_at")), name="exams_script_lease_lasts"),
        ]
        indexes = [
            models.Index(
                fields=["until_at"], condition=Q(ended_at__isnull=True), name="exams_script_lease_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.script_id} as {self.role}"


class ScriptMark(models.Model):
    """What one person gave a script, criterion by criterion. Frozen."""

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="marks")
    role = models.CharField(max_length=12, choices=_named(Role))
    marker = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    levels = models.JSONField(help_text="The level of each criterion, counted from 0.")
    comments = models.JSONField(default=dict, help_text="What was said of each criterion.")
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["script", "role"], condition=Q(role__in=ONCE), name="exams_script_mark_role_once"
            ),
            # Nobody marks the same script twice, in whichever roles.
            models.UniqueConstraint(
                fields=["script", "marker"],
                condition=~Q(role=Role.REFERENCE),
                name="exams_script_mark_person_once",
            ),
            # The candidate stands here again so that the table itself can refuse a mark of one's own.
            models.CheckConstraint(
                condition=Q(candidate__isnull=True) | ~Q(marker=F("candidate")),
                name="exams_script_mark_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.script_id} by {self.marker_id}"


class ScriptFinal(models.Model):
    """What a script came to, once. Frozen; a mark of a later round stands beside it."""

    script = models.OneToOneField(Script, on_delete=models.PROTECT, related_name="final")
    how = models.CharField(max_length=12, choices=_named(How))
    points = models.JSONField(help_text="By criterion, as numerator and denominator.")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.script_id}: {self.how}"

    @property
    def by_criterion(self) -> dict[str, Fraction]:
        return {one: Fraction(*pair) for one, pair in self.points.items()}

    @property
    def total(self) -> Fraction:
        return sum(self.by_criterion.values(), Fraction(0))
