"""Schemes: who may be certified, by what rules, from which day on."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q


class Scheme(models.Model):
    """A certification scheme. What it asks and says stands in its versions."""

    key = models.SlugField(max_length=60, unique=True)
    code = models.CharField(
        max_length=16, unique=True, help_text="The beginning of every number, such as AIMS-LA."
    )
    title = models.CharField(max_length=200)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.title


class SchemeVersionQuerySet(models.QuerySet["SchemeVersion"]):
    def in_effect(self, on: date) -> "SchemeVersionQuerySet":
        """Those that have begun, the newest first; the first of each scheme is in effect."""
        return self.filter(effective_on__lte=on).order_by("scheme__key", "-effective_on", "-number")


class SchemeVersion(models.Model):
    """The rules and texts of a scheme from a day on, as read from its file; frozen once relied upon."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective_on = models.DateField()
    data = models.JSONField()
    digest = models.CharField(max_length=64)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Who published it here; empty for one from the library of content.",
    )

    objects = SchemeVersionQuerySet.as_manager()

    class Meta:
        ordering = ["scheme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="scheme_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="scheme_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.number}"


class Level(models.Model):
    """A level of a scheme: Provisional, Implementer, Lead, Senior Lead. Its rank orders them."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="levels")
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["scheme", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "key"], name="level_key_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Requirement(models.Model):
    """One thing that a version of a scheme asks for at a level."""

    version = models.ForeignKey(SchemeVersion, on_delete=models.PROTECT, related_name="requirements")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="requirements")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    amounts = models.JSONField(default=dict)
    text = models.TextField()

    class Meta:
        ordering = ["level__rank", "place"]
        constraints = [
            models.UniqueConstraint(fields=["version", "level", "place"], name="requirement_place_once"),
            models.UniqueConstraint(fields=["version", "level", "kind"], name="requirement_kind_once"),
        ]

    def __str__(self) -> str:
        return self.text
