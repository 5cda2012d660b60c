"""Entries, sittings, and the responses given in them."""

import uuid
from datetime import timedelta
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.offered import Agreement, Exam, Form, Window
from exams.states import ClosedBy, Lease, SittingState
from lms.db.fields import JSONText

NEVER_STARTED = (SittingState.READY, SittingState.CANCELLED, SittingState.MISSED)
ENDED = (SittingState.SUBMITTED, SittingState.MARKED)


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
    break_seconds = models.PositiveIntegerField(default=0, help_text="Breaks that an accommodation allows.")
    accommodation = models.CharField(
        max_length=200, blank=True, help_text="The effect of an accommodation in words, never its ground."
    )
    language = models.CharField(
        max_length=8, blank=True, help_text="The language chosen; empty for the exam's own."
    )
    use_key = models.CharField(
        max_length=120, blank=True, help_text="The redemption of an entitlement, if any."
    )
    window = models.ForeignKey(Window, on_delete=models.PROTECT, null=True, related_name="entries")
    starts_at = models.DateTimeField(null=True, help_text="The time chosen; a sitting can't start before it.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(factor_denominator__gte=1, factor_numerator__gte=F("factor_denominator")),
                name="exams_entry_factor_never_shortens",
            ),
            models.CheckConstraint(
                condition=Q(window__isnull=True, starts_at__isnull=True)
                | Q(window__isnull=False, starts_at__isnull=False),
                name="exams_entry_time_inside_a_window",
            ),
        ]
        indexes = [models.Index(fields=["candidate", "exam"], name="exams_entry_of")]

    def __str__(self) -> str:
        return f"{self.candidate_id} for {self.exam_id}"

    @property
    def factor(self) -> Fraction:
        return Fraction(self.factor_numerator, self.factor_denominator)


