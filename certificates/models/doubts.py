"""Credentials whose evidence was revised or annulled after they were granted."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.states import DoubtReason, DoubtState


class Doubt(models.Model):
    """A credential rests on evidence that another has superseded: an officer decides what becomes of it.

    Raised by `actions.doubts.raise_for`, decided by `actions.doubts.decide`.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey("certificates.Credential", on_delete=models.PROTECT, related_name="doubts")
    evidence = models.ForeignKey("certificates.Evidence", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=DoubtState, default=DoubtState.OPEN)
    raised_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    looked_back_to = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=40, choices=DoubtReason, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "evidence"], name="doubt_once"),
            models.CheckConstraint(condition=Q(state__in=DoubtState.values), name="doubt_state_known"),
            models.CheckConstraint(
                condition=Q(state=DoubtState.OPEN, decided_at__isnull=True, decided_by__isnull=True)
                | (
                    ~Q(state=DoubtState.OPEN)
                    & Q(decided_at__isnull=False, decided_by__isnull=False, looked_back_to__isnull=False)
                    & Q(reason__in=DoubtReason.values)
                ),
                name="doubt_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential_id}: {self.state}"
