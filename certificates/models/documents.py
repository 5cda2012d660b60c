"""Documents made of editions, batches of them, and reminders sent about them."""

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.rules.validity import REMINDER_DAYS

ISSUED: Final = ("pdf", "png", "svg")


class Document(models.Model):
    """A file made of an edition. `printed` digests everything that stands on it (claims, design,
    address in the QR), so that the same document is made once and a renewed share link makes a new one."""

    edition = models.ForeignKey("certificates.Edition", on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=[("certificate", "certificate")])
    printed = models.CharField(max_length=64)
    file = models.FileField(max_length=200)
    digest = models.CharField(max_length=64, help_text="Of the file as it is served now.")
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    sealed_by = models.CharField(max_length=40, blank=True, help_text="The id of the key of its seal.")
    stamp_ends_at = models.DateTimeField(
        null=True, blank=True, help_text="Until when its newest archive time stamp can be checked."
    )

    class Meta:
        ordering = ["edition", "-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind", "printed"], name="document_once"),
            models.CheckConstraint(condition=Q(kind__in=["certificate"]), name="document_kind_known"),
            models.CheckConstraint(condition=~Q(digest=""), name="document_has_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.kind}"


class IssuedDigest(models.Model):
    """The digest of a file that was ever given out for an edition, in every revision: what anyone shows with
    these bytes is what we have made. Append-only; it outlives the file, and an erasure too."""

    edition = models.ForeignKey("certificates.Edition", on_delete=models.PROTECT, related_name="issued")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in ISSUED])
    digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["edition", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ISSUED), name="issued_kind_known"),
            models.CheckConstraint(condition=~Q(digest=""), name="issued_has_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.kind}"


class DocumentBatch(models.Model):
    """Documents of many editions, made together by jobs because an officer asked for them."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    use_key = models.UUIDField(unique=True, help_text="Makes one form one batch, however often it is sent.")
    title = models.CharField(max_length=200)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class DocumentBatchLine(models.Model):
    """One edition of a batch; `document` stands as soon as it is made, `fault` where it can't be."""

    batch = models.ForeignKey(DocumentBatch, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    edition = models.ForeignKey("certificates.Edition", on_delete=models.PROTECT, related_name="+")
    # An erasure takes the document, and leaves the line.
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["batch", "place"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "edition"], name="batch_edition_once"),
            models.UniqueConstraint(fields=["batch", "place"], name="batch_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.place}"


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
