"""Entries, sittings, and the responses given in them."""

import uuid
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.offered import Agreement, Exam, Form
from exams.states import ClosedBy, Lease, SittingState


class Entry(models.Model):
    """A candidate entered for an exam. Made by exams.actions.entries.enter."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="entries")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    factor_numerator = models.PositiveIntegerField(default=1)
    factor_denominator = models.PositiveIntegerField(default=1)
    use_key = models.CharField(
        max_length=120, blank=True, help_text="The redemption of an entitlement, if any."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(factor_denominator__gte=1, factor_numerator__gte=F("factor_denominator")),
                name="exams_entry_factor_never_shortens",
            ),
        ]
        indexes = [models.Index(fields=["candidate", "exam"], name="exams_entry_of")]

    def __str__(self) -> str:
        return f"{self.candidate_id} for {self.exam_id}"

    @property
    def factor(self) -> Fraction:
        return Fraction(self.factor_numerator, self.factor_denominator)


class Sitting(models.Model):
    """One candidate, one form, one time. State moves only in exams.actions.sittings and .marking.

    Candidate and exam stand here again so that the table can allow one open sitting of an exam to a
    person, and so that the save of an answer need not look further than this row and its form.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="sitting")
    candidate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sittings")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, null=True, related_name="sittings")
    state = models.CharField(max_length=10, choices=SittingState, default=SittingState.READY)
    started_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=10, choices=ClosedBy, blank=True)
    marked_at = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=10, choices=Lease, default=Lease.FORM)
    answered = models.PositiveSmallIntegerField(null=True)
    responses_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SittingState.values), name="exams_sitting_state_known"
            ),
            models.UniqueConstraint(
                fields=["candidate", "exam"],
                condition=Q(state__in=[SittingState.READY, SittingState.RUNNING]),
                name="exams_sitting_one_open",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=SittingState.READY,
                    form__isnull=True,
                    started_at__isnull=True,
                    deadline_at__isnull=True,
                )
                | Q(
                    ~Q(state=SittingState.READY),
                    form__isnull=False,
                    started_at__isnull=False,
                    deadline_at__isnull=False,
                    deadline_at__gt=F("started_at"),
                ),
                name="exams_sitting_started_with_form",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[SittingState.READY, SittingState.RUNNING],
                    submitted_at__isnull=True,
                    closed_by="",
                )
                | Q(
                    state__in=[SittingState.SUBMITTED, SittingState.MARKED],
                    submitted_at__isnull=False,
                    submitted_at__lte=F("deadline_at"),
                    closed_by__in=ClosedBy.values,
                    answered__isnull=False,
                ),
                name="exams_sitting_ended_in_time",
            ),
            models.CheckConstraint(
                condition=Q(state=SittingState.MARKED, marked_at__isnull=False)
                | Q(~Q(state=SittingState.MARKED), marked_at__isnull=True),
                name="exams_sitting_marked_when",
            ),
        ]
        indexes = [
            # The sweeps look only at what is unfinished, however many sittings there ever were.
            models.Index(
                fields=["deadline_at"], condition=Q(state=SittingState.RUNNING), name="exams_sitting_running"
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(state=SittingState.SUBMITTED),
                name="exams_sitting_to_mark",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"


class SittingChange(models.Model):
    """Who moved a sitting, from what to what, when; a change of the lease is one too."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    epoch = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.event}"


class ResponseEvent(models.Model):
    """One change of one answer: append-only. The highest (epoch, seq) of a position is what counts.

    Only exams.actions.responses writes here, with one statement of SQL for a whole batch.
    """

    pk = models.CompositePrimaryKey("sitting_id", "epoch", "seq")
    # The key begins with the sitting, so an index of its own would only cost bytes.
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="events", db_index=False)
    epoch = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    value = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(position__gte=1), name="exams_response_position_from_one")
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.epoch}.{self.seq}"


class LateResponse(models.Model):
    """Evidence of an answer that came when the sitting no longer took any. It never counts by itself."""

    pk = models.CompositePrimaryKey("sitting_id", "epoch", "seq")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="late", db_index=False)
    epoch = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    value = models.JSONField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.epoch}.{self.seq}"
