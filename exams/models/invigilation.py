"""What happens around a sitting: credits, messages, incidents, identity, presence, takeovers, answer files."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.sittings import Sitting
from exams.states import AnswerFileState, CreditCause, CreditState, IncidentKind, TakeoverState

PERSON = settings.AUTH_USER_MODEL


class Credit(models.Model):
    """Time added to a sitting, or proposed. State moves only in exams.actions.credits."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="credits")
    state = models.CharField(max_length=10, choices=CreditState, default=CreditState.PROPOSED)
    cause = models.CharField(max_length=10, choices=CreditCause)
    amount = models.DurationField()
    reason = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    silent_from_at = models.DateTimeField(
        null=True, help_text="Of an outage: when this sitting was last heard before it."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CreditState.values), name="exams_credit_state_known"
            ),
            # A deadline never shrinks: no credit takes time away.
            models.CheckConstraint(condition=Q(amount__gte=timedelta()), name="exams_credit_never_negative"),
            models.UniqueConstraint(
                fields=["sitting", "silent_from_at"],
                condition=Q(silent_from_at__isnull=False),
                name="exams_credit_once_for_an_outage",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="exams_credit_with_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(by__isnull=True) | ~Q(decided_by=F("by")),
                name="exams_credit_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.amount}"


class Message(models.Model):
    """A sentence from an invigilator that the candidate sees on the paper."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="messages")
    text = models.CharField(max_length=500)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text


class Incident(models.Model):
    """What somebody noted of a sitting; or what a check noted by itself."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="incidents")
    kind = models.CharField(max_length=20, choices=IncidentKind)
    text = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.kind}"


class IdentityCheck(models.Model):
    """How, by whom and when a candidate's identity was checked. No image is kept."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="identity_checks")
    method = models.CharField(max_length=80)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.method}"


class Presence(models.Model):
    """A span in which the candidate's page was heard from. A gap between two is a time out of reach."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="presences")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["until_at"], name="exams_presence_until")]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.from_at} to {self.until_at}"


class TakeoverRequest(models.Model):
    """Another device that asks to write. State moves only in exams.actions.takeovers."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="takeovers")
    state = models.CharField(max_length=10, choices=TakeoverState, default=TakeoverState.ASKED)
    device = models.CharField(max_length=32)
    at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "device"],
                condition=Q(state=TakeoverState.ASKED),
                name="exams_takeover_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.device}"


class AnswerFile(models.Model):
    """A sealed file of answers that did not reach the server. State moves only in exams.actions.files."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="files")
    state = models.CharField(max_length=10, choices=AnswerFileState, default=AnswerFileState.RECEIVED)
    content = models.JSONField(help_text="The file as it was uploaded.")
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "digest"], name="exams_answer_file_once"),
            models.CheckConstraint(
                condition=~Q(state=AnswerFileState.ADMITTED)
                | Q(proposed_by__isnull=False, decided_by__isnull=False)
                & ~Q(decided_by=F("proposed_by"))
                & ~Q(reason=""),
                name="exams_answer_file_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.digest[:12]}"
