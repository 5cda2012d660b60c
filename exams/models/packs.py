"""Evidence packs on paper: asked for by an examiner, made by the worker, kept with their digests."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from exams.models.offered import Form
from exams.states import PackState


class EvidencePack(models.Model):
    """One PDF of what is on record of a form. `records` is the SHA-256 of the manifest of what stands in it, so that the
    same records are put on paper once. State moves only in exams.actions.packs."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="packs")
    records = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=PackState, default=PackState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    file = models.FileField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file.")
    size = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["form", "-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PackState.values), name="exams_pack_state_known"),
            models.UniqueConstraint(
                fields=["form"], condition=Q(state=PackState.ASKED), name="exams_pack_one_is_made"
            ),
            models.CheckConstraint(
                condition=Q(state=PackState.READY, made_at__isnull=False)
                & ~Q(digest="")
                & ~Q(file="")
                & ~Q(records="")
                | Q(state=PackState.ASKED, made_at__isnull=True, digest="", file="", records=""),
                name="exams_pack_ready_when_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.state}"
