"""Versions of a form's key, from the second on, and the decisions that they come from."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.offered import Form
from exams.states import KeyValidationState

PERSON = settings.AUTH_USER_MODEL


class KeyVersion(models.Model):
    """Frozen: the whole key of a form as two persons made it. Made by exams.actions.keys; never changed.

    Version 1 is the key that the form was assembled with: it stands in the form and is bound by its digest.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="key_versions")
    number = models.PositiveIntegerField()
    keys = models.JSONField(help_text="The key of each position, and how it is treated.")
    digest = models.CharField(max_length=64)
    reason = models.TextField()
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["form", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="exams_key_version_once"),
            models.CheckConstraint(condition=Q(number__gte=2), name="exams_key_version_after_the_first"),
            models.CheckConstraint(condition=~Q(reason=""), name="exams_key_version_with_reason"),
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")), name="exams_key_version_two_persons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: key version {self.number}"


class KeyValidation(models.Model):
    """What one examiner made of the flags of a form, and another of that. State moves only in exams.actions.keys.

    `found` is what stood on the page then; `verdicts` has a decision with a reason for each flagged item.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="validations")
    state = models.CharField(max_length=10, choices=KeyValidationState, default=KeyValidationState.PROPOSED)
    base = models.ForeignKey(
        KeyVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The version of the key that was looked at; empty for the first.",
    )
    looked_at = models.DateTimeField(help_text="Sittings marked by then were looked at.")
    sittings = models.PositiveIntegerField()
    found = models.JSONField()
    verdicts = models.JSONField()
    reason = models.TextField()
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        PERSON, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    key = models.OneToOneField(KeyVersion, on_delete=models.PROTECT, null=True, related_name="validation")

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=KeyValidationState.values), name="exams_key_validation_state_known"
            ),
            models.UniqueConstraint(
                fields=["form"],
                condition=Q(state=KeyValidationState.PROPOSED),
                name="exams_key_validation_one_waits",
            ),
            models.CheckConstraint(
                condition=~Q(state=KeyValidationState.APPROVED)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="exams_key_validation_two_persons",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exams_key_validation_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.state}"
