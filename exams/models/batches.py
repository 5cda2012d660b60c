"""Results that two examiners release together."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.keys import KeyValidation
from exams.models.offered import Form
from exams.models.results import Result
from exams.states import BatchState

PERSON = settings.AUTH_USER_MODEL


class Batch(models.Model):
    """Results of one form that were proposed to be released together. State moves only in exams.actions.batches."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="batches")
    validation = models.ForeignKey(
        KeyValidation,
        on_delete=models.PROTECT,
        related_name="batches",
        help_text="The approved look at the key that it rests on.",
    )
    results = models.ManyToManyField(Result, related_name="batches")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.PROPOSED)
    reason = models.TextField()
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="exams_batch_state_known"),
            models.UniqueConstraint(
                fields=["form"], condition=Q(state=BatchState.PROPOSED), name="exams_batch_one_waits"
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.RELEASED)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="exams_batch_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.state}"
