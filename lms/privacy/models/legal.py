"""Legal texts by version, and who accepted which."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from lms.privacy.states import LegalKind


class LegalText(models.Model):
    """A version of a text in one language, as it was published; append-only. Written by `actions.legal.publish`."""

    kind = models.CharField(max_length=12, choices=LegalKind)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    words = models.TextField(help_text="Markdown.")
    digest = models.CharField(max_length=64)
    material = models.BooleanField(help_text="Whoever accepted an earlier version is asked anew.")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "-version", "language"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version", "language"], name="legal_text_once"),
            models.CheckConstraint(condition=Q(kind__in=LegalKind.values), name="legal_text_kind_known"),
            models.CheckConstraint(
                condition=Q(version__gte=1) & ~Q(words=""), name="legal_text_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version} {self.language}"


class Acceptance(models.Model):
    """A person accepted a version on an occasion; append-only. Written by `actions.legal.accept`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=LegalKind)
    version = models.PositiveIntegerField()
    context = models.CharField(
        max_length=80, help_text="On which occasion, such as sign-up or checkout:UUID."
    )
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["-accepted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "version", "context"], name="accepted_once_on_an_occasion"
            ),
            models.CheckConstraint(condition=Q(kind__in=LegalKind.values), name="acceptance_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind} {self.version}"
