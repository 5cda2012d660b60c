"""What people ask about their own data: an archive of it, and its erasure."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from lms.privacy.states import ArchiveState, ErasureState


class Archive(models.Model):
    """One archive of everything about a person. State moves only in `actions.archives`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ArchiveState, default=ArchiveState.ASKED)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    file = models.FileField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ArchiveState.values), name="archive_state_known"),
            models.CheckConstraint(
                condition=Q(state=ArchiveState.READY, made_at__isnull=False) & ~Q(file="") & ~Q(digest="")
                | Q(state__in=[ArchiveState.ASKED, ArchiveState.GONE], file=""),
                name="archive_ready_when_made",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state=ArchiveState.ASKED), name="archive_one_is_made"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid}: {self.state}"


class Erasure(models.Model):
    """A person had themselves erased: when, and what was deleted and what stays. State moves only in
    `actions.erasures`. The row stays, by number, to answer for what was done."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ErasureState, default=ErasureState.ASKED)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    report = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ErasureState.values), name="erasure_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ErasureState.DONE) | Q(done_at__isnull=False), name="erasure_done_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.state}"
