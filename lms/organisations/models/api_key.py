"""Keys with which an organisation's own systems ask our doors."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ApiKey(models.Model):
    """A key of an organisation. Its secret is shown once and kept as a digest. Written by `actions.api_keys` alone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="api_keys"
    )
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the secret, which has 256 random bits.")
    scopes = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(digest=""), name="api_key_has_name_and_digest"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="api_key_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.name}"
