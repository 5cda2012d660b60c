"""What keeps a certificate valid: hours of professional development, samples of them, fees, corrections.

These rows hold what holders wrote and sent: unlike the register's own they may be erased.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certificates.states import CorrectionReason, EntryRefusal, FeeState, NameRequestState, SampleState


class StoredFile(models.Model):
    """A file that a holder sent as evidence: its kind as told by its content, never shown in the page."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    file = models.FileField(max_length=200)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_has_content"),
            models.CheckConstraint(condition=~Q(digest=""), name="stored_file_has_digest"),
        ]

    def __str__(self) -> str:
        return self.name


class CpdEntry(models.Model):
    """Hours of professional development in the log of one credential. `source` makes one act one entry.

    It counts unless the holder took it out or an officer did not accept it.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey("certificates.Credential", on_delete=models.PROTECT, related_name="cpd")
    source = models.CharField(max_length=160)
    category = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    minutes = models.PositiveIntegerField()
    occurred_on = models.DateField()
    evidence = models.OneToOneField(
        StoredFile, on_delete=models.PROTECT, related_name="entry", null=True, blank=True
    )
    automatic = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    refusal = models.CharField(max_length=40, choices=EntryRefusal, blank=True)

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        verbose_name_plural = "CPD entries"
        constraints = [
            models.UniqueConstraint(fields=["credential", "source"], name="cpd_entry_once"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="cpd_entry_has_time"),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True, refused_by__isnull=True, refusal="")
                | (Q(refused_at__isnull=False, refused_by__isnull=False) & ~Q(refusal="")),
                name="cpd_refusal_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def counts(self) -> bool:
        return self.removed_at is None and self.refused_at is None


class SampleDraw(models.Model):
    """Who was asked for evidence in a year: the seed and the digest of those it was drawn from let
    anybody with the register draw it again."""

    scheme = models.ForeignKey("certificates.Scheme", on_delete=models.PROTECT, related_name="draws")
    year = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=64)
    percent = models.PositiveSmallIntegerField()
    population = models.PositiveIntegerField()
    population_digest = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["-year", "scheme"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "year"], name="sample_once_a_year"),
            models.CheckConstraint(condition=~Q(seed=""), name="sample_has_seed"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.year}"


class SampleCase(models.Model):
    """One holder in a sample: asked, answered, decided by an officer."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    draw = models.ForeignKey(SampleDraw, on_delete=models.PROTECT, related_name="cases")
    credential = models.ForeignKey(
        "certificates.Credential", on_delete=models.PROTECT, related_name="samples"
    )
    state = models.CharField(max_length=20, choices=SampleState, default=SampleState.ASKED)
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "credential"], name="sampled_once"),
            models.CheckConstraint(condition=Q(state__in=SampleState.values), name="sample_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=SampleState.open_states(), decided_at__isnull=True)
                | (
                    ~Q(state__in=SampleState.open_states())
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="sample_decided_agrees",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class FeeDemand(models.Model):
    """The annual fee of one credential for one year, with what was asked for it when it fell due."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey("certificates.Credential", on_delete=models.PROTECT, related_name="fees")
    invoice = models.CharField(max_length=60, unique=True)
    product_key = models.SlugField(max_length=100)
    title = models.CharField(max_length=200)
    amount_minor = models.PositiveIntegerField("amount in minor units")
    currency = models.CharField(max_length=3)
    due_on = models.DateField()
    state = models.CharField(max_length=20, choices=FeeState, default=FeeState.OPEN)
    dunned = models.SmallIntegerField(
        default=-1, help_text="The day after the due day whose letter was sent last; -1 for none."
    )
    warned_on = models.DateField(
        null=True, blank=True, help_text="When the last letter before a suspension was sent."
    )
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "due_on"], name="fee_once_a_year"),
            models.CheckConstraint(condition=Q(state__in=FeeState.values), name="fee_state_known"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="fee_asks_for_something"),
            models.CheckConstraint(
                condition=Q(state=FeeState.OPEN, settled_at__isnull=True)
                | (~Q(state=FeeState.OPEN) & Q(settled_at__isnull=False)),
                name="fee_settled_agrees",
            ),
        ]

    def __str__(self) -> str:
        return self.invoice


class WithdrawalWarning(models.Model):
    """The holder of a suspended credential was told that it will be withdrawn; without it, it is not."""

    event = models.OneToOneField(
        "certificates.CredentialEvent", on_delete=models.PROTECT, related_name="warning"
    )
    warned_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.event} {self.warned_on}"


class NameRequest(models.Model):
    """A holder asks for a certificate under a corrected name, with evidence; an officer decides."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey(
        "certificates.Credential", on_delete=models.PROTECT, related_name="name_requests"
    )
    name = models.CharField(max_length=120)
    reason = models.CharField(max_length=40, choices=CorrectionReason)
    evidence = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="name_request")
    state = models.CharField(max_length=20, choices=NameRequestState, default=NameRequestState.ASKED)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential"],
                condition=Q(state=NameRequestState.ASKED),
                name="one_open_name_request",
            ),
            models.CheckConstraint(
                condition=Q(state__in=NameRequestState.values), name="name_request_state_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="name_request_has_name"),
            models.CheckConstraint(
                condition=Q(state=NameRequestState.ASKED, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=NameRequestState.ASKED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="name_request_decided_agrees",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class Proposal(models.Model):
    """A withdrawal for discipline, proposed by one officer: it takes effect when another confirms it."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey(
        "certificates.Credential", on_delete=models.PROTECT, related_name="proposals"
    )
    public_note = models.CharField(max_length=300, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential"], condition=Q(closed_at__isnull=True), name="one_open_proposal"
            ),
            models.CheckConstraint(
                condition=Q(confirmed=False) | ~Q(closed_by=F("proposed_by")), name="another_officer_confirms"
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
