"""Support is shown a person's pages: who, whose, why, and for how long."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Impersonation(models.Model):
    """One time. Written by `actions.impersonations` alone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    support = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    begun_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(support=F("person")), name="impersonation_of_another"),
            models.CheckConstraint(condition=~Q(reason=""), name="impersonation_has_reason"),
            models.CheckConstraint(condition=Q(until_at__gt=F("begun_at")), name="impersonation_ends"),
            models.UniqueConstraint(
                fields=["support"], condition=Q(ended_at=None), name="impersonation_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.support_id} as {self.person_id}"
