"""Appeals and complaints about decisions, and the votes of those who hear them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.rules.appeals import Finding
from certificates.states import AppealKind, AppealState

OPEN = (AppealState.LODGED, AppealState.HEARING)
FINDINGS = [(finding.value, finding.value) for finding in Finding]


class Appeal(models.Model):
    """What a person has against a decision on an application, or an act of the register. State moves in
    `actions.appeals`. `needed` and `answer_by` are pinned from the scheme when it is lodged."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    ticket = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=AppealKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(
        "certificates.Decision", on_delete=models.PROTECT, related_name="appeals", null=True, blank=True
    )
    event = models.ForeignKey(
        "certificates.CredentialEvent",
        on_delete=models.PROTECT,
        related_name="appeals",
        null=True,
        blank=True,
    )
    state = models.CharField(max_length=12, choices=AppealState, default=AppealState.LODGED)
    text = models.TextField()
    needed = models.PositiveSmallIntegerField()
    lodged_at = models.DateTimeField()
    answer_by = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["lodged_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state_known"),
            models.CheckConstraint(condition=Q(kind__in=AppealKind.values), name="appeal_kind_known"),
            models.CheckConstraint(condition=Q(needed__gte=2), name="appeal_panel_of_two"),
            models.CheckConstraint(
                condition=Q(decision__isnull=False, event__isnull=True)
                | Q(decision__isnull=True, event__isnull=False),
                name="appeal_against_one_thing",
            ),
            # Each thing is heard once in each way, unless it was withdrawn.
            models.UniqueConstraint(
                fields=["decision", "kind"],
                condition=~Q(state=AppealState.WITHDRAWN),
                name="appeal_once_per_decision",
            ),
            models.UniqueConstraint(
                fields=["event", "kind"],
                condition=~Q(state=AppealState.WITHDRAWN),
                name="appeal_once_per_event",
            ),
        ]

    def __str__(self) -> str:
        return self.ticket


class AppealVote(models.Model):
    """What one member of the panel finds, and why. Frozen."""

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="votes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=10, choices=FINDINGS)
    reason = models.TextField()
    looked_back_to = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["appeal", "by"], name="appeal_vote_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="appeal_vote_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.appeal_id}: {self.finding}"
