"""Applications, and the decisions on them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certificates.states import ApplicationState, Outcome


class Application(models.Model):
    """A person asks to be certified at a level. Made by `actions.applications.apply`, decided by
    `actions.decisions.decide`."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey("certificates.Level", on_delete=models.PROTECT, related_name="applications")
    version = models.ForeignKey(
        "certificates.SchemeVersion", on_delete=models.PROTECT, related_name="applications"
    )
    state = models.CharField(max_length=20, choices=ApplicationState, default=ApplicationState.SUBMITTED)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-submitted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="application_state_known"
            ),
            models.UniqueConstraint(
                fields=["person", "level"],
                condition=Q(state=ApplicationState.SUBMITTED),
                name="one_open_application_per_level",
            ),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.SUBMITTED, decided_at__isnull=True)
                | (~Q(state=ApplicationState.SUBMITTED) & Q(decided_at__isnull=False)),
                name="application_decided_at_agrees",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Decision(models.Model):
    """What was decided, by the rule of the scheme (`decided_by` empty) or by an awarding officer."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=20, choices=Outcome)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reasons = models.JSONField(default=list)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at"]
        constraints = [models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="outcome_known")]

    def __str__(self) -> str:
        return f"{self.application}: {self.outcome}"


class DecisionGround(models.Model):
    """One piece of evidence that a decision rests on, with both people beside each other, so that the
    table itself refuses a decision by the one who assessed."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="grounds")
    evidence = models.ForeignKey("certificates.Evidence", on_delete=models.PROTECT, related_name="grounds")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["decision", "evidence"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "evidence"], name="ground_once"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(assessed_by__isnull=True)
                | ~Q(decided_by=F("assessed_by")),
                name="assessor_does_not_decide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} on {self.evidence}"
