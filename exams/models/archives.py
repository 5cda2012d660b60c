"""Where the events of sittings lie that were taken out of the tables of an exam day."""

import uuid

from django.db import models
from django.db.models import Q

from exams.models.sittings import Sitting


class EventArchive(models.Model):
    """One sealed file of the events of sittings that are over for good. `digest` is the SHA-256 of the file; it stands in the
    trail too. Made and given back by exams.actions.archives alone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    before = models.DateField(help_text="What was handed in before this day (UTC) was looked at.")
    file = models.FileField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    size = models.PositiveBigIntegerField(help_text="Bytes of the file.")
    sittings = models.PositiveIntegerField()
    events = models.PositiveBigIntegerField()
    sealed_at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(file="") & ~Q(digest="") & Q(size__gte=1, sittings__gte=1),
                name="exams_archive_is_of_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"


class ArchivedSitting(models.Model):
    """The place of one sitting in an archive. As long as this row stands, and only then, the database lets the events of the
    sitting be removed (exams/apps.py)."""

    sitting = models.OneToOneField(
        Sitting, on_delete=models.PROTECT, primary_key=True, related_name="archived"
    )
    archive = models.ForeignKey(EventArchive, on_delete=models.PROTECT, related_name="members")
    begins_at_byte = models.PositiveBigIntegerField()
    bytes = models.PositiveIntegerField()
    events = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.sitting_id} in {self.archive_id}"