class Sitting(models.Model):
    """One candidate, one form, one time. State moves only in exams.actions.sittings, .endings and .marking.

    Candidate and exam stand here again so that the table can allow one open sitting of an exam to a
    person, and so that the save of an answer need not look further than this row and its form.
    """

    # Four bytes: two thousand million sittings are enough, and each stands in ninety rows and their key.
    id = models.AutoField(primary_key=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="sitting")
    candidate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="sittings")
    # Nothing is looked up by the form alone; who has met it is asked of the candidate's sittings.
    form = models.ForeignKey(
        Form, on_delete=models.PROTECT, null=True, related_name="sittings", db_index=False
    )
    state = models.CharField(max_length=10, choices=SittingState, default=SittingState.READY)
    started_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=10, choices=ClosedBy, blank=True)
    marked_at = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=10, choices=Lease, default=Lease.FORM)
    # The deadline is worked out from these three; they are pinned at the start, for an exam's rule may change.
    time_allowed = models.DurationField(null=True, help_text="The limit times the candidate's factor.")
    credited = models.DurationField(default=timedelta)
    window_closes_at = models.DateTimeField(null=True, help_text="Where the window's end ends the sitting.")
    paused_at = models.DateTimeField(null=True)
    # A pause that has an end of its own is a break. It is over then, whether or not anybody has noticed yet.
    break_ends_at = models.DateTimeField(null=True, help_text="When the break ends by itself.")
    break_taken = models.DurationField(default=timedelta, help_text="Of the breaks that the entry allows.")
    device = models.CharField(max_length=32, blank=True, help_text="The device that holds the lease.")
    messages_count = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(null=True)
    responses_digest = models.CharField(max_length=64, blank=True)
    chain_length = models.PositiveIntegerField(null=True)
    chain_head = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SittingState.values), name="exams_sitting_state_known"
            ),
            models.UniqueConstraint(
                fields=["candidate", "exam"],
                condition=Q(state__in=[SittingState.READY, SittingState.RUNNING, SittingState.PAUSED]),
                name="exams_sitting_one_open",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=NEVER_STARTED,
                    form__isnull=True,
                    started_at__isnull=True,
                    deadline_at__isnull=True,
                    time_allowed__isnull=True,
                )
                | Q(
                    ~Q(state__in=NEVER_STARTED),
                    form__isnull=False,
                    started_at__isnull=False,
                    deadline_at__isnull=False,
                    time_allowed__isnull=False,
                    deadline_at__gt=F("started_at"),
                ),
                name="exams_sitting_started_with_form",
            ),
            models.CheckConstraint(
                condition=Q(state=SittingState.PAUSED, paused_at__isnull=False)
                | Q(~Q(state=SittingState.PAUSED), paused_at__isnull=True),
                name="exams_sitting_paused_when",
            ),
            models.CheckConstraint(
                condition=Q(break_ends_at__isnull=True)
                | Q(state=SittingState.PAUSED, break_ends_at__gt=F("paused_at")),
                name="exams_sitting_break_is_a_pause",
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(state__in=ENDED),
                    submitted_at__isnull=True,
                    closed_by="",
                )
                | Q(
                    state__in=ENDED,
                    submitted_at__isnull=False,
                    submitted_at__lte=F("deadline_at"),
                    closed_by__in=ClosedBy.values,
                    answered__isnull=False,
                    chain_length__isnull=False,
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
                fields=["break_ends_at"],
                condition=Q(break_ends_at__isnull=False),
                name="exams_sitting_on_break",
            ),
            models.Index(
                fields=["exam"],
                condition=Q(state__in=[SittingState.READY, SittingState.RUNNING, SittingState.PAUSED]),
                name="exams_sitting_unfinished",
            ),
            models.Index(
                fields=["submitted_at"],
                condition=Q(state=SittingState.SUBMITTED),
                name="exams_sitting_to_mark",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"

    @property
    def on_break(self) -> bool:
        return self.break_ends_at is not None


class SittingChange(models.Model):
    """Who moved a sitting, from what to what, when; a change of the lease is one too."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10)
    to_state = models.CharField(max_length=10)
    epoch = models.PositiveIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.TextField(blank=True, help_text="The reason that was given.")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.event}"


class ResponseEvent(models.Model):
    """One change of one answer: append-only. The highest (epoch, seq) of a position is what counts.

    `number` counts the events of a sitting in the order of their arrival, and `digest` binds each to all
    before it (rules/chain.py). The key guards both the chain and (epoch, seq): two saves that read the
    same events can't both write, so that whoever writes has seen every number that is taken. An index
    over (epoch, seq) besides would cost as much as the half of each row and refuse nothing more. Only
    exams.actions.responses writes here, with one statement of SQL for a whole batch.

    There are ninety rows to a sitting, so their bytes count: eight columns, since the mark of what is null
    takes eight bytes more from the ninth on, and the wide ones first, so that nothing is filled up between them.
    """

    pk = models.CompositePrimaryKey("sitting_id", "number")
    at = models.DateTimeField()
    # The key begins with the sitting, so an index of its own would only cost bytes.
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="events", db_index=False)
    number = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    epoch = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    value = JSONText(null=True)
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(position__gte=1), name="exams_response_position_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.epoch}.{self.seq}"


class ResponseStamp(models.Model):
    """When a page says that a response event was made. Kept for the few where that decided, for it is a claim;
    the event's digest binds it."""

    pk = models.CompositePrimaryKey("sitting_id", "number")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField(help_text="The number of the event in its sitting.")
    stamped_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.number}"


class LateResponse(models.Model):
    """Evidence of an answer that came when the sitting no longer took any. It never counts by itself."""

    pk = models.CompositePrimaryKey("sitting_id", "epoch", "seq")
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="late", db_index=False)
    epoch = models.PositiveIntegerField()
    seq = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    value = models.JSONField(null=True)
    at = models.DateTimeField()
    stamped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.epoch}.{self.seq}"


class SittingDesk(models.Model):
    """A candidate's own marks in a sitting: flags, struck options, notes. No part of what is handed in."""

    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, primary_key=True, related_name="desk")
    content = models.JSONField()
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sitting_id}"
