"""Appeals of candidates, and the votes of those who hear them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from exams.models.results import Result
from exams.rules.appeals import Against, Finding
from exams.states import AppealState

PERSON = settings.AUTH_USER_MODEL
OPEN = (AppealState.LODGED, AppealState.HEARING)
AGAINST = [(one.value, one.value) for one in Against]
FINDINGS = [(one.value, one.value) for one in Finding]


class Appeal(models.Model):
    """What a candidate has against a released result, or against its annulment. State moves only in exams.actions.appeals.

    `needed` is pinned from the exam's rule when it is lodged.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="appeals")
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.LODGED)
    against = models.CharField(max_length=10, choices=AGAINST, default=Against.RESULT)
    reasons = models.TextField()
    needed = models.PositiveSmallIntegerField()
    lodged_at = models.DateTimeField()
    finding = models.CharField(max_length=10, choices=FINDINGS, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["lodged_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AppealState.values), name="exams_appeal_state_known"
            ),
            models.UniqueConstraint(
                fields=["result"], condition=Q(state__in=OPEN), name="exams_appeal_one_open"
            ),
            models.CheckConstraint(condition=Q(needed__gte=2), name="exams_appeal_panel_of_two"),
            models.CheckConstraint(
                condition=Q(state=AppealState.UPHELD, finding__in=[Finding.REMARK, Finding.REKEY])
                | Q(state=AppealState.DISMISSED, finding=Finding.DISMISS)
                | Q(~Q(state__in=[AppealState.UPHELD, AppealState.DISMISSED]), finding=""),
                name="exams_appeal_found_when_decided",
            ),
            models.CheckConstraint(
                condition=Q(against=Against.RESULT)
                | Q(against=Against.ANNULMENT) & ~Q(finding=Finding.REKEY),
                name="exams_appeal_finding_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.state}"


class AppealVote(models.Model):
    """What one member of the panel finds, and why. Frozen."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="votes")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    finding = models.CharField(max_length=10, choices=FINDINGS)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["appeal", "by"], name="exams_appeal_vote_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="exams_appeal_vote_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.appeal_id}: {self.finding}"
