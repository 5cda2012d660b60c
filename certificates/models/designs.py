"""Designs of certificates: an edition pins the version with which it is printed."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Design(models.Model):
    key = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=120)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title


class DesignVersion(models.Model):
    """A design as it was on a day: layout, colours and fixed words. Never changed once it is pinned."""

    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Who made it here; empty for what came with the library of content.",
    )

    class Meta:
        ordering = ["design", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["design", "number"], name="design_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="design_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.design} {self.number}"
