"""What applicants write down of their own practice, beside the evidence that counts it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

KINDS = [("experience", "professional experience"), ("hours", "project or audit")]


class LogEntry(models.Model):
    """One post or one project in the applicant's words. What the rule counts of it (dates, field, hours) stands in
    the `Evidence` of the same uuid; what is written here can be erased without touching that.

    Never changed: what was wrong is taken back (`taken_back_at`) and written anew.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scheme = models.ForeignKey("certificates.Scheme", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=KINDS)
    organisation = models.CharField(max_length=160)
    role = models.CharField(max_length=160)
    text = models.TextField()
    contact = models.CharField(max_length=200, blank=True)
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    in_field = models.BooleanField(default=False)
    hours = models.PositiveIntegerField(default=0)
    written_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-begins_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[key for key, _ in KINDS]), name="log_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                name="log_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(kind="experience", hours=0)
                | Q(kind="hours", hours__gte=1, ends_on__isnull=False),
                name="log_hours_where_they_count",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
