"""Documents made of editions, and reminders sent about them."""

from django.db import models
from django.db.models import Q

from certificates.rules.validity import REMINDER_DAYS


class Document(models.Model):
    """A file made of an edition. `printed` digests everything that stands on it (claims, design,
    address in the QR), so that the same document is made once and a renewed share link makes a new one."""

    edition = models.ForeignKey("certificates.Edition", on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=[("certificate", "certificate")])
    printed = models.CharField(max_length=64)
    file = models.FileField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["edition", "-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind", "printed"], name="document_once"),
            models.CheckConstraint(condition=Q(kind__in=["certificate"]), name="document_kind_known"),
            models.CheckConstraint(condition=~Q(digest=""), name="document_has_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.kind}"


class ReminderSent(models.Model):
    """A reminder that was sent (or overtaken by a later one), so that it is never sent again."""

    edition = models.ForeignKey("certificates.Edition", on_delete=models.PROTECT, related_name="reminders")
    days = models.PositiveSmallIntegerField()
    sent = models.BooleanField(help_text="False when a later reminder was due on the same day.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["edition", "-days"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "days"], name="reminder_once"),
            models.CheckConstraint(condition=Q(days__in=REMINDER_DAYS), name="reminder_days_known"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.days}"
