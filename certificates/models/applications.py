"""Applications, and the decisions on them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certificates.rules.eligibility import WAIVABLE
from certificates.states import ApplicationState, Outcome, RefusalReason, WaiverReason

OPEN = (ApplicationState.SUBMITTED, ApplicationState.WAITING, ApplicationState.OFFERED)
ANSWERING = (ApplicationState.WAITING, ApplicationState.OFFERED)


class Application(models.Model):
    """A person asks to be certified at a level. Made by `actions.applications.apply`, moved by
    `actions.applications` and `actions.decisions`.

    `answer_by` is the last day on which the applicant may answer a request or an offer. `asked_level` is the
    level that was applied for, where another was accepted. `after` is the appeal that led to it, if one did.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey("certificates.Level", on_delete=models.PROTECT, related_name="applications")
    version = models.ForeignKey(
        "certificates.SchemeVersion", on_delete=models.PROTECT, related_name="applications"
    )
    state = models.CharField(max_length=20, choices=ApplicationState, default=ApplicationState.SUBMITTED)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True, help_text="When it ended, however it did.")
    answer_by = models.DateField(null=True, blank=True)
    offered_level = models.ForeignKey(
        "certificates.Level", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    asked_level = models.ForeignKey(
        "certificates.Level", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    after = models.OneToOneField(
        "certificates.Appeal", on_delete=models.PROTECT, related_name="led_to", null=True, blank=True
    )

    class Meta:
        ordering = ["-submitted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="application_state_known"
            ),
            models.UniqueConstraint(
                fields=["person", "level"],
                condition=Q(state__in=OPEN),
                name="one_open_application_per_level",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, decided_at__isnull=True)
                | (~Q(state__in=OPEN) & Q(decided_at__isnull=False)),
                name="application_decided_at_agrees",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ANSWERING, answer_by__isnull=False)
                | (~Q(state__in=ANSWERING) & Q(answer_by__isnull=True)),
                name="application_answer_by_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.OFFERED)
                | Q(offered_level__isnull=False, offered_by__isnull=False),
                name="application_offer_has_level_and_officer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class ApplicationChange(models.Model):
    """One line of an application's timeline: what happened, from which state to which, by whom, when.

    `codes` are those of what is missing, waived or refused; `note` is for the applicant to read.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=12)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    codes = models.JSONField(default=list)
    note = models.TextField(blank=True)
    answer_by = models.DateField(null=True, blank=True)
    level = models.ForeignKey(
        "certificates.Level", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["application", "pk"]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.event}"


class Waiver(models.Model):
    """A missing requirement that one officer has waived, so that another may grant. Never changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="waivers")
    missing = models.CharField(max_length=40)
    reason = models.CharField(max_length=40, choices=WaiverReason)
    note = models.TextField()
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    looked_back_to = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["application", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "missing"], name="waiver_once"),
            models.CheckConstraint(
                condition=Q(missing__in=sorted(code.value for code in WAIVABLE)), name="waivable"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=WaiverReason.values) & ~Q(note=""), name="waiver_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.missing}"


class Decision(models.Model):
    """What was decided, by the rule of the scheme (`decided_by` empty) or by an awarding officer. Never changed.

    `reasons` are the codes of what was missing, `waived` of what a second person had waived; `refusal` is the
    code of a refusal by an officer, `note` what the applicant reads of it. `looked_back_to` is the day from which
    on former ties bar, as it was set: the database refuses by it (`models/guards.py`).
    """

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=20, choices=Outcome)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reasons = models.JSONField(default=list)
    waived = models.JSONField(default=list)
    refusal = models.CharField(max_length=40, choices=RefusalReason, blank=True)
    note = models.TextField(blank=True)
    looked_back_to = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="outcome_known"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(looked_back_to__isnull=False),
                name="officer_looked_back",
            ),
            models.CheckConstraint(
                condition=Q(refusal="") | Q(outcome=Outcome.REFUSED, refusal__in=RefusalReason.values),
                name="refusal_known",
            ),
        ]

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
