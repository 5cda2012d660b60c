"""The institution's keys: the public halves, and where the private ones lie. No row is ever deleted."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.states import KeyAlgorithm, KeyPurpose, KeyState


class Key(models.Model):
    """A key pair. Made and moved by `actions.keys`; the private half never enters the database.

    `key_id` is its purpose and the start of the digest of its public half, so that it names the same key in
    every copy of the database. `certificates` holds, for documents and their authority, the X.509 certificates
    in PEM, the key's own first.
    """

    key_id = models.CharField(max_length=40, unique=True)
    purpose = models.CharField(max_length=12, choices=KeyPurpose)
    algorithm = models.CharField(max_length=10, choices=KeyAlgorithm)
    public_key = models.TextField(help_text="SubjectPublicKeyInfo in PEM.")
    certificates = models.TextField(blank=True)
    vault = models.CharField(max_length=10, help_text="Who keeps the private half.")
    reference = models.CharField(max_length=80, help_text="Its name there.")
    state = models.CharField(max_length=12, choices=KeyState, default=KeyState.ACTIVE)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    compromised_since = models.DateTimeField(
        null=True, blank=True, help_text="From when on a signature may be somebody else's."
    )

    class Meta:
        ordering = ["purpose", "-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=KeyPurpose.values), name="key_purpose_known"),
            models.CheckConstraint(
                condition=Q(algorithm__in=KeyAlgorithm.values), name="key_algorithm_known"
            ),
            models.CheckConstraint(condition=Q(state__in=KeyState.values), name="key_state_known"),
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(state=KeyState.ACTIVE), name="one_active_key_per_purpose"
            ),
            models.UniqueConstraint(fields=["vault", "reference"], name="key_lies_in_one_place"),
            models.CheckConstraint(
                condition=Q(state=KeyState.ACTIVE, retired_at__isnull=True)
                | (~Q(state=KeyState.ACTIVE) & Q(retired_at__isnull=False)),
                name="key_retired_at_agrees",
            ),
            models.CheckConstraint(
                condition=Q(state=KeyState.COMPROMISED, compromised_since__isnull=False)
                | (~Q(state=KeyState.COMPROMISED) & Q(compromised_since__isnull=True)),
                name="key_compromised_since_agrees",
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class KeyChange(models.Model):
    """What was done to a key. Append-only."""

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=12)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["key", "pk"]

    def __str__(self) -> str:
        return f"{self.key_id}: {self.event}"
